/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** The values of a per-CPU hash kind: by CPU first, then by element. */
record PerCpuValues(MemorySegment memory, int cpus, int valueSize, long at, long cpuStride, long stride) {
    PerCpuValues(MemorySegment memory, HashLayout layout, int cpus, int valueSize) {
        this(memory, cpus, valueSize, layout.perCpuAt(), layout.perCpuStride(), layout.perCpuValue());
    }

    int userSize() {
        return Math.toIntExact(stride * cpus);
    }

    long of(long element, int cpu) {
        return at
                + cpu * cpuStride
                + Integer.toUnsignedLong(memory.get(Words.INT, element + HashLayout.INDEX)) * stride;
    }

    /** A new element: a program sets its own CPU's value, the others become zero; Java sets all. */
    void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        if (fromUser) {
            overwrite(element, cpu, value, offset, true);
            return;
        }
        for (int other = 0; other < cpus; other++) {
            if (other != cpu) {
                Words.zero(memory, of(element, other), stride);
            }
        }
        overwrite(element, cpu, value, offset, false);
    }

    void overwrite(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        if (fromUser) {
            for (int c = 0; c < cpus; c++) {
                Words.copy(value, offset + c * stride, memory, of(element, c), stride);
            }
        } else {
            Words.copy(value, offset, memory, of(element, cpu), valueSize);
        }
    }

    void copyOut(long element, MemorySegment value, long offset) {
        for (int c = 0; c < cpus; c++) {
            Words.copy(memory, of(element, c), value, offset + c * stride, stride);
        }
    }
}
