/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_PERCPU_ARRAY}. The values of one CPU lie together, apart from those of the others by whole pairs of cache lines,
 * so that workers never write to a line of another.
 */
public final class PerCpuArrayMap extends IndexedMap {
    private final MemorySegment values;
    private final int cpus;
    private final long stride;
    private final long cpuStride;

    PerCpuArrayMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment.cpus(), allocate(definition, environment));
    }

    private PerCpuArrayMap(MapDefinition definition, int cpus, MapRegion region) {
        super(definition, region.header());
        this.values = region.body();
        this.cpus = cpus;
        this.stride = Words.roundUp(definition.valueSize(), 8);
        this.cpuStride = cpuStride(definition);
    }

    private static long cpuStride(MapDefinition definition) {
        return Words.roundUp(
                Integer.toUnsignedLong(definition.maxEntries()) * Words.roundUp(definition.valueSize(), 8), 128);
    }

    private static MapRegion allocate(MapDefinition definition, MapEnvironment environment) throws MapException {
        return environment.memory().allocate(definition, cpuStride(definition) * environment.cpus());
    }

    @Override
    public MemorySegment values() {
        return values;
    }

    /**
     * Distance between two elements of one CPU.
     *
     * @return bytes
     */
    public long stride() {
        return stride;
    }

    /**
     * Distance between the values of one CPU and the next.
     *
     * @return bytes
     */
    public long cpuStride() {
        return cpuStride;
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return lookupInt(cpu, key.get(Words.INT, keyOffset));
    }

    @Override
    public long lookupInt(int cpu, int key) {
        return Integer.compareUnsigned(key, maxEntries) < 0
                ? cpu * cpuStride + Integer.toUnsignedLong(key) * stride
                : NOT_FOUND;
    }

    @Override
    public long lookupPerCpu(MemorySegment key, long keyOffset, int cpu) {
        return Integer.compareUnsigned(cpu, cpus) < 0 ? lookup(cpu, key, keyOffset) : NOT_FOUND;
    }

    private record Lookup(int maxEntries, long stride, long cpuStride) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            return Integer.compareUnsigned(key, maxEntries) < 0
                    ? cpu * cpuStride + Integer.toUnsignedLong(key) * stride
                    : NOT_FOUND;
        }

        @Override
        public long lookupLong(int cpu, long key) {
            throw new UnsupportedOperationException("an array has keys of 4 bytes");
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return new Lookup(maxEntries, stride, cpuStride);
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        int error = checkUpdate(index, flags, true);
        if (error == 0) {
            copier.store(value, valueOffset, values, lookupInt(cpu, index));
        }
        return error;
    }

    @Override
    public long forEach(ExecutionContext context, BpfCallback callback, long argument, @Nullable Object argumentBase) {
        return walk(context, callback, argument, argumentBase);
    }

    @Override
    public int userValueSize() {
        return Math.toIntExact(stride * cpus);
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        if (!isInRange(index)) {
            return -Errno.ENOENT;
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            Words.copy(values, lookupInt(cpu, index), value, valueOffset + cpu * stride, stride);
        }
        return 0;
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        int error = checkUpdate(index, flags, false);
        if (error == 0) {
            for (int cpu = 0; cpu < cpus; cpu++) {
                Words.copy(value, valueOffset + cpu * stride, values, lookupInt(cpu, index), stride);
            }
        }
        return error;
    }
}
