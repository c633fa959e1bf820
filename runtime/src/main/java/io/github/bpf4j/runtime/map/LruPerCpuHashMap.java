/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** {@code BPF_MAP_TYPE_LRU_PERCPU_HASH}: like {@link LruHashMap}, with a value for each CPU. */
public final class LruPerCpuHashMap extends LruTable {
    private final PerCpuValues values;

    LruPerCpuHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, layout(definition, environment, true));
    }

    private LruPerCpuHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout)
            throws MapException {
        super(definition, layout, environment, environment.memory().allocate(definition, layout.size()));
        this.values = new PerCpuValues(memory, layout, environment.cpus(), definition.valueSize());
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return used(findElement(key, keyOffset), cpu);
    }

    @Override
    public long lookupInt(int cpu, int key) {
        checkKeySize(4);
        return used(index.findInt(key), cpu);
    }

    @Override
    public long lookupLong(int cpu, long key) {
        checkKeySize(8);
        return used(index.findLong(key), cpu);
    }

    private long used(long e, int cpu) {
        if (e == 0) {
            return NOT_FOUND;
        }
        touched(e);
        return values.of(e, cpu);
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
