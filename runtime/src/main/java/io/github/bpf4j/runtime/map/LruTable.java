/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/**
 * A hash table that evicts ({@link LruClock}) and so notes which elements programs look up. With {@code BPF_F_NO_COMMON_LRU} each CPU has
 * its own share of the elements.
 */
abstract class LruTable extends HashTable {
    private final Lookup keyLookup;

    LruTable(MapDefinition definition, HashLayout layout, MapRegion region) {
        super(definition, layout, region);
        this.keyLookup = new Lookup(index, elementValues);
    }

    private static int shares(MapDefinition definition, MapEnvironment environment) {
        return definition.has(MapFlags.NO_COMMON_LRU) ? environment.cpus() : 1;
    }

    static HashLayout layout(MapDefinition definition, MapEnvironment environment, boolean perCpu) {
        int shares = shares(definition, environment);
        long entries = Integer.toUnsignedLong(definition.maxEntries());
        long rounded = (entries + shares - 1) / shares * shares; // every CPU gets as many
        MapDefinition sized = definition.withMaxEntries((int) rounded);
        return HashLayout.of(sized, shares, perCpu ? environment.cpus() : 0, true);
    }

    @Override
    public final long lookup(int cpu, MemorySegment key, long keyOffset) {
        return keyLookup.used(findElement(key, keyOffset), cpu);
    }

    @Override
    public final long lookupInt(int cpu, int key) {
        checkKeySize(4);
        return keyLookup.lookupInt(cpu, key);
    }

    @Override
    public final long lookupLong(int cpu, long key) {
        checkKeySize(8);
        return keyLookup.lookupLong(cpu, key);
    }

    private record Lookup(HashIndex index, ElementValues values) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            return used(index.findInt(key), cpu);
        }

        @Override
        public long lookupLong(int cpu, long key) {
            return used(index.findLong(key), cpu);
        }

        /** Where the value of an element is that was found, or was not. */
        private long used(long e, int cpu) {
            if (e == 0) {
                return NOT_FOUND;
            }
            LruElements.touch(index.memory(), e);
            return values.of(e, cpu);
        }
    }

    @Override
    public final KeyLookup keyLookup() {
        return keyLookup;
    }

    @Override
    final long find(MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset); // Java's look does not count as use
        return e == 0 ? NOT_FOUND : valueOf(e, 0);
    }
}
