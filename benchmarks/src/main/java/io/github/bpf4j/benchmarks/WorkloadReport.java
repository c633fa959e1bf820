/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/** Measures workloads: as eBPF, as hand-written Java, as native C, and in the host kernel. */
final class WorkloadReport {
    private final int forks;
    private final Optional<String> compiler = NativeWorkload.compiler();
    private final Map<Workload, Map<String, Figure>> figures = new EnumMap<>(Workload.class);
    private final Map<Workload, OptionalDouble> kernel = new EnumMap<>(Workload.class);

    WorkloadReport(int forks) {
        this.forks = forks;
    }

    /** Measures workloads, if there are any. */
    void measure(Workload... workloads) throws IOException, RunnerException {
        if (workloads.length == 0) {
            return;
        }
        var options = Report.options(forks)
                .include(WorkloadBenchmark.class.getSimpleName())
                .param("workload", Report.names(workloads));
        if (compiler.isEmpty()) {
            options.exclude("native");
        }
        for (RunResult result : new Runner(options.build()).run()) {
            Workload workload = Workload.valueOf(result.getParams().getParam("workload"));
            figures.computeIfAbsent(workload, _ -> new HashMap<>()).put(Figure.method(result), Figure.of(result));
        }
        for (Workload workload : workloads) {
            kernel.put(workload, KernelFigure.nanoseconds(workload, workload.packets()));
        }
    }

    /** Prints what was measured. */
    void print(PrintStream out) {
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
        figures.forEach((workload, row) -> {
            Figure bpf4j = row.get("bpf4j");
            Figure java = row.get("java");
            Figure onBuffers = row.get("bpf4jOnSkBuffs");
            Figure javaOnBuffers = row.get("javaOnSkBuffs");
            OptionalDouble linux = kernel.getOrDefault(workload, OptionalDouble.empty());
            String[] cells = {
                workload.file(),
                Figure.time(bpf4j),
                Figure.time(java),
                Figure.time(row.get("nativeBatchOf256")),
                Figure.time(row.get("nativeBatchOf1024")),
                linux.isPresent() ? String.format(Locale.ROOT, "%.1f", linux.getAsDouble()) : "-",
                Figure.ratio(bpf4j, java),
                Figure.ratio(bpf4j, fasterC(row)),
                bpf4j == null ? "-" : String.format(Locale.ROOT, "%.3f", bpf4j.bytes()),
                Figure.time(onBuffers),
                Figure.time(javaOnBuffers),
                Figure.ratio(onBuffers, javaOnBuffers),
            };
            out.println("| " + String.join(" | ", cells) + " |");
        });
    }

    /** Draws times relative to hand-written Java's. */
    void draw(Path directory) throws IOException {
        if (figures.isEmpty()) {
            return;
        }
        SequencedMap<String, List<Double>> series = new LinkedHashMap<>();
        series.put("bpf4j", relative(row -> row.get("bpf4j")));
        series.put("hand-written Java", relative(row -> row.get("java")));
        series.put("clang -O2", relative(WorkloadReport::fasterC));
        Charts.bars(
                "Time per packet, hand-written Java = 1 (less is better)",
                "times hand-written Java",
                figures.keySet().stream().map(Workload::file).toList(),
                series,
                directory.resolve("workloads.png"));
    }

    /** Picks a figure of a workload. */
    private interface Choice {
        @Nullable
        Figure of(Map<String, Figure> row);
    }

    private List<Double> relative(Choice choice) {
        return figures.values().stream()
                .map(row -> {
                    Figure figure = choice.of(row);
                    Figure java = row.get("java");
                    return figure == null || java == null ? Double.NaN : figure.nanoseconds() / java.nanoseconds();
                })
                .toList();
    }

    /** C in the batch size that suits it better. */
    private static @Nullable Figure fasterC(Map<String, Figure> row) {
        Figure one = row.get("nativeBatchOf256");
        Figure other = row.get("nativeBatchOf1024");
        return one == null || other != null && other.nanoseconds() < one.nanoseconds() ? other : one;
    }
}
