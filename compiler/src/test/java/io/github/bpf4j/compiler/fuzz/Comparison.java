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
import io.github.bpf4j.compiler.kernel.KernelMap;
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
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program in every way there is and compares. The program works on a map value of {@link RandomPrograms#MEMORY} bytes and stores
 * what it hashed from its registers and its stack behind them, so that comparing the value compares everything. It runs on {@value #INPUTS} random contents of
 * that value: in the interpreter, compiled for a packet in a byte array, in a segment and in vectors of both kinds, hot if asked to, and in the host
 * kernel on the first of the contents. Not thread-safe.
 */
final class Comparison {
    /** Names of the maps: the one to work on, and an array, a hash and an array of maps to read. */
    static final List<String> MAPS = List.of("values", "array", "table", "outer");

    /** Runs of a hot program: most on one input, which C2 learns from, then on all. */
    static final int HOT_RUNS = 30_000;

    private static final int INPUTS = 4;
    private static final int VALUE = RandomPrograms.MEMORY + Long.BYTES;
    private static final long BUDGET = 10_000_000;
    private static final byte[] FRAME = frame();

    private final FuzzMaps maps;
    private final MemorySegment value;
    private final ExecutionContext context = new ExecutionContext(0);
    private final SkBuff array = new SkBuff(FRAME, 14, 50);
    private final SkBuff segment =
            new SkBuff(MemorySegment.ofArray(new long[8]).copyFrom(MemorySegment.ofArray(FRAME)), 14, 50);
    private final SkBuff[] vector = {array};
    private final byte[][] arrays = {array.toByteArray()};
    private final int[] verdicts = new int[1];
    private final @Nullable List<KernelMap> kernelMaps;

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
        value = maps.value();
        kernelMaps = KernelBpf.available() ? maps.twins() : null;
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
        Random random = new Random(seed);
        byte[][] before = new byte[INPUTS][VALUE];
        byte[][] after = new byte[INPUTS][];
        for (int input = 0; input < INPUTS; input++) {
            random.nextBytes(before[input]);
            reset(before[input]);
            try {
                Interpreter.run(program, context, array, BUDGET, null);
            } catch (RuntimeException e) {
                return "the interpreter trapped: " + e;
            }
            after[input] = value.toArray(ValueLayout.JAVA_BYTE);
        }
        String difference = compiledDifference(compiled, before, after, extent.hot());
        if (difference == null && extent.kernel() && kernelMaps != null) {
            difference = kernelDifference(forKernel(program), kernelMaps, before[0], after[0], counts);
        }
        counts.hot += extent.hot() ? 1 : 0;
        return difference;
    }

    private @Nullable String compiledDifference(BpfProgram compiled, byte[][] before, byte[][] after, boolean hot) {
        int runs = hot ? HOT_RUNS : INPUTS;
        for (int run = 0; run < runs; run++) {
            int input = run < INPUTS || run > HOT_RUNS - HOT_RUNS / 4 ? run % INPUTS : 0;
            reset(before[input]);
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
            if (value.mismatch(MemorySegment.ofArray(after[input])) >= 0) {
                return differing("run " + run, value.toArray(ValueLayout.JAVA_BYTE), after[input]);
            }
        }
        return null;
    }

    /**
     * The program as the kernel gets it: it does the same, but Linux 6.18 must not misjudge it. Linux does not trace what an atomic operation
     * fetched back to the stack slot it came from. So it may take a path for one that it knows although there the slot holds something
     * else, and leave out code that this path needs. Nor does it remember on such a path that the 32-bit compare-and-exchange
     * zero-extends {@code r0} (RFC 9669).
     */
    private static Program forKernel(Program program) {
        List<Instruction> instructions =
                Draft.of(program.instructions()).with(Comparison::forKernel).instructions();
        return Program.of(program.name(), program.type(), instructions, program.maps());
    }

    private static List<Instruction> forKernel(Instruction instruction) {
        if (!(instruction instanceof Atomic atomic) || !atomic.fetch()) {
            return List.of(instruction);
        }
        // Changes the slot and changes it back; Linux forgets what it knew of the contents.
        Instruction flip = new Atomic(AtomicOp.XOR, false, atomic.size(), atomic.base(), atomic.offset(), atomic.src());
        return atomic.op() == AtomicOp.CMPXCHG && atomic.size() == Size.W
                ? List.of(flip, flip, instruction, new Mov(Width.W32, 0, Operand.register(0), 0))
                : List.of(flip, flip, instruction);
    }

    private static @Nullable String kernelDifference(
            Program program, List<KernelMap> maps, byte[] before, byte[] after, Counts counts) {
        byte[] key = new byte[Integer.BYTES];
        try (LoadResult loaded = KernelLoader.loadWith(program, maps, 0, new byte[0])) {
            if (!loaded.accepted()) {
                counts.kernelRefused++;
                return null;
            }
            counts.kernel++;
            KernelMap map = maps.getFirst();
            map.update(key, before, 0);
            loaded.program().testRun(TestRun.of(FRAME).verdictOnly());
            byte[] actual = Objects.requireNonNull(map.lookup(key));
            return Arrays.equals(actual, after) ? null : differing("the kernel", actual, after);
        }
    }

    private static String differing(String who, byte[] actual, byte[] expected) {
        HexFormat hex = HexFormat.of();
        return who + " left " + hex.formatHex(actual) + ", the interpreter " + hex.formatHex(expected);
    }

    private void reset(byte[] bytes) {
        value.copyFrom(MemorySegment.ofArray(bytes));
    }
}
