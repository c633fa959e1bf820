/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.elf.ElfFile;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.util.List;

/** A workload verified and compiled by bpf4j, with its packets in vectors as the pipeline moves them. Belongs to one thread. */
final class CompiledWorkload {
    /** Packets in a vector. */
    private static final int VECTOR = 256;

    private final BpfProgram program;
    private final ExecutionContext context = new ExecutionContext(0);
    private final byte[][][] arrays = new byte[Inputs.COUNT / VECTOR][VECTOR][];
    private final SkBuff[][] buffers = new SkBuff[Inputs.COUNT / VECTOR][VECTOR];
    private final int[][] verdicts = new int[Inputs.COUNT / VECTOR][VECTOR];

    /**
     * Verifies and compiles.
     *
     * @throws IllegalStateException if the verifier refuses the program
     */
    CompiledWorkload(Workload workload, byte[][] packets) throws IOException {
        program = compile(workload);
        for (int i = 0; i < packets.length; i++) {
            arrays[i / VECTOR][i % VECTOR] = packets[i];
            buffers[i / VECTOR][i % VECTOR] = new SkBuff(packets[i], 0, packets[i].length);
        }
    }

    /**
     * Verifies and compiles.
     *
     * @throws IllegalStateException if the verifier refuses the program
     */
    static BpfProgram compile(Workload workload) throws IOException {
        Program source =
                Program.of(workload.file(), ProgramType.LWT_OUT, InstructionDecoder.decode(code(workload)), List.of());
        try {
            return ProgramCompiler.compile(Verifier.verify(source), CompilerOptions.DEFAULT);
        } catch (VerifierException e) {
            throw new IllegalStateException(workload + " was refused", e);
        }
    }

    /** The workloads have neither maps nor relocations: their section is the program. */
    static byte[] code(Workload workload) throws IOException {
        ElfFile object = ElfFile.parse(Resources.read(workload.file() + ".o"));
        return object.section("lwt_out")
                .orElseThrow(() -> new IOException(workload.file() + ".o has no section lwt_out"))
                .data()
                .toByteArray();
    }

    /** Runs on all packets as arrays, a vector at a time. */
    void runOnArrays() {
        for (int i = 0; i < arrays.length; i++) {
            program.run(context, arrays[i], VECTOR, verdicts[i]);
        }
    }

    /** Runs on all packets in {@code SkBuff}s, a vector at a time. */
    void runOnSkBuffs() {
        for (int i = 0; i < buffers.length; i++) {
            program.run(context, buffers[i], VECTOR, verdicts[i]);
        }
    }

    /** What the last run returned, packet by packet. */
    int[] verdicts() {
        int[] all = new int[Inputs.COUNT];
        for (int i = 0; i < all.length; i++) {
            all[i] = verdicts[i / VECTOR][i % VECTOR];
        }
        return all;
    }
}
