/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured succeeds, again and again on the same packets. */
class HelperProgramTest {
    @ParameterizedTest
    @EnumSource
    void everyRunSucceeds(HelperProgram helper) {
        HelperBenchmark benchmark = new HelperBenchmark();
        benchmark.helper = helper;
        benchmark.prepare();
        for (int i = 0; i < 10; i++) {
            benchmark.bpf4j();
            benchmark.check();
        }
    }
}
