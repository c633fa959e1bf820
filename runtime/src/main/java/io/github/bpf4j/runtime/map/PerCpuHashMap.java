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
    PerCpuHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, HashLayout.of(definition, 0, environment.cpus(), true));
    }

    private PerCpuHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        super(definition, layout, environment.memory().allocate(definition, layout.size()));
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset);
        return e == 0 ? NOT_FOUND : elementValues.of(e, cpu);
    }

    @Override
    public long lookupInt(int cpu, int key) {
        checkKeySize(4);
        long e = index.findInt(key);
        return e == 0 ? NOT_FOUND : elementValues.of(e, cpu);
    }

    @Override
    public long lookupLong(int cpu, long key) {
        checkKeySize(8);
        long e = index.findLong(key);
        return e == 0 ? NOT_FOUND : elementValues.of(e, cpu);
    }

    private record Lookup(HashIndex index, ElementValues values) implements KeyLookup {
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
        return new Lookup(index, elementValues);
    }
}
