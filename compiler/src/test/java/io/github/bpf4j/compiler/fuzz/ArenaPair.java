/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.kernel.KernelArena;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An arena here and its twin in the host kernel, with the same pages present, for running programs on both. Not thread-safe. */
final class ArenaPair implements AutoCloseable {
    /** Runs after which C2 has compiled a program. */
    private static final int HOT_RUNS = 30_000;

    private static final long BUDGET = 1_000_000;
    private static final byte[] FRAME = new byte[64];

    /**
     * How much to compare.
     *
     * @param interpreted whether the interpreter takes part
     * @param hot whether the compiled program is run {@link #HOT_RUNS} times, so that C2 compiles it
     */
    record Extent(boolean interpreted, boolean hot) {}

    private final ArenaMap here;
    private final List<KernelMap> twins;
    private final KernelArena there;
    private final ExecutionContext worker = new ExecutionContext(0);
    private int runs;
    private final SkBuff array = new SkBuff(FRAME, 14, 50);
    private final SkBuff segment = new SkBuff(MemorySegment.ofArray(new long[8]), 14, 50);

    /**
     * Makes both.
     *
     * @param address user address of the arena
     * @param flags further {@code BPF_F_} flags
     */
    ArenaPair(long address, int flags) {
        here = ArenaPages.create("pages", address, flags);
        twins = KernelLoader.twins(List.of(here));
        there = new KernelArena(twins.getFirst(), here);
    }

    /**
     * Runs a program in the kernel, in the interpreter, and compiled for packets in arrays and in segments.
     *
     * @param instructions an LWT_XMIT program; map 0 is the arena
     * @param before contents of the pages that are there, one after the other
     * @param extent how much to compare
     * @return how the results differ; empty if they are the same or all refuse the program
     */
    String difference(List<Instruction> instructions, byte[] before, Extent extent) {
        Program program = Program.of("arena", ProgramType.LWT_XMIT, instructions, List.of(here));
        List<String> results = new ArrayList<>();
        try (LoadResult loaded = KernelLoader.loadWith(program, twins, 0, new byte[0])) {
            BpfProgram compiled;
            BpfProgram debugged;
            try {
                var verified = Verifier.verify(program);
                compiled = ProgramCompiler.compile(verified, CompilerOptions.DEFAULT);
                debugged = ProgramCompiler.compile(verified, CompilerOptions.DEBUG);
            } catch (VerifierException e) {
                return loaded.accepted() ? "refused here only: " + e.getMessage() : "";
            }
            if (!loaded.accepted()) {
                return "refused by Linux only: " + reason(program);
            }
            runs++;
            ArenaPages.fill(there.memory(), before);
            int verdict =
                    loaded.program().testRun(TestRun.of(FRAME).verdictOnly()).value();
            results.add(result(verdict, there.memory()));
            if (extent.interpreted) {
                results.add(run(before, () -> (int) Interpreter.run(program, worker, array, BUDGET, null)));
            }
            results.add(run(before, () -> (int) compiled.run(worker, array)));
            results.add(run(before, () -> (int) compiled.run(worker, segment)));
            results.add(run(before, () -> (int) debugged.run(worker, array)));
            if (extent.hot) {
                for (int i = 0; i < HOT_RUNS; i++) {
                    compiled.run(worker, i % 2 == 0 ? array : segment);
                }
                results.add(run(before, () -> (int) compiled.run(worker, array)));
                results.add(run(before, () -> (int) compiled.run(worker, segment)));
            }
        }
        return results.stream().distinct().count() == 1 ? "" : String.join("\n", results);
    }

    private String reason(Program program) {
        try (LoadResult logged = KernelLoader.loadWith(program, twins, 1, new byte[0])) {
            return logged.log();
        }
    }

    private String run(byte[] before, java.util.function.IntSupplier run) {
        ArenaPages.fill(here.values(), before);
        try {
            return result(run.getAsInt(), here.values());
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    /** The verdict, then every eight bytes that are not zero. */
    private static String result(int verdict, MemorySegment arena) {
        StringBuilder text = new StringBuilder("%x".formatted(verdict));
        for (int page : ArenaPages.PRESENT) {
            for (int at = page * ArenaPages.PAGE; at < (page + 1) * ArenaPages.PAGE; at += 8) {
                long word = arena.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, at);
                if (word != 0) {
                    text.append(String.format(Locale.ROOT, " %x=%x", at, word));
                }
            }
        }
        return text.toString();
    }

    /** How many programs were accepted and ran. */
    int runs() {
        return runs;
    }

    @Override
    public void close() {
        there.close();
        twins.forEach(KernelMap::close);
    }
}
