/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.raw;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A program of type {@link ProgramType#RAW}: {@code r1} points to a buffer, {@code r2} is its length in bytes, {@code r10} has its 512
 * bytes of stack, {@code r0} is the result. Compiled to JVM bytecode like any other; every access to the buffer is checked when it
 * happens. Thread-safe.
 */
public final class RawProgram {
    private final BpfProgram program;

    private RawProgram(BpfProgram program) {
        this.program = program;
    }

    /**
     * Verifies and compiles a program.
     *
     * @param name what to call it in messages
     * @param code little-endian instructions
     * @return the program, ready to run
     * @throws io.github.bpf4j.compiler.isa.InstructionFormatException if an instruction is malformed
     * @throws VerifierException if the program is not safe in a way that cannot be checked while it runs
     */
    public static RawProgram load(String name, byte[] code) throws VerifierException {
        Program program = Program.of(name, ProgramType.RAW, InstructionDecoder.decode(code), List.of());
        return new RawProgram(ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT));
    }

    /**
     * Runs the program over a buffer.
     *
     * @param context the calling thread's state
     * @param memory the buffer, which the program may change; aligned to 8 bytes if the program uses atomics
     * @return {@code r0}
     * @throws ProgramTrapException if an access is out of bounds
     */
    public long run(ExecutionContext context, MemorySegment memory) {
        return program.run(context, memory);
    }

    /**
     * Runs the program over a copy of some bytes, which get its changes.
     *
     * @param memory the bytes
     * @return {@code r0}
     * @throws ProgramTrapException if an access is out of bounds; the bytes are unchanged then
     */
    public long run(byte[] memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(memory.length, Long.BYTES);
            MemorySegment.copy(memory, 0, copy, ValueLayout.JAVA_BYTE, 0, memory.length);
            long result = run(new ExecutionContext(0), copy);
            MemorySegment.copy(copy, ValueLayout.JAVA_BYTE, 0, memory, 0, memory.length);
            return result;
        }
    }
}
