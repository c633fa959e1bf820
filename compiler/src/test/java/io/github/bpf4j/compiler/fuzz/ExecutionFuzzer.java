/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.codegen.RandomPrograms;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Generated programs through the interpreter, the compiled program when it is cold and when it is hot, and the host kernel. A program works on
 * a map value of 64 bytes, hashes all registers and its stack into {@code r0} and stores that behind the 64 bytes, so that comparing
 * the value compares everything.
 *
 * <p>Usage: {@code ExecutionFuzzer [SEED [PROGRAMS [KERNEL_EVERY [HOT_EVERY [DIRECTORY]]]]]}. Program {@code i} has seed
 * {@code SEED * 1000003 + i}. Failing programs are shrunk and saved in the directory.
 */
public final class ExecutionFuzzer {
    private static final int MEMORY = 64;
    private static final int VALUE = MEMORY + Long.BYTES;
    private static final long BUDGET = 10_000_000;
    private static final int HOT_RUNS = 30_000;
    private static final byte[] FRAME = new byte[64];

    private final MapDefinition definition = new MapDefinition("values", MapType.ARRAY, 4, VALUE, 1, 0);
    private final BpfMap map;
    private final MemorySegment value;
    private final ExecutionContext context = new ExecutionContext(0);
    private final SkBuff skb = new SkBuff(FRAME, 14, 50);
    private final @Nullable KernelMap kernelMap;

    /** What was compared. */
    static final class Counts {
        int programs;
        int refused;
        int kernel;
        int kernelRefused;
        int hot;
        final List<String> failures = new ArrayList<>();

        @Override
        public String toString() {
            return programs + " programs (" + refused + " not verified), " + kernel + " also in the kernel ("
                    + kernelRefused + " refused there), " + hot + " also hot (" + HOT_RUNS + " runs): "
                    + failures.size() + " differences";
        }
    }

    ExecutionFuzzer() {
        try {
            map = BpfMaps.create(definition, MapEnvironment.of(1));
        } catch (MapException e) {
            throw new IllegalStateException(e);
        }
        value = map.values().asSlice(map.lookup(0, MemorySegment.ofArray(new int[1]), 0), VALUE);
        kernelMap = KernelBpf.available() ? KernelLoader.twins(List.of(map)).getFirst() : null;
    }

    /** Long runs. */
    public static void main(String[] args) throws IOException {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
        int programs = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int kernelEvery = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        int hotEvery = args.length > 3 ? Integer.parseInt(args[3]) : 1000;
        Counts counts = new Counts();
        ExecutionFuzzer fuzzer = new ExecutionFuzzer();
        long start = System.nanoTime();
        for (int i = 0; i < programs; i++) {
            fuzzer.one(seed * 1_000_003 + i, i % kernelEvery == 0, i % hotEvery == 0, counts);
            if (counts.programs % 10_000 == 0) {
                System.out.println((System.nanoTime() - start) / 1_000_000_000 + " s: " + counts);
            }
        }
        System.out.println("seed " + seed + ": " + counts);
        for (String failure : counts.failures) {
            System.out.println(failure);
            if (args.length > 4) {
                String name = failure.lines().findFirst().orElse("").replaceAll("[^0-9]", "") + ".txt";
                Files.writeString(Path.of(args[4], name), failure);
            }
        }
        System.exit(counts.failures.isEmpty() ? 0 : 1);
    }

    /** One generated program. */
    void one(long seed, boolean inKernel, boolean hot, Counts counts) {
        String text = onMap(RandomPrograms.program(new Random(seed)));
        counts.programs++;
        String difference = difference(text, seed, inKernel, hot, counts);
        if (difference != null) {
            String shrunk = shrink(text, seed, inKernel, hot);
            counts.failures.add(
                    "# seed " + seed + ": " + difference.lines().findFirst().orElse("") + "\n" + shrunk);
        }
    }

    /** A raw program made one that works on a map value and stores its result there. */
    static String onMap(String raw) {
        return raw.replaceFirst("r9 = r1\n", "r9 = map[values][0]\n")
                .replaceFirst("(?m)^exit$", "*(u64 *)(r9 + " + MEMORY + ") = r0\nexit");
    }

    /** How the ways to run a program differ, or null if they do not. */
    @Nullable
    String difference(String text, long seed, boolean inKernel, boolean hot, Counts counts) {
        Program program = Program.of(
                "fuzz",
                ProgramType.LWT_XMIT,
                Assembler.assemble(text, List.of("values")).instructions(),
                List.of(map));
        BpfProgram compiled;
        try {
            compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        } catch (VerifierException refused) {
            counts.refused++;
            return null;
        } catch (RuntimeException | Error e) {
            return "the compiler failed: " + e;
        }
        byte[] before = new byte[VALUE];
        new Random(seed).nextBytes(before);
        byte[] expected;
        try {
            reset(before);
            Interpreter.run(program, context, skb, BUDGET, null);
            expected = value.toArray(ValueLayout.JAVA_BYTE);
        } catch (RuntimeException e) {
            return "the interpreter trapped: " + e;
        }
        int runs = hot ? HOT_RUNS : 2;
        counts.hot += hot ? 1 : 0;
        for (int run = 0; run < runs; run++) {
            reset(before);
            try {
                compiled.run(context, skb);
            } catch (RuntimeException e) {
                return "run " + run + " trapped: " + e;
            }
            if (value.mismatch(MemorySegment.ofArray(expected)) >= 0) {
                return "run " + run + " left " + HexFormat.of().formatHex(value.toArray(ValueLayout.JAVA_BYTE))
                        + ", the interpreter " + HexFormat.of().formatHex(expected);
            }
        }
        return inKernel && kernelMap != null ? kernelDifference(program, kernelMap, before, expected, counts) : null;
    }

    private static @Nullable String kernelDifference(
            Program program, KernelMap map, byte[] before, byte[] expected, Counts counts) {
        byte[] key = new byte[4];
        try (LoadResult loaded = KernelLoader.loadWith(program, List.of(map), 0, new byte[0])) {
            if (!loaded.accepted()) {
                counts.kernelRefused++;
                return null;
            }
            counts.kernel++;
            map.update(key, before, 0);
            loaded.program().testRun(TestRun.of(FRAME).verdictOnly());
            byte[] actual = java.util.Objects.requireNonNull(map.lookup(key));
            return Arrays.equals(actual, expected)
                    ? null
                    : "the kernel left " + HexFormat.of().formatHex(actual) + ", the interpreter "
                            + HexFormat.of().formatHex(expected);
        }
    }

    private void reset(byte[] bytes) {
        value.copyFrom(MemorySegment.ofArray(bytes));
    }

    /** The program with all lines left out that the difference does not need. */
    private String shrink(String text, long seed, boolean inKernel, boolean hot) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int size = Math.max(1, lines.size() / 4); size >= 1; size /= 2) {
            for (int at = 0; at + size <= lines.size(); ) {
                List<String> fewer = new ArrayList<>(lines.subList(0, at));
                fewer.addAll(lines.subList(at + size, lines.size()));
                // Without its initialisation the stack holds anything, here and in the kernel.
                if (lines.subList(at, at + size).stream().noneMatch(line -> line.startsWith("*(u64 *)(r10 - "))
                        && stillDiffers(String.join("\n", fewer) + "\n", seed, inKernel, hot)) {
                    lines = fewer;
                } else {
                    at++;
                }
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private boolean stillDiffers(String text, long seed, boolean inKernel, boolean hot) {
        try {
            return difference(text, seed, inKernel, hot, new Counts()) != null;
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }
}
