/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A slice of both fuzzers. For another one, or a long run:
 * {@code mvn -pl compiler -am test -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false -Dbpf4j.fuzz.cases=100000 -Dbpf4j.fuzz.seed=7}.
 * The main methods of {@link ExecutionFuzzer} and {@link VerifierFuzzer} have more to choose and write reports.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 1);
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 300);

    @Test
    void generatedProgramsDoTheSameEverywhere() {
        ExecutionFuzzer fuzzer = new ExecutionFuzzer();
        ExecutionFuzzer.Counts counts = new ExecutionFuzzer.Counts();
        for (int i = 0; i < CASES; i++) {
            fuzzer.one(SEED * 1_000_003 + i, true, i % 100 == 0, counts);
        }
        assertEquals(List.of(), counts.failures, () -> "seed " + SEED);
        assertTrue(counts.refused < CASES / 2, counts::toString);
    }

    @Test
    void mutatedProgramsNeverTrap() {
        VerifierFuzzer fuzzer = new VerifierFuzzer(SEED);
        for (int i = 0; i < CASES; i++) {
            fuzzer.one();
        }
        assertEquals(List.of(), fuzzer.failures, () -> "seed " + SEED);
    }
}
