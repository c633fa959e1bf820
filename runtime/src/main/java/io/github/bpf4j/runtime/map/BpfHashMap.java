/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;

/**
 * {@code BPF_MAP_TYPE_HASH}. Overwriting a key gives it a new element, so that a reader sees the old or the new value, never a mixture;
 * only {@code BPF_F_LOCK} overwrites in place.
 */
public final class BpfHashMap extends HashTable {
    BpfHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, HashLayout.of(definition, 0, 0, false));
    }

    private BpfHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        super(definition, layout, environment.memory().allocate(definition, layout.size()));
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset);
        return e == 0 ? NOT_FOUND : e + valueOffset;
    }

    @Override
    public long lookupInt(int cpu, int key) {
        checkKeySize(4);
        long e = index.findInt(key);
        return e == 0 ? NOT_FOUND : e + valueOffset;
    }

    @Override
    public long lookupLong(int cpu, long key) {
        checkKeySize(8);
        long e = index.findLong(key);
        return e == 0 ? NOT_FOUND : e + valueOffset;
    }

    private record Lookup(HashIndex index, long valueOffset) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            long e = index.findInt(key);
            return e == 0 ? NOT_FOUND : e + valueOffset;
        }

        @Override
        public long lookupLong(int cpu, long key) {
            long e = index.findLong(key);
            return e == 0 ? NOT_FOUND : e + valueOffset;
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return new Lookup(index, valueOffset);
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long offset, long flags) {
        if (definition().type() != MapType.DEVMAP_HASH) {
            return super.writeElement(key, keyOffset, value, offset, flags);
        }
        if (value.get(Words.INT, offset) == 0) {
            return -Errno.EINVAL; // an element without a device is deleted, not set
        }
        boolean any = flags == MapFlags.BPF_EXIST; // as in Linux
        return super.writeElement(key, keyOffset, value, offset, any ? MapFlags.BPF_ANY : flags);
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long offset, long flags) {
        return definition().type() == MapType.HASH
                ? super.takeElement(key, keyOffset, value, offset, flags)
                : -Errno.ENOTSUPP; // a device map has no such command
    }
}
