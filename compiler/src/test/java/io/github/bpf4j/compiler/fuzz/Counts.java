/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

/** What a {@link Comparison} has compared. Not thread-safe. */
final class Counts {
    /** Generated programs. */
    int programs;

    /** Programs among them that our verifier refused. */
    int refused;

    /** Programs that the kernel ran, too. */
    int kernel;

    /** Programs that the kernel refused. */
    int kernelRefused;

    /** Programs that ran {@link Comparison#HOT_RUNS} times. */
    int hot;

    /** Programs that gave different results. */
    int differences;

    @Override
    public String toString() {
        return "%d programs (%d not verified), %d also in the kernel (%d refused there), %d also hot (%d runs each): %d differences"
                .formatted(programs, refused, kernel, kernelRefused, hot, Comparison.HOT_RUNS, differences);
    }
}
