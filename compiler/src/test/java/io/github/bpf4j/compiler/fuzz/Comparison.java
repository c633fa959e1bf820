/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program in every way there is and compares. The program works on a map value of {@link RandomPrograms#MEMORY} bytes and stores
 * what it hashed from its registers and its stack behind them, so that comparing the value and the arena's pages compares everything. It runs on {@value #INPUTS} random contents of
 * that value: in the interpreter, compiled for a packet in a byte array, in a segment and in vectors of both kinds, hot if asked to, and in the host
 * kernel on the first of the contents. Not thread-safe.
 */
final class Comparison implements AutoCloseable {
    /** Names of the maps: the one to work on; an array, a hash and an array of maps to read; and an arena. */
    static final List<String> MAPS = List.of("values", "array", "table", "outer", "arena");

    /** Runs of a hot program: most on one input, which C2 learns from, then on all. */
    static final int HOT_RUNS = 30_000;

    private static final int INPUTS = 4;
    private static final int VALUE = RandomPrograms.MEMORY + Long.BYTES;
    private static final long BUDGET = 10_000_000;
    private static final byte[] FRAME = frame();

    private final FuzzMaps maps;
    private final ExecutionContext context = new ExecutionContext(0);
    private final SkBuff array = new SkBuff(FRAME, 14, 50);
    private final SkBuff segment =
            new SkBuff(MemorySegment.ofArray(new long[8]).copyFrom(MemorySegment.ofArray(FRAME)), 14, 50);
    private final SkBuff[] vector = {array};
    private final byte[][] arrays = {array.toByteArray()};
    private final int[] verdicts = new int[1];
    private final @Nullable FuzzTwins twins;

    /**
     * How much to compare.
     *
     * @param kernel whether the host kernel takes part, if it can
     * @param hot whether the compiled program runs {@link #HOT_RUNS} times
     */
    record Extent(boolean kernel, boolean hot) {}

    private static byte[] frame() {
        byte[] frame = new byte[64];
        new Random(1).nextBytes(frame);
        return frame;
    }

    Comparison() {
        maps = new FuzzMaps(VALUE);
        twins = KernelBpf.available() ? maps.twins() : null;
    }

    /**
     * Runs a program everywhere.
     *
     * @param name what its class is called
     * @param instructions the program
     * @param seed decides the contents of its memory
     * @param extent how much to compare
     * @param counts what is added to
     * @return how the ways to run it differ, or null if they do not
     */
    @Nullable
    String difference(String name, List<Instruction> instructions, long seed, Extent extent, Counts counts) {
        Program program = Program.of(name, ProgramType.LWT_XMIT, instructions, maps.all());
        BpfProgram compiled;
        try {
            compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        } catch (VerifierException refused) {
            counts.refused++;
            return null;
        } catch (RuntimeException | Error e) {
            return "the compiler failed: " + e;
        }
        Contents[] before = Contents.random(new Random(seed), INPUTS, VALUE);
        Contents[] after = new Contents[INPUTS];
        for (int input = 0; input < INPUTS; input++) {
            maps.set(before[input]);
            try {
                Interpreter.run(program, context, array, BUDGET, null);
            } catch (RuntimeException e) {
                return "the interpreter trapped: " + e;
            }
            after[input] = maps.get();
        }
        String difference = compiledDifference(compiled, before, after, extent.hot());
        if (difference == null && extent.kernel() && twins != null) {
            difference = kernelDifference(forKernel(program), twins, before[0], after[0], counts);
        }
        counts.hot += extent.hot() ? 1 : 0;
        return difference;
    }

    private @Nullable String compiledDifference(BpfProgram compiled, Contents[] before, Contents[] after, boolean hot) {
        int runs = hot ? HOT_RUNS : INPUTS;
        for (int run = 0; run < runs; run++) {
            int input = run < INPUTS || run > HOT_RUNS - HOT_RUNS / 4 ? run % INPUTS : 0;
            maps.set(before[input]);
            try {
                switch (run < INPUTS ? run : 0) {
                    case 0 -> compiled.run(context, array);
                    case 1 -> compiled.run(context, segment);
                    case 2 -> compiled.run(context, vector, 1, verdicts);
                    default -> compiled.run(context, arrays, 1, verdicts);
                }
            } catch (RuntimeException e) {
                return "run " + run + " trapped: " + e;
            }
            String difference = maps.get().difference("run " + run, after[input]);
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /**
     * The program as the kernel gets it: it does the same, but Linux 6.18 must not misjudge it. Linux does not trace what an atomic operation
     * fetched back to the stack slot it came from. So it may take a path for one that it knows although there the slot holds something
     * else, and leave out code that this path needs. Nor does it remember on such a path that the 32-bit compare-and-exchange
     * zero-extends {@code r0} (RFC 9669), and where a page of an arena is missing, registers keep more than it believes.
     */
    private static Program forKernel(Program program) {
        List<Instruction> instructions =
                Draft.of(program.instructions()).with(Comparison::forKernel).instructions();
        return Program.of(program.name(), program.type(), instructions, program.maps());
    }

    private static List<Instruction> forKernel(Instruction instruction) {
        List<Instruction> result = new ArrayList<>();
        if (instruction instanceof Atomic atomic && atomic.fetch()) {
            // Changes the slot and changes it back; Linux forgets what it knew of the contents.
            Instruction flip =
                    new Atomic(AtomicOp.XOR, false, atomic.size(), atomic.base(), atomic.offset(), atomic.src());
            result.addAll(List.of(flip, flip, instruction));
            result.addAll(ArenaOperands.cut(atomic.op() == AtomicOp.CMPXCHG ? 0 : atomic.src(), atomic.size()));
        } else {
            result.add(instruction);
            if (instruction instanceof LoadAcquire load) {
                result.addAll(ArenaOperands.cut(load.dst(), load.size()));
            }
        }
        return result;
    }

    private static @Nullable String kernelDifference(
            Program program, FuzzTwins twins, Contents before, Contents after, Counts counts) {
        try (LoadResult loaded = KernelLoader.loadWith(program, twins.maps(), 0, new byte[0])) {
            if (!loaded.accepted()) {
                counts.kernelRefused++;
                return null;
            }
            counts.kernel++;
            twins.set(before);
            loaded.program().testRun(TestRun.of(FRAME).verdictOnly());
            return twins.get().difference("the kernel", after);
        }
    }

    @Override
    public void close() {
        if (twins != null) {
            twins.close();
        }
    }
}
