/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By function and stack slot, ranges of saved scalars that explored paths do not have. */
final class SavedRanges {
    private final Map<Integer, ScalarRange> ranges = new HashMap<>();
    private final Map<Integer, Integer> growth = new HashMap<>();

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * Adds a range to a slot.
     *
     * @param slot 0 is the one at the frame pointer
     * @return whether that was news
     */
    boolean add(int subprogram, int slot, ScalarRange range) {
        int key = subprogram * FrameState.SLOTS + slot;
        ScalarRange known = ranges.get(key);
        if (known == null) {
            known = new ScalarRange();
            known.copyRange(range);
            ranges.put(key, known);
            return true;
        }
        if (!known.join(range)) {
            return false;
        }
        if (growth.merge(key, 1, Integer::sum) > FactsCompletion.MAX_GROWTH) {
            known.setUnknown();
        }
        return true;
    }

    /** Gives up what is known of a slot; returns whether anything was. */
    boolean addUnknown(int subprogram, int slot) {
        return add(subprogram, slot, new ScalarRange());
    }

    /** Adds a range to the slot at an offset from the frame pointer; to none if that is no place on the stack. */
    boolean addAt(int subprogram, long offset, ScalarRange range) {
        return offset < 0 && offset >= -512 && add(subprogram, slotAt(offset), range);
    }

    /** What was added to the slot at an offset from the frame pointer; null for nothing. */
    @Nullable
    ScalarRange at(int subprogram, long offset) {
        return ranges.get(subprogram * FrameState.SLOTS + slotAt(offset));
    }

    private static int slotAt(long offset) {
        return (int) ((-offset - 1) / Long.BYTES);
    }
}
