/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.fuzz.Comparison.Extent;
import io.github.bpf4j.compiler.fuzz.RandomPrograms.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Generated programs through the interpreter, the compiled program when it is cold and when it is hot, and the host kernel.
 *
 * <p>Usage: {@code ExecutionFuzzer [SEED [PROGRAMS [KERNEL_EVERY [HOT_EVERY [DIRECTORY]]]]]}; 0 stands for never. Program {@code i} has
 * seed {@code SEED * 1000003 + i}. Failing programs are shrunk and saved in the directory; those that are to stay go to {@code
 * src/test/resources/fuzz/regressions}, which {@link RegressionTest} replays. With {@code -Xbatch} the JVM waits for C2, so that
 * hot programs are surely compiled; the summary says how many of them were.
 */
public final class ExecutionFuzzer implements AutoCloseable {
    private static final int PROGRESS = 10_000;

    /** How the classes of hot programs start. */
    private static final String HOT_PREFIX = "hot_";

    private final Comparison comparison = new Comparison();

    /** What was compared so far. */
    final Counts counts = new Counts();

    /** Long runs. */
    public static void main(String[] args) throws IOException, InterruptedException {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
        int programs = args.length > 1 ? Integer.parseInt(args[1]) : PROGRESS;
        int kernelEvery = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        int hotEvery = args.length > 3 ? Integer.parseInt(args[3]) : 1000;
        long start = System.nanoTime();
        int differences;
        try (ExecutionFuzzer fuzzer = new ExecutionFuzzer();
                HotMethods hotMethods = new HotMethods()) {
            for (int i = 0; i < programs; i++) {
                Extent extent = new Extent(every(kernelEvery, i), every(hotEvery, i));
                Regression difference = fuzzer.one(seed * 1_000_003 + i, extent);
                if (difference != null) {
                    System.out.println(difference.text());
                    if (args.length > 4) {
                        difference.save(Path.of(args[4]));
                    }
                }
                if ((i + 1) % PROGRESS == 0 || i + 1 == programs) {
                    System.out.printf(
                            "seed %d, %d s: %s%n", seed, (System.nanoTime() - start) / 1_000_000_000, fuzzer.counts);
                }
            }
            System.out.println("C2 compiled " + hotMethods.programs(HOT_PREFIX) + " of the hot programs");
            differences = fuzzer.counts.differences;
        }
        System.exit(differences == 0 ? 0 : 1);
    }

    private static boolean every(int distance, int i) {
        return distance > 0 && i % distance == 0;
    }

    /** Compares one generated program; gives what differs, shrunk, or null. */
    @Nullable
    Regression one(long seed, Extent extent) {
        Draft draft = RandomPrograms.draft(new Random(seed), Place.MAP_VALUE);
        counts.programs++;
        String name = extent.hot() ? HOT_PREFIX + seed : "fuzz";
        String difference = comparison.difference(name, draft.instructions(), seed, extent, counts);
        if (difference == null) {
            return null;
        }
        counts.differences++;
        Draft shrunk = Shrinker.shrink(
                draft, instructions -> comparison.difference("fuzz", instructions, seed, extent, new Counts()) != null);
        return new Regression(
                Long.toString(seed), seed, difference.lines().findFirst().orElse(""), shrunk.instructions());
    }

    @Override
    public void close() {
        comparison.close();
    }
}
