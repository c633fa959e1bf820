/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** The values of a per-CPU hash kind: by CPU first, then by element. */
record PerCpuValues(MemorySegment memory, int cpus, int valueSize, long at, long cpuStride, long stride)
        implements ElementValues {
    PerCpuValues(MemorySegment memory, HashLayout layout, int valueSize) {
        this(memory, layout.cpus(), valueSize, layout.perCpuAt(), layout.perCpuStride(), layout.perCpuValue());
    }

    @Override
    public boolean isPerCpu(int cpu) {
        return Integer.compareUnsigned(cpu, cpus) < 0;
    }

    @Override
    public int userSize() {
        return Math.toIntExact(stride * cpus);
    }

    @Override
    public long of(long element, int cpu) {
        return at
                + cpu * cpuStride
                + Integer.toUnsignedLong(memory.get(Words.INT, element + HashLayout.INDEX)) * stride;
    }

    /** A new element: a program sets its own CPU's value, the others become zero; Java sets all. */
    @Override
    public void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        if (fromUser) {
            copyIn(element, cpu, value, offset, true);
            return;
        }
        for (int other = 0; other < cpus; other++) {
            if (other != cpu) {
                Words.zero(memory, of(element, other), stride);
            }
        }
        copyIn(element, cpu, value, offset, false);
    }

    @Override
    public boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
        copyIn(element, cpu, value, offset, fromUser);
        return true;
    }

    private void copyIn(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        if (fromUser) {
            for (int c = 0; c < cpus; c++) {
                Words.copy(value, offset + c * stride, memory, of(element, c), stride);
            }
        } else {
            Words.copy(value, offset, memory, of(element, cpu), valueSize);
        }
    }

    @Override
    public void copyOut(long element, MemorySegment value, long offset, long flags) {
        for (int c = 0; c < cpus; c++) {
            Words.copy(memory, of(element, c), value, offset + c * stride, stride);
        }
    }
}
