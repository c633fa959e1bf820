/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.util.ArrayList;
import java.util.List;

/**
 * Fields of a map value that the map itself looks after, found in the BTF of the value's type: they are not copied by updates and read
 * as zero from Java. Offsets are in bytes from the start of the value; -1 means there is none. Immutable.
 *
 * @param spinLock offset of the {@code struct bpf_spin_lock} (4 bytes)
 * @param resSpinLock offset of the {@code struct bpf_res_spin_lock} (4 bytes)
 * @param timer offset of the {@code struct bpf_timer} (16 bytes)
 * @param workQueue offset of the {@code struct bpf_wq} (16 bytes)
 * @param kptrs offsets of pointers to kernel objects or user memory (8 bytes each), which are always NULL
 */
public record SpecialFields(int spinLock, int resSpinLock, int timer, int workQueue, List<Integer> kptrs) {
    /** A value without special fields. */
    public static final SpecialFields NONE = new SpecialFields(-1, -1, -1, -1, List.of());

    /** Copies the list. */
    public SpecialFields {
        kptrs = List.copyOf(kptrs);
    }

    /**
     * A value with only a {@code bpf_spin_lock}.
     *
     * @param offset its offset
     * @return the fields
     */
    public static SpecialFields withSpinLock(int offset) {
        return new SpecialFields(offset, -1, -1, -1, List.of());
    }

    /**
     * A value with only a {@code bpf_timer}.
     *
     * @param offset its offset
     * @return the fields
     */
    public static SpecialFields withTimer(int offset) {
        return new SpecialFields(-1, -1, offset, -1, List.of());
    }

    /**
     * Whether there is any.
     *
     * @return false if values are plain bytes
     */
    public boolean isEmpty() {
        return spinLock < 0 && resSpinLock < 0 && timer < 0 && workQueue < 0 && kptrs.isEmpty();
    }

    /**
     * All fields as byte ranges.
     *
     * @return ranges in ascending order
     */
    public List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        add(ranges, spinLock, 4);
        add(ranges, resSpinLock, 4);
        add(ranges, timer, 16);
        add(ranges, workQueue, 16);
        for (int offset : kptrs) {
            add(ranges, offset, 8);
        }
        ranges.sort((a, b) -> Integer.compare(a.offset(), b.offset()));
        return ranges;
    }

    private static void add(List<Range> ranges, int offset, int size) {
        if (offset >= 0) {
            ranges.add(new Range(offset, size));
        }
    }

    /**
     * Bytes of a value.
     *
     * @param offset the first byte
     * @param size how many bytes
     */
    public record Range(int offset, int size) {}
}
