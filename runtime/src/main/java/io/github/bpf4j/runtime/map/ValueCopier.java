/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies values in and out of a map, leaving out the fields that the map looks after, as the kernel's {@code copy_map_value} and
 * {@code check_and_init_map_value} do.
 */
final class ValueCopier {
    private final int size;
    private final SpecialFields special;
    private final boolean plain;
    private final int[] copied; // offset, size pairs
    private final int[] skipped;

    ValueCopier(int size, SpecialFields special) {
        this.size = size;
        this.special = special;
        this.plain = special.isEmpty();
        List<Integer> copy = new ArrayList<>();
        List<Integer> skip = new ArrayList<>();
        int at = 0;
        for (SpecialFields.Range range : special.ranges()) {
            if (range.offset() > at) {
                copy.add(at);
                copy.add(range.offset() - at);
            }
            skip.add(range.offset());
            skip.add(range.size());
            at = range.offset() + range.size();
        }
        if (at < size) {
            copy.add(at);
            copy.add(size - at);
        }
        this.copied = copy.stream().mapToInt(Integer::intValue).toArray();
        this.skipped = skip.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether values have a {@code bpf_spin_lock}, without which {@code BPF_F_LOCK} is refused. */
    boolean hasSpinLock() {
        return special.spinLock() >= 0;
    }

    /** Overwrites a live value, whose special fields stay. */
    void store(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        if (plain) {
            Words.copy(from, fromOffset, to, toOffset, size);
        } else {
            copyPlainParts(from, fromOffset, to, toOffset);
        }
    }

    /** Overwrites a live value under its spin lock. */
    void storeLocked(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        SpinLocks.lock(to, toOffset + special.spinLock());
        try {
            copyPlainParts(from, fromOffset, to, toOffset);
        } finally {
            SpinLocks.unlock(to, toOffset + special.spinLock());
        }
    }

    /** Fills a value that nobody sees yet; special fields become zero. */
    void initialize(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        store(from, fromOffset, to, toOffset);
        zeroSpecial(to, toOffset);
    }

    /** Copies a value out for Java; special fields read as zero. */
    void load(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        store(from, fromOffset, to, toOffset);
        zeroSpecial(to, toOffset);
    }

    /** {@link #load} under the value's spin lock. */
    void loadLocked(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        SpinLocks.lock(from, fromOffset + special.spinLock());
        try {
            copyPlainParts(from, fromOffset, to, toOffset);
        } finally {
            SpinLocks.unlock(from, fromOffset + special.spinLock());
        }
        zeroSpecial(to, toOffset);
    }

    private void copyPlainParts(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        for (int i = 0; i < copied.length; i += 2) {
            Words.copy(from, fromOffset + copied[i], to, toOffset + copied[i], copied[i + 1]);
        }
    }

    private void zeroSpecial(MemorySegment to, long toOffset) {
        for (int i = 0; i < skipped.length; i += 2) {
            Words.zero(to, toOffset + skipped[i], skipped[i + 1]);
        }
    }
}
