/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/**
 * Values that stand behind the key in the element, the same for all CPUs. Overwriting replaces the element, so that a reader sees the old or
 * the new value, never a mixture; only {@code BPF_F_LOCK} overwrites in place.
 *
 * @param memory the table
 * @param at offset of the value in an element
 * @param userSize bytes of a value
 * @param copier knows the value's special fields
 */
record ValuesInElements(MemorySegment memory, long at, int userSize, ValueCopier copier) implements ElementValues {
    @Override
    public long of(long element, int cpu) {
        return element + at;
    }

    @Override
    public boolean isPerCpu(int cpu) {
        return false;
    }

    @Override
    public void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        copier.initialize(value, offset, memory, element + at);
    }

    @Override
    public boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
        if ((flags & MapFlags.BPF_F_LOCK) == 0) {
            return false;
        }
        copier.storeLocked(value, offset, memory, element + at);
        return true;
    }

    @Override
    public void free(long element) {
        if (!copier.special().isEmpty()) {
            DeferredCalls.free(memory, element + at, copier.special());
        }
    }

    @Override
    public void copyOut(long element, MemorySegment value, long offset, long flags) {
        if (flags == 0) {
            copier.load(memory, element + at, value, offset);
        } else {
            copier.loadLocked(memory, element + at, value, offset);
        }
    }
}
