/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
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
     * @param arguments names of workloads or of helper programs, all if there are none; {@code -f} and a number for so many forks of the JVM per figure
     *     instead of one
     * @throws IllegalArgumentException if {@code -f} is not followed by a number from 1
     * @throws IOException if a workload cannot be read or compiled
     * @throws RunnerException if JMH fails
     */
    public static void main(String[] arguments) throws IOException, RunnerException {
        Map<Workload, Map<String, Figure>> figures = new EnumMap<>(Workload.class);
        Optional<String> compiler = NativeWorkload.compiler();
        List<String> names = new ArrayList<>(List.of(arguments));
        int forks = takeForks(names);
        Workload[] workloads = selected(Workload.values(), names);
        HelperProgram[] helpers = selected(HelperProgram.values(), names);
        if (workloads.length > 0) {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include(WorkloadBenchmark.class.getSimpleName())
                    .param("workload", names(workloads))
                    .addProfiler(GCProfiler.class)
                    .forks(forks)
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
                    .forks(forks)
                    .shouldFailOnError(true);
            for (RunResult result : new Runner(options.build()).run()) {
                helperFigures.put(HelperProgram.valueOf(result.getParams().getParam("helper")), figure(result));
            }
        }
        print(System.out, figures, compiler);
        print(System.out, helperFigures);
    }

    /** Takes {@code -f} and its number out of the arguments. */
    private static int takeForks(List<String> arguments) {
        int option = arguments.indexOf("-f");
        if (option < 0) {
            return 1;
        }
        arguments.remove(option);
        String number = option < arguments.size() ? arguments.remove(option) : "";
        if (!number.matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("-f needs a number of forks from 1 to 999, not '" + number + "'");
        }
        return Integer.parseInt(number);
    }

    private static <E extends Enum<E>> E[] selected(E[] all, List<String> names) {
        return Arrays.stream(all)
                .filter(e -> names.isEmpty() || names.stream().anyMatch(e.name()::equalsIgnoreCase))
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
                "| workload | bpf4j | Java | C, by 256 | C, by 1,024 | Linux | / Java | / C | B/op | bpf4j on SkBuffs"
                        + " | Java on SkBuffs | / Java on SkBuffs |");
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (var entry : figures.entrySet()) {
            Map<String, Figure> row = entry.getValue();
            Figure bpf4j = row.get("bpf4j");
            Figure java = row.get("java");
            Figure onBuffers = row.get("bpf4jOnSkBuffs");
            Figure javaOnBuffers = row.get("javaOnSkBuffs");
            Figure c = row.get("nativeBatchOf256");
            Figure large = row.get("nativeBatchOf1024");
            OptionalDouble linux =
                    KernelFigure.nanoseconds(entry.getKey(), entry.getKey().packets());
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                    entry.getKey().file(),
                    time(bpf4j),
                    time(java),
                    time(c),
                    time(large),
                    linux.isPresent() ? String.format(Locale.ROOT, "%.1f", linux.getAsDouble()) : "-",
                    ratio(bpf4j, java),
                    ratio(bpf4j, faster(c, large)),
                    bpf4j == null ? "-" : String.format(Locale.ROOT, "%.3f", bpf4j.bytes),
                    time(onBuffers),
                    time(javaOnBuffers),
                    ratio(onBuffers, javaOnBuffers));
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

    /** C in the batch size that suits it better. */
    private static @Nullable Figure faster(@Nullable Figure one, @Nullable Figure other) {
        return one == null || other != null && other.nanoseconds < one.nanoseconds ? other : one;
    }

    private static String time(@Nullable Figure figure) {
        return figure == null ? "-" : String.format(Locale.ROOT, "%.2f ± %.2f", figure.nanoseconds, figure.error);
    }

    private static String ratio(@Nullable Figure figure, @Nullable Figure to) {
        return figure == null || to == null
                ? "-"
                : String.format(Locale.ROOT, "%.2f", figure.nanoseconds / to.nanoseconds);
    }
}
