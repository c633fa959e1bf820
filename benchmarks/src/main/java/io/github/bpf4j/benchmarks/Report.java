/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs everything and prints one table: nanoseconds per packet, the ratios that matter, and allocation. The jar's main class. */
public final class Report {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private Report() {}

    /** What JMH measured of one method. */
    private record Figure(double nanoseconds, double error, double bytes) {}

    /**
     * Measures.
     *
     * @param arguments names of workloads or of helper programs; all if there are none
     * @throws IOException if a workload cannot be read or compiled
     * @throws RunnerException if JMH fails
     */
    public static void main(String[] arguments) throws IOException, RunnerException {
        Map<Workload, Map<String, Figure>> figures = new EnumMap<>(Workload.class);
        Optional<String> compiler = NativeWorkload.compiler();
        Workload[] workloads = selected(Workload.values(), arguments);
        HelperProgram[] helpers = selected(HelperProgram.values(), arguments);
        if (workloads.length > 0) {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include(WorkloadBenchmark.class.getSimpleName())
                    .param("workload", names(workloads))
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true);
            if (compiler.isEmpty()) {
                options.exclude("native");
            }
            for (RunResult result : new Runner(options.build()).run()) {
                Workload workload = Workload.valueOf(result.getParams().getParam("workload"));
                figures.computeIfAbsent(workload, _ -> new HashMap<>()).put(method(result), figure(result));
            }
        }
        Map<HelperProgram, Figure> helperFigures = new EnumMap<>(HelperProgram.class);
        if (helpers.length > 0) {
            var options = new OptionsBuilder()
                    .include(HelperBenchmark.class.getSimpleName())
                    .param("helper", names(helpers))
                    .addProfiler(GCProfiler.class)
                    .shouldFailOnError(true);
            for (RunResult result : new Runner(options.build()).run()) {
                helperFigures.put(HelperProgram.valueOf(result.getParams().getParam("helper")), figure(result));
            }
        }
        print(System.out, figures, compiler);
        print(System.out, helperFigures);
    }

    private static <E extends Enum<E>> E[] selected(E[] all, String[] names) {
        return Arrays.stream(all)
                .filter(e -> names.length == 0 || Arrays.stream(names).anyMatch(e.name()::equalsIgnoreCase))
                .toArray(size -> Arrays.copyOf(all, size));
    }

    private static String[] names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toArray(String[]::new);
    }

    private static String method(RunResult result) {
        String benchmark = result.getParams().getBenchmark();
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    private static Figure figure(RunResult result) {
        Result<?> time = result.getPrimaryResult();
        Result<?> bytes = result.getSecondaryResults().get(ALLOCATION);
        return new Figure(time.getScore(), time.getScoreError(), bytes == null ? Double.NaN : bytes.getScore());
    }

    private static void print(PrintStream out, Map<Workload, Map<String, Figure>> figures, Optional<String> compiler)
            throws IOException {
        if (figures.isEmpty()) {
            return;
        }
        out.printf(
                "%nNanoseconds per packet; JDK %s, C by %s; B/op is what bpf4j allocates per packet%n%n",
                Runtime.version(), compiler.map(c -> c + " -O2").orElse("none (no compiler here)"));
        out.println(
                "| workload | bpf4j | Java | Java on SkBuffs | C, by 256 | C, by 1,024 | Linux | / Java | / Java on SkBuffs | / C | B/op |");
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (var entry : figures.entrySet()) {
            Map<String, Figure> row = entry.getValue();
            Figure bpf4j = row.get("bpf4j");
            Figure java = row.get("java");
            Figure onBuffers = row.get("javaOnSkBuffs");
            Figure c = row.get("nativeBatchOf256");
            Figure large = row.get("nativeBatchOf1024");
            OptionalDouble linux =
                    KernelFigure.nanoseconds(entry.getKey(), entry.getKey().packets());
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    entry.getKey().file(),
                    time(bpf4j),
                    time(java),
                    time(onBuffers),
                    time(c),
                    time(large),
                    linux.isPresent() ? "%.1f".formatted(linux.getAsDouble()) : "-",
                    ratio(bpf4j, java),
                    ratio(bpf4j, onBuffers),
                    ratio(bpf4j, c),
                    bpf4j == null ? "-" : "%.3f".formatted(bpf4j.bytes));
        }
    }

    private static void print(PrintStream out, Map<HelperProgram, Figure> figures) {
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
                time(figure),
                figure.bytes));
    }

    private static String time(@org.jspecify.annotations.Nullable Figure figure) {
        return figure == null ? "-" : String.format(Locale.ROOT, "%.2f ± %.2f", figure.nanoseconds, figure.error);
    }

    private static String ratio(
            @org.jspecify.annotations.Nullable Figure figure, @org.jspecify.annotations.Nullable Figure to) {
        return figure == null || to == null
                ? "-"
                : String.format(Locale.ROOT, "%.2f", figure.nanoseconds / to.nanoseconds);
    }
}
