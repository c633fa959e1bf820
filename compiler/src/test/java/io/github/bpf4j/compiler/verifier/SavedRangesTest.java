/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class SavedRangesTest {
    private final SavedRanges saved = new SavedRanges();

    private static ScalarRange constant(long value) {
        ScalarRange range = new ScalarRange();
        range.setConstant(value);
        return range;
    }

    private long greatest(int subprogram, long offset) {
        return Objects.requireNonNull(saved.at(subprogram, offset)).umax;
    }

    @Test
    void rangesOfOneSlotAreJoined() {
        assertTrue(saved.isEmpty());
        assertTrue(saved.addAt(0, -8, constant(3)));
        assertTrue(saved.add(0, 0, constant(5)));
        assertFalse(saved.add(0, 0, constant(3)), "nothing new");
        assertEquals(5, greatest(0, -8));
        assertEquals(5, greatest(0, -1), "the same slot");
    }

    @Test
    void slotsAndFunctionsAreApart() {
        saved.addAt(1, -16, constant(3));
        assertNull(saved.at(1, -8));
        assertNull(saved.at(0, -16));
        assertEquals(3, greatest(1, -16));
    }

    @Test
    void placesOutsideTheStackAreLeftOut() {
        assertFalse(saved.addAt(0, 0, constant(1)));
        assertFalse(saved.addAt(0, -513, constant(1)));
        assertTrue(saved.isEmpty());
    }

    @Test
    void rangesThatKeepGrowingAreGivenUp() {
        for (int value = 0; value <= FactsCompletion.MAX_GROWTH; value++) {
            saved.add(0, 0, constant(1L << value));
        }
        assertEquals(1L << FactsCompletion.MAX_GROWTH, Long.highestOneBit(greatest(0, -8)));
        saved.add(0, 0, constant(1L << 40));
        assertEquals(-1, greatest(0, -8));
    }
}
