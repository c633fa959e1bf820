/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.fuzz.Comparison.Extent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A slice of both fuzzers. For another one, or a long run: {@code mvn -pl compiler -am test -Dtest=FuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest.timeout=0 -Dbpf4j.fuzz.cases=1000000 -Dbpf4j.fuzz.seed=11 -Dbpf4j.fuzz.kernelEvery=10
 * -Dbpf4j.fuzz.hotEvery=1000}. The main methods of {@link ExecutionFuzzer} and {@link VerifierFuzzer} do the same and write reports.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 1);
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 300);
    private static final int KERNEL_EVERY = Integer.getInteger("bpf4j.fuzz.kernelEvery", 1);
    private static final int HOT_EVERY = Integer.getInteger("bpf4j.fuzz.hotEvery", 100);

    @Test
    void generatedProgramsDoTheSameEverywhere() {
        try (ExecutionFuzzer fuzzer = new ExecutionFuzzer()) {
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < CASES; i++) {
                Regression difference =
                        fuzzer.one(SEED * 1_000_003 + i, new Extent(i % KERNEL_EVERY == 0, i % HOT_EVERY == 0));
                if (difference != null) {
                    differences.add(difference.text());
                }
            }
            assertEquals(List.of(), differences, () -> "seed " + SEED);
            assertTrue(fuzzer.counts.refused < CASES / 10, fuzzer.counts::toString);
            // A kernel that removes an unreachable callback may fail on the unreachable reference to it ("verifier bug:
            // No program to jit").
            assertTrue(fuzzer.counts.kernelRefused <= CASES / 20, fuzzer.counts::toString);
        }
    }

    @Test
    void acceptedProgramsNeverTrapAndKeepTheirFacts() {
        VerifierFuzzer fuzzer = new VerifierFuzzer(SEED, 10, 10);
        for (int i = 0; i < 10 * CASES; i++) {
            fuzzer.one(i);
        }
        assertEquals(List.of(), fuzzer.failures, () -> "seed " + SEED);
    }
}
