/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Callbacks, iterators, references, dynptrs, regions: one program per rule, in {@code features.txt}. Each case is a line with the program type and
 * a title, a line with {@code accept} or Linux's exact words, and the program.
 */
class FeatureCasesTest {
    @TestFactory
    Stream<DynamicTest> cases() throws IOException {
        String text;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("features.txt"))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String[] cases = text.split("(?m)^---\n");
        assertTrue(cases.length > 30, "the resource is cut off");
        return Arrays.stream(cases).filter(c -> !c.isBlank()).map(FeatureCasesTest::test);
    }

    private static DynamicTest test(String text) {
        String[] lines = text.split("\n", 3);
        String title = lines[0].substring(2);
        String expected = lines[1].substring(2);
        ProgramType type = ProgramType.valueOf(title.substring(0, title.indexOf(':')));
        return DynamicTest.dynamicTest(title, () -> {
            if (expected.equals("accept")) {
                VerifierHarness.accept(type, lines[2]);
            } else {
                assertEquals(expected, VerifierHarness.reject(type, lines[2]).getMessage());
            }
        });
    }
}
