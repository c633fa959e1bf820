/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/**
 * {@code BPF_MAP_TYPE_PERCPU_HASH}. Keys are in one table; the values of each CPU are in memory of their own, so that workers never
 * write to a cache line of another.
 */
public final class PerCpuHashMap extends HashTable {
    private final PerCpuValues values;

    PerCpuHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, HashLayout.of(definition, 0, environment.cpus(), true));
    }

    private PerCpuHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        super(definition, layout, environment.memory().allocate(definition, layout.size()));
        this.values = new PerCpuValues(memory, layout, environment.cpus(), definition.valueSize());
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset);
        return e == 0 ? NOT_FOUND : values.of(e, cpu);
    }

    @Override
    public long lookupInt(int cpu, int key) {
        checkKeySize(4);
        long e = index.findInt(key);
        return e == 0 ? NOT_FOUND : values.of(e, cpu);
    }

    @Override
    public long lookupLong(int cpu, long key) {
        checkKeySize(8);
        long e = index.findLong(key);
        return e == 0 ? NOT_FOUND : values.of(e, cpu);
    }

    private record Lookup(HashIndex index, PerCpuValues values) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            long e = index.findInt(key);
            return e == 0 ? NOT_FOUND : values.of(e, cpu);
        }

        @Override
        public long lookupLong(int cpu, long key) {
            long e = index.findLong(key);
            return e == 0 ? NOT_FOUND : values.of(e, cpu);
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return new Lookup(index, values);
    }

    @Override
    public long lookupPerCpu(MemorySegment key, long keyOffset, int cpu) {
        return Integer.compareUnsigned(cpu, values.cpus()) < 0 ? lookup(cpu, key, keyOffset) : NOT_FOUND;
    }

    @Override
    boolean valueInElement() {
        return false;
    }

    @Override
    long valueOf(long element, int cpu) {
        return values.of(element, cpu);
    }

    @Override
    void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        values.fill(element, cpu, value, offset, fromUser);
    }

    @Override
    boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
        values.overwrite(element, cpu, value, offset, fromUser);
        return true;
    }

    @Override
    void copyOut(long element, MemorySegment value, long offset, long flags) {
        values.copyOut(element, value, offset);
    }

    @Override
    public int userValueSize() {
        return values.userSize();
    }
}
