/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A short run of every {@link SoakScenario}. */
class MapStressTest {
    @TestFactory
    List<DynamicTest> scenarios() {
        return Arrays.stream(SoakScenario.values())
                .map(scenario -> DynamicTest.dynamicTest(
                        scenario.name(),
                        () -> MapSoak.run(scenario, 4, Integer.getInteger("bpf4j.stress.rounds", 20_000), 0)))
                .toList();
    }
}
