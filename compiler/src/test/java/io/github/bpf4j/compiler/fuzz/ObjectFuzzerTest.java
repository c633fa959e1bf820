/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A slice of {@link ObjectFuzzer}. */
class ObjectFuzzerTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain.o", "rich_v3.o"})
    void damagedObjectsAreRefusedOrVerified(String object) {
        ObjectFuzzer fuzzer = ObjectFuzzer.run(TestObjects.read(object), 200, TestObjects.seed());
        assertTrue(fuzzer.verified() > 0, fuzzer::toString);
    }
}
