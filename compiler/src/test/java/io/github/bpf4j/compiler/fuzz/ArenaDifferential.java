/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.map.MapFlags;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Compares programs on arenas with the host kernel: {@code ArenaDifferential [programs] [seed] [hot every]}, by default 100,000, seed 1, every hundredth
 * hot. Each runs in the kernel, in the interpreter and compiled; verdicts and the pages of the arena must be the same. Needs the right to call {@code bpf(2)}. Ends with
 * status 1 at the first difference.
 */
final class ArenaDifferential {
    /** Arenas at the start of 4 GiB, in the middle and at the end, and one whose user addresses are not converted. */
    private static final long[] ADDRESSES = {0x1000_0000_0000L, 0x1001_0000_7000L, 0x1002_ffff_b000L, 0x1003_0000_0000L
    };

    private ArenaDifferential() {}

    /**
     * Compares programs.
     *
     * @param programs how many
     * @param seed decides which
     * @param hotEvery one in so many is run until C2 has compiled it
     * @return how many of them ran; Linux and bpf4j refuse the others
     * @throws AssertionError with the program if there is a difference
     */
    static int compare(int programs, long seed, int hotEvery) {
        ArenaPair[] pairs = new ArenaPair[ADDRESSES.length];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new ArenaPair(ADDRESSES[i], i == 3 ? MapFlags.NO_USER_CONV : 0);
        }
        try {
            for (int i = 0; i < programs; i++) {
                compare(pairs[i % pairs.length], new Random(seed * 1_000_003 + i), i, hotEvery);
            }
            return Arrays.stream(pairs).mapToInt(ArenaPair::runs).sum();
        } finally {
            for (ArenaPair pair : pairs) {
                pair.close();
            }
        }
    }

    private static void compare(ArenaPair pair, Random random, int index, int hotEvery) {
        byte[] pages = new byte[ArenaPages.BYTES];
        for (int i = 0; i < 64; i++) {
            pages[random.nextInt(pages.length)] = (byte) random.nextInt();
        }
        // one in a hundred is larger than a method may be
        int length = random.nextInt(100) == 0 ? 1000 : 1 + random.nextInt(40);
        List<Instruction> program = ArenaPrograms.program(random, length);
        ArenaPair.Extent extent = new ArenaPair.Extent(true, index % hotEvery == hotEvery - 1);
        String difference = pair.difference(program, pages, extent);
        if (!difference.isEmpty()) {
            throw new AssertionError("program " + index + ":\n" + difference + "\n" + text(program));
        }
    }

    private static String text(List<Instruction> program) {
        StringBuilder text = new StringBuilder();
        for (int slot = 0; slot < program.size(); slot++) {
            text.append(slot)
                    .append(": ")
                    .append(Disassembler.toText(program.get(slot)))
                    .append('\n');
        }
        return text.toString();
    }

    public static void main(String[] args) {
        int programs = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        int hotEvery = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        long start = System.nanoTime();
        int runs = compare(programs, seed, hotEvery);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%,d programs, %,d ran, seed %d, %.1f s: equal%n", programs, runs, seed, seconds);
    }
}
