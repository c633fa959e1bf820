/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AssemblyTargetTest {
    private static AssemblyTarget target(String text) {
        return AssemblyTarget.read(new AssemblyTokens(text, 7));
    }

    @Test
    void offsetsCountFromBehindTheJump() {
        Map<String, Integer> labels = Map.of("drop", 12);
        assertEquals(1, target("drop").offset(labels, 10));
        assertEquals(-1, target("drop").offset(labels, 12));
        assertEquals(3, target("+3").offset(labels, 10));
        assertEquals(-2, target("pc-2").offset(labels, 10));
    }

    @Test
    void missingLabelsAreReportedWithTheirPlace() {
        AssemblyTarget target = target("nowhere");
        AssemblyException error = assertThrows(AssemblyException.class, () -> target.offset(Map.of(), 0));
        assertEquals("line 7, column 1: no label is called 'nowhere'", error.getMessage());
    }

    @Test
    void shortJumpsReach16Bits() {
        assertDoesNotThrow(() -> target("+1").checkShort(Short.MIN_VALUE));
        assertThrows(AssemblyException.class, () -> target("+1").checkShort(Short.MAX_VALUE + 1));
    }
}
