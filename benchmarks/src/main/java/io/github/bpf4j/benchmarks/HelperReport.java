/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/** Measures programs that call one helper. */
final class HelperReport {
    private final int forks;
    private final Map<HelperProgram, Figure> figures = new EnumMap<>(HelperProgram.class);

    HelperReport(int forks) {
        this.forks = forks;
    }

    /** Measures programs, if there are any. */
    void measure(HelperProgram... programs) throws RunnerException {
        if (programs.length == 0) {
            return;
        }
        var options = Report.options(forks)
                .include(HelperBenchmark.class.getSimpleName())
                .param("helper", Report.names(programs));
        for (RunResult result : new Runner(options.build()).run()) {
            figures.put(HelperProgram.valueOf(result.getParams().getParam("helper")), Figure.of(result));
        }
    }

    /** Prints what was measured. */
    void print(PrintStream out) {
        if (figures.isEmpty()) {
            return;
        }
        out.printf("%nNanoseconds per program run with one helper call, 1,500-byte packets%n%n");
        out.println("| program | bpf4j | B/op |");
        out.println("| --- | ---: | ---: |");
        figures.forEach((program, figure) -> out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f |%n",
                program.name().toLowerCase(Locale.ROOT),
                Figure.time(figure),
                figure.bytes()));
    }
}
