/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.fuzz.ProgramSource.Generated;
import io.github.bpf4j.compiler.fuzz.VerdictComparison.VerifierFailure;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mutated and generated programs through our verifier and the host kernel's. What we accept is run on packets, interpreted with all its facts
 * checked and, of some, compiled (here, not in the kernel): a run-time check that fires or a fact that does not hold is a failure.
 *
 * <p>Usage: {@code VerifierFuzzer [seed=1] [programs=10000] [from=0] [report=FILE] [compile=20] [load=100]}. Program {@code i} is made from
 * {@code seed * 1000003 + i} alone, so that {@code from=} goes on where another run ended, and repeats one program. Every
 * {@code compile}-th accepted program is compiled, every {@code load}-th program is also really loaded.
 */
public final class VerifierFuzzer {
    private static final int SEED_STEP = 1_000_003;
    private static final int PATIENT_EVERY = 100;
    private static final int PROGRESS_EVERY = 50_000;

    private final ProgramSource source = new ProgramSource();
    private final VerdictComparison comparison = new VerdictComparison();
    private final AcceptedRuns runs = new AcceptedRuns();
    private final Map<ProgramSource.Kind, Integer> kinds = new EnumMap<>(ProgramSource.Kind.class);
    private final long seed;
    private final int compileEvery;
    private final int loadEvery;
    private int accepted;

    /** Programs that we accepted and that trapped or went against their facts, or that made us fail. */
    final List<String> failures = new ArrayList<>();

    VerifierFuzzer(long seed, int compileEvery, int loadEvery) {
        this.seed = seed;
        this.compileEvery = compileEvery;
        this.loadEvery = loadEvery;
    }

    /** Long runs. */
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new java.util.HashMap<>(
                Map.of("seed", "1", "programs", "10000", "from", "0", "report", "", "compile", "20", "load", "100"));
        for (String arg : args) {
            String[] option = arg.split("=", 2);
            if (option.length != 2 || options.replace(option[0], option[1]) == null) {
                throw new IllegalArgumentException("not one of " + options.keySet() + " with a value: " + arg);
            }
        }
        VerifierFuzzer fuzzer = new VerifierFuzzer(
                Long.parseLong(options.get("seed")),
                Integer.parseInt(options.get("compile")),
                Integer.parseInt(options.get("load")));
        fuzzer.run(
                Long.parseLong(options.get("from")), Integer.parseInt(options.get("programs")), options.get("report"));
        System.exit(fuzzer.failures.isEmpty() ? 0 : 1);
    }

    /** Compares so many programs, and keeps the report file up to date. */
    private void run(long from, int programs, String report) throws IOException {
        long start = System.nanoTime();
        for (long i = from; comparison.programs() < programs; i++) {
            one(i);
            if ((i + 1) % PROGRESS_EVERY == 0) {
                System.out.println(seconds(start) + " s, up to " + i + ": " + summary());
                save(report);
            }
        }
        System.out.println(seconds(start) + " s, seed " + seed + ": " + summary());
        save(report);
        System.out.println(comparison.differences().text());
        failures.forEach(System.out::println);
    }

    private static long seconds(long start) {
        return (System.nanoTime() - start) / 1_000_000_000;
    }

    private void save(String report) throws IOException {
        if (!report.isEmpty()) {
            Files.writeString(
                    Path.of(report),
                    "seed " + seed + ": " + summary() + "\n\n"
                            + comparison.differences().text() + String.join("\n", failures));
        }
    }

    String summary() {
        return "%.1f s of processor time; ".formatted(VerdictComparison.cpuTime() / 1e9) + comparison + "; " + runs
                + "; made: " + kinds + "; " + failures.size() + " failures";
    }

    /** One program. */
    void one(long index) {
        Generated generated = source.program(seed * SEED_STEP + index);
        if (generated == null) {
            return;
        }
        String failure = failure(generated, index);
        if (failure != null) {
            failures.add("program " + index + ": " + failure + "\n" + VerdictComparison.text(generated.program()));
        }
    }

    private @Nullable String failure(Generated generated, long index) {
        boolean patient = generated.random().nextInt(PATIENT_EVERY) == 0;
        VerifiedProgram verified;
        try {
            int before = comparison.programs();
            verified = comparison.compare(
                    generated.program(),
                    generated.kernelMaps(),
                    "seed " + seed + ", program " + index + "\n",
                    patient,
                    index % loadEvery == 0);
            kinds.merge(generated.kind(), comparison.programs() - before, Integer::sum);
        } catch (VerifierFailure e) {
            return e.getMessage();
        }
        if (verified == null) {
            return null;
        }
        String failure = runs.interpret(verified, generated.random());
        if (failure == null && accepted++ % compileEvery == 0) {
            failure = runs.compile(verified, generated.random());
        }
        return failure == null || isLimitation(generated.program()) ? null : failure;
    }

    /** Whether Linux's rules allow the program, but it cannot run here. */
    private static boolean isLimitation(Program program) {
        try {
            Verifier.verify(program);
            return false;
        } catch (VerifierException rejection) {
            return true;
        }
    }
}
