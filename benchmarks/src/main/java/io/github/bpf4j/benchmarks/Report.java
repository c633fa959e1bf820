/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs everything and prints tables: nanoseconds, the ratios that matter, and allocation. The jar's main class. */
@Command(
        name = "benchmarks.jar",
        mixinStandardHelpOptions = true,
        description = "Measures bpf4j beside hand-written Java, native C and the host kernel, in one run.")
public final class Report implements Callable<Integer> {
    /** The name of what {@link MapBenchmark} measures. */
    private static final String MAP_OPERATIONS = "map_operations";

    @Parameters(
            paramLabel = "NAME",
            arity = "0..*",
            description = "Workloads, helper programs, tables, or " + MAP_OPERATIONS + "; all if there are none.")
    private List<String> names = List.of();

    @Option(
            names = {"-f", "--forks"},
            paramLabel = "N",
            description = "JVMs per figure (default: ${DEFAULT-VALUE}).")
    private int forks = 1;

    @Option(names = "--charts", paramLabel = "DIR", description = "Draw charts of the workloads into this directory.")
    private @Nullable Path charts;

    private Report() {}

    /**
     * Measures.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Report()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, RunnerException {
        if (forks < 1) {
            System.err.println("--forks " + forks + " is less than 1");
            return CommandLine.ExitCode.USAGE;
        }
        List<String> unknown = names.stream().filter(name -> !isKnown(name)).toList();
        if (!unknown.isEmpty()) {
            System.err.println("nothing is named " + String.join(", ", unknown));
            return CommandLine.ExitCode.USAGE;
        }
        WorkloadReport workloads = new WorkloadReport(forks);
        HelperReport helpers = new HelperReport(forks);
        MapReport maps = new MapReport(forks);
        workloads.measure(selected(Workload.values()));
        helpers.measure(selected(HelperProgram.values()));
        maps.measure(selected(LookupTable.values()));
        if (names.isEmpty() || names.stream().anyMatch(MAP_OPERATIONS::equalsIgnoreCase)) {
            maps.measureOperations();
        }
        workloads.print(System.out);
        helpers.print(System.out);
        maps.print(System.out);
        if (charts != null) {
            Files.createDirectories(charts);
            workloads.draw(charts);
        }
        return CommandLine.ExitCode.OK;
    }

    /** What all measurements have in common. */
    static ChainedOptionsBuilder options(int forks) {
        return new OptionsBuilder().addProfiler(GCProfiler.class).forks(forks).shouldFailOnError(true);
    }

    /** The names of constants, as JMH wants the values of a parameter. */
    static String[] names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toArray(String[]::new);
    }

    private <E extends Enum<E>> E[] selected(E[] all) {
        return Arrays.stream(all)
                .filter(e -> names.isEmpty() || names.stream().anyMatch(e.name()::equalsIgnoreCase))
                .toArray(size -> Arrays.copyOf(all, size));
    }

    private static boolean isKnown(String name) {
        return name.equalsIgnoreCase(MAP_OPERATIONS)
                || isOneOf(Workload.values(), name)
                || isOneOf(HelperProgram.values(), name)
                || isOneOf(LookupTable.values(), name);
    }

    private static boolean isOneOf(Enum<?>[] constants, String name) {
        return Arrays.stream(constants).anyMatch(constant -> constant.name().equalsIgnoreCase(name));
    }
}
