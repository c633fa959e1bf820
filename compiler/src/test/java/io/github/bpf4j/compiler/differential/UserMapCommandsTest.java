/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A slice of what {@link MapDifferential} compares: the commands of {@code bpf(2)} on maps. */
@RequiresKernel
class UserMapCommandsTest {
    private static final int SEQUENCES = 150;
    private static final long SEED = 20260718;

    @TestFactory
    Stream<DynamicTest> sameResultsAsLinux() {
        return MapKinds.USER.stream()
                .map(kind ->
                        DynamicTest.dynamicTest(kind.name(), () -> UserMapCommands.compare(kind, SEQUENCES, SEED)));
    }
}
