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
 *
 * @param size bytes of a value
 * @param special the fields that the map looks after
 * @param copied the bytes between them, in order
 * @param skipped their bytes, in order
 */
record ValueCopier(
        int size, SpecialFields special, List<SpecialFields.Range> copied, List<SpecialFields.Range> skipped) {
    /** For values of a size with such fields. */
    static ValueCopier of(int size, SpecialFields special) {
        List<SpecialFields.Range> copied = new ArrayList<>();
        int at = 0;
        for (SpecialFields.Range range : special.ranges()) {
            if (range.offset() > at) {
                copied.add(new SpecialFields.Range(at, range.offset() - at));
            }
            at = range.offset() + range.size();
        }
        if (at < size) {
            copied.add(new SpecialFields.Range(at, size - at));
        }
        return new ValueCopier(size, special, List.copyOf(copied), List.copyOf(special.ranges()));
    }

    /** Whether values have a {@code bpf_spin_lock}, without which {@code BPF_F_LOCK} is refused. */
    boolean hasSpinLock() {
        return special.spinLock() >= 0;
    }

    /** Overwrites a live value, whose special fields stay. */
    void store(MemorySegment from, long fromOffset, MemorySegment to, long toOffset) {
        if (special.isEmpty()) {
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
        if (!special.isEmpty()) {
            zeroSpecial(to, toOffset);
        }
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
        for (int i = 0; i < copied.size(); i++) {
            SpecialFields.Range range = copied.get(i);
            Words.copy(from, fromOffset + range.offset(), to, toOffset + range.offset(), range.size());
        }
    }

    private void zeroSpecial(MemorySegment to, long toOffset) {
        for (int i = 0; i < skipped.size(); i++) {
            SpecialFields.Range range = skipped.get(i);
            Words.zero(to, toOffset + range.offset(), range.size());
        }
    }
}
