/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A slice of what {@link MapDifferential} compares: the map helpers of programs. */
@RequiresKernel
class ProgramMapOperationsTest {
    private static final int SEQUENCES = 320;
    private static final long SEED = 20260718;

    @TestFactory
    Stream<DynamicTest> sameResultsAsLinux() {
        return MapKinds.PROGRAM.stream()
                .map(kind -> DynamicTest.dynamicTest(
                        kind.name(), () -> ProgramMapOperations.compare(kind, SEQUENCES, SEED)));
    }

    @Test
    void programArraysReachTheSamePrograms() throws Exception {
        TailCallSequences.compare(MapKinds.PROG_ARRAY, SEQUENCES, SEED);
    }
}
