/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** {@code BPF_MAP_TYPE_HASH_OF_MAPS}. The table's values are map numbers; beside each element is the reference itself. */
public final class HashOfMaps extends HashTable {
    private final MapDefinition template;
    private final AtomicReferenceArray<@Nullable BpfMap> inner;

    HashOfMaps(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, HashLayout.of(definition, 0, 0, true));
    }

    private HashOfMaps(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        this(
                definition,
                layout,
                environment.memory().allocate(definition, layout.size()),
                new AtomicReferenceArray<>((int) layout.elements()));
    }

    private HashOfMaps(
            MapDefinition definition, HashLayout layout, MapRegion region, AtomicReferenceArray<@Nullable BpfMap> inner)
            throws MapException {
        super(definition, layout, region, new InnerValues(region.body(), layout.valueOffset(), inner));
        this.template = InnerMaps.template(definition);
        this.inner = inner;
    }

    /** The number of an element's map is in the element, the map itself in an array. */
    private record InnerValues(MemorySegment memory, long at, AtomicReferenceArray<@Nullable BpfMap> inner)
            implements ElementValues {
        @Override
        public long of(long element, int cpu) {
            return element + at;
        }

        @Override
        public boolean isPerCpu(int cpu) {
            return false;
        }

        @Override
        public int userSize() {
            return 4;
        }

        @Override
        public void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser) {
            int id = value.get(Words.INT, offset);
            memory.set(Words.INT, element + at, id);
            inner.setRelease(index(memory, element), MapIds.find(id));
        }

        @Override
        public boolean overwrite(
                long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser) {
            return false;
        }

        @Override
        public void copyOut(long element, MemorySegment value, long offset, long flags) {
            value.set(Words.INT, offset, memory.get(Words.INT, element + at));
        }
    }

    private static int index(MemorySegment memory, long element) {
        return memory.get(Words.INT, element + HashLayout.INDEX);
    }

    /**
     * Sets an element.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param map what it shall hold
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST} or {@code BPF_EXIST}
     * @return 0 or {@code -errno}
     */
    public int set(MemorySegment key, long keyOffset, BpfMap map, long flags) {
        MemorySegment value = Arena.ofAuto().allocate(4, 4);
        value.set(Words.INT, 0, MapIds.register(map));
        try {
            return updateElement(key, keyOffset, value, 0, flags);
        } finally {
            Reference.reachabilityFence(map); // the table looks for it by its number
        }
    }

    @Override
    public @Nullable BpfMap lookupInner(MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset);
        return e == 0 ? null : inner.getAcquire(index(memory, e));
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        BpfMap map = MapIds.find(value.get(Words.INT, valueOffset));
        if (map == null) {
            return -Errno.EBADF;
        }
        int error = InnerMaps.check(template, map.definition());
        try {
            return error != 0 ? error : super.writeElement(key, keyOffset, value, valueOffset, flags);
        } finally {
            Reference.reachabilityFence(map);
        }
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.ENOTSUPP;
    }

    @Override
    void removed(long element) {
        if (inner != null) { // null while the superclass lays out the table
            inner.setRelease(index(memory, element), null);
        }
    }
}
