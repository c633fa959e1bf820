/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** {@code BPF_MAP_TYPE_LRU_HASH}: a hash map that makes room by evicting what was not used lately (see {@link LruTable}). */
public final class LruHashMap extends LruTable {
    LruHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, layout(definition, environment, false));
    }

    private LruHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        super(definition, layout, environment, environment.memory().allocate(definition, layout.size()));
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return used(findElement(key, keyOffset));
    }

    @Override
    public long lookupInt(int cpu, int key) {
        checkKeySize(4);
        return used(index.findInt(key));
    }

    @Override
    public long lookupLong(int cpu, long key) {
        checkKeySize(8);
        return used(index.findLong(key));
    }

    private long used(long e) {
        if (e == 0) {
            return NOT_FOUND;
        }
        touched(e);
        return e + valueOffset;
    }

    private record Lookup(HashIndex index, long valueOffset) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            return used(index.findInt(key));
        }

        @Override
        public long lookupLong(int cpu, long key) {
            return used(index.findLong(key));
        }

        private long used(long e) {
            if (e == 0) {
                return NOT_FOUND;
            }
            touch(index.memory(), e);
            return e + valueOffset;
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return new Lookup(index, valueOffset);
    }

    @Override
    long valueOf(long element, int cpu) {
        return element + valueOffset;
    }

    @Override
    void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
        copier.initialize(value, offset, memory, element + valueOffset);
    }

    @Override
    boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
        return false;
    }

    @Override
    void copyOut(long element, MemorySegment value, long offset, long flags) {
        if (flags == 0) {
            copier.load(memory, element + valueOffset, value, offset);
        } else {
            copier.loadLocked(memory, element + valueOffset, value, offset);
        }
    }
}
