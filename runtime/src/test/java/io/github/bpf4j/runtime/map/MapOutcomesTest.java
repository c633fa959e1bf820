/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A slice of every experiment of {@link MapOutcomes}. */
class MapOutcomesTest {
    private static final int MEETINGS = 1280;

    @TestFactory
    Stream<DynamicTest> onlyDeclaredOutcomes() {
        return MapOutcomes.all().stream()
                .map(experiment -> DynamicTest.dynamicTest(experiment.name(), () -> experiment.run(MEETINGS)));
    }

    @Test
    void anOutcomeThatIsNotDeclaredFails() {
        OutcomeExperiment<AtomicLong> experiment = new OutcomeExperiment<>("a counter", AtomicLong::new)
                .actor(AtomicLong::incrementAndGet)
                .actor(AtomicLong::incrementAndGet)
                .acceptable("1, 2, 0", "in turn");
        AssertionError e = assertThrows(AssertionError.class, () -> experiment.run(640));
        assertEquals("a counter: outcome", e.getMessage().substring(0, 18));
    }
}
