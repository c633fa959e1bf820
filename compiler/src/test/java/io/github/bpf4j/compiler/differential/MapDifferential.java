/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.util.List;

/**
 * Compares bpf4j's maps with the host kernel's at length: {@code MapDifferential SIDE [sequences per kind] [seed] [name of a kind]}, where the
 * side is {@code user} for the commands of {@code bpf(2)}, {@code program} for the helpers or {@code tail_call} for program arrays; by default
 * 200,000 sequences and seed 1. Needs the right to call {@code bpf(2)}. Ends with status 1 if there is a difference.
 */
final class MapDifferential {
    private MapDifferential() {}

    /** A side of a map. */
    private enum Side {
        USER(MapKinds.USER, UserMapCommands::compare),
        PROGRAM(MapKinds.PROGRAM, ProgramMapOperations::compare),
        TAIL_CALL(List.of(MapKinds.PROG_ARRAY), TailCallSequences::compare);

        private final List<MapKind> kinds;
        private final Comparison comparison;

        Side(List<MapKind> kinds, Comparison comparison) {
            this.kinds = kinds;
            this.comparison = comparison;
        }
    }

    @FunctionalInterface
    private interface Comparison {
        int run(MapKind kind, int sequences, long seed) throws Exception;
    }

    public static void main(String[] args) {
        Side side = Side.valueOf(args[0].toUpperCase(java.util.Locale.ROOT));
        int sequences = args.length > 1 ? Integer.parseInt(args[1]) : 200_000;
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        String only = args.length > 3 ? args[3] : "";
        boolean same = true;
        for (MapKind kind : side.kinds) {
            same &= !kind.name().contains(only) || run(kind, side.comparison, sequences, seed);
        }
        System.exit(same ? 0 : 1);
    }

    private static boolean run(MapKind kind, Comparison comparison, int sequences, long seed) {
        long start = System.nanoTime();
        String result = "equal";
        int done = 0;
        try {
            done = comparison.run(kind, sequences, seed);
        } catch (Exception | AssertionError e) {
            result = "DIFFERENT " + e.getMessage();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%-24s %,d sequences, %.1f s: %s%n", kind.name(), done, seconds, result);
        return result.equals("equal");
    }
}
