/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.runtime.map.BpfMap;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** Measures maps: what a lookup adds to a program, here and in the host kernel, and what updates and ring-buffer records cost. */
final class MapReport {
    private static final int KERNEL_ROUNDS = 5;
    private static final int KERNEL_PASSES = 20;

    private final Map<LookupTable, Map<String, Figure>> lookups = new EnumMap<>(LookupTable.class);
    private final Map<LookupTable, KernelFigures> kernel = new EnumMap<>(LookupTable.class);
    private final Map<String, Figure> operations = new TreeMap<>();
    private final Map<String, Double> kernelOperations = new HashMap<>();

    private final int forks;

    private record KernelFigures(double lookup, double noLookup) {}

    MapReport(int forks) {
        this.forks = forks;
    }

    /** Measures lookups, if there are any tables. */
    void measure(LookupTable... tables) throws RunnerException {
        if (tables.length == 0) {
            return;
        }
        run(tables, "lookup", "noLookup");
        LookupTable[] hashes = Stream.of(tables).filter(LookupTable::isHash).toArray(LookupTable[]::new);
        if (hashes.length > 0) {
            run(hashes, "concurrentHashMapGet");
        }
        if (KernelBpf.available()) {
            for (LookupTable table : tables) {
                kernel.put(table, inKernel(table));
            }
        }
    }

    private void run(LookupTable[] tables, String... methods) throws RunnerException {
        ChainedOptionsBuilder options = Report.options(forks).param("table", Report.names(tables));
        for (String method : methods) {
            options.include(LookupBenchmark.class.getName() + "." + method + "$");
        }
        for (RunResult result : new Runner(options.build()).run()) {
            LookupTable table = LookupTable.valueOf(result.getParams().getParam("table"));
            lookups.computeIfAbsent(table, _ -> new HashMap<>()).put(Figure.method(result), Figure.of(result));
        }
    }

    private static KernelFigures inKernel(LookupTable table) {
        BpfMap filled = table.filled();
        try (KernelLookup lookup = new KernelLookup(table, LookupProgram.of(table, filled));
                KernelLookup noLookup = new KernelLookup(table, LookupProgram.withoutLookup(table, filled))) {
            double with = 0;
            double without = 0;
            for (int round = 0; round < KERNEL_ROUNDS; round++) {
                with += lookup.nanoseconds(KERNEL_PASSES);
                without += noLookup.nanoseconds(KERNEL_PASSES);
            }
            return new KernelFigures(with / KERNEL_ROUNDS, without / KERNEL_ROUNDS);
        }
    }

    /** Measures updates and the ring buffer. */
    void measureOperations() throws RunnerException {
        for (RunResult result : new Runner(Report.options(forks)
                        .include(MapBenchmark.class.getName())
                        .build())
                .run()) {
            operations.put(Figure.method(result), Figure.of(result));
        }
        if (KernelBpf.available()) {
            kernelOperations.put("lruUpdate", LruProgram.kernelNanoseconds(true));
            kernelOperations.put("lruUpdateInOrder", LruProgram.kernelNanoseconds(false));
        }
    }

    /** Prints what was measured. */
    void print(PrintStream out) {
        if (!lookups.isEmpty()) {
            out.printf(
                    "%nNanoseconds per key of a program, with a lookup and without, %,d random keys over and over; Linux by BPF_PROG_TEST_RUN%n%n",
                    LookupTable.KEYS);
            out.println(
                    "| table | bpf4j | without | lookup adds | Linux | without | lookup adds | / Linux | ConcurrentHashMap | / Java | B/op |");
            out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            lookups.forEach((table, row) -> out.println(line(table, row, kernel.get(table))));
        }
        if (!operations.isEmpty()) {
            out.printf("%nMap operations on one thread, in nanoseconds; Linux by BPF_PROG_TEST_RUN%n%n");
            out.println("| operation | bpf4j | M/s | B/op | Linux |");
            out.println("| --- | ---: | ---: | ---: | ---: |");
            operations.forEach((name, figure) -> out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.3f | %s |%n",
                    name,
                    Figure.time(figure),
                    1000 / figure.nanoseconds(),
                    figure.bytes(),
                    kernelOperations.containsKey(name) ? Figure.number(kernelOperations.get(name)) : "-"));
        }
    }

    private static String line(LookupTable table, Map<String, Figure> row, @Nullable KernelFigures linux) {
        Figure with = row.get("lookup");
        Figure without = row.get("noLookup");
        if (with == null || without == null) {
            throw new IllegalStateException("JMH measured only " + row.keySet() + " of " + table);
        }
        Figure java = row.get("concurrentHashMapGet");
        double adds = with.nanoseconds() - without.nanoseconds();
        String[] cells = {
            table.name().toLowerCase(Locale.ROOT),
            Figure.time(with),
            Figure.time(without),
            Figure.number(adds),
            linux == null ? "-" : Figure.number(linux.lookup),
            linux == null ? "-" : Figure.number(linux.noLookup),
            linux == null ? "-" : Figure.number(linux.lookup - linux.noLookup),
            linux == null ? "-" : Figure.number(adds / (linux.lookup - linux.noLookup)),
            Figure.time(java),
            java == null ? "-" : Figure.number(adds / java.nanoseconds()),
            String.format(Locale.ROOT, "%.3f", with.bytes())
        };
        return "| " + String.join(" | ", cells) + " |";
    }
}
