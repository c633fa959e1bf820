/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH measured of one method.
 *
 * @param nanoseconds mean time per operation
 * @param error half the width of its 99.9 % confidence interval
 * @param bytes allocated per operation, or NaN
 */
record Figure(double nanoseconds, double error, double bytes) {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    static Figure of(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get(ALLOCATION);
        return new Figure(time.getScore(), time.getScoreError(), bytes == null ? Double.NaN : bytes.getScore());
    }

    /** The benchmark method that a result is of. */
    static String method(RunResult result) {
        String benchmark = result.getParams().getBenchmark();
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    /** Time and error, or a dash. */
    static String time(@Nullable Figure figure) {
        return figure == null ? "-" : String.format(Locale.ROOT, "%.2f ± %.2f", figure.nanoseconds, figure.error);
    }

    /** How many times as long the first takes as the second, or a dash. */
    static String ratio(@Nullable Figure figure, @Nullable Figure to) {
        return figure == null || to == null ? "-" : number(figure.nanoseconds / to.nanoseconds);
    }

    /** Two decimals. */
    static String number(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
