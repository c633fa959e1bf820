/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** A walk over a live map, some elements at a time, that may take the elements out. Not thread-safe. */
final class MapEntries<K, V> implements Iterator<Map.Entry<K, List<V>>> {
    private static final int MOST_AT_ONCE = 64;
    private static final long BYTES_AT_ONCE = 1 << 20;

    /** Reads the values of all CPUs. */
    @FunctionalInterface
    interface Values<V> {
        List<V> decode(MemorySegment memory, long offset);
    }

    private final BpfMap map;
    private final MapCodec<K> keys;
    private final Values<V> values;
    private final boolean delete;
    private final MapBatch batch;
    private MemorySegment keyBuffer = MemorySegment.NULL;
    private MemorySegment valueBuffer = MemorySegment.NULL;
    private int capacity;
    private int count;
    private int next;

    MapEntries(BpfMap map, MapCodec<K> keys, Values<V> values, boolean delete) {
        this.map = map;
        this.keys = keys;
        this.values = values;
        this.delete = delete;
        this.batch = new MapBatch(map);
        long size = keys.size() + (long) map.userValueSize();
        allocate(Math.clamp(BYTES_AT_ONCE / size, 1, MOST_AT_ONCE));
    }

    private void allocate(int elements) {
        capacity = elements;
        keyBuffer = Arena.ofAuto().allocate((long) elements * keys.size(), 8);
        valueBuffer = Arena.ofAuto().allocate((long) elements * map.userValueSize(), 8);
    }

    @Override
    public boolean hasNext() {
        while (next == count && !batch.atEnd()) {
            int got = delete
                    ? batch.lookupAndDelete(keyBuffer, 0, valueBuffer, 0, capacity)
                    : batch.walk(keyBuffer, 0, valueBuffer, 0, capacity);
            if (got == -Errno.ENOSPC) {
                allocate(2 * capacity); // a crowded bucket
                continue;
            }
            if (got < 0) {
                throw new MapOperationException(delete ? "lookup and delete" : "iteration", map, -got);
            }
            count = got;
            next = 0;
        }
        return next < count;
    }

    @Override
    public Map.Entry<K, List<V>> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        K key = keys.decode(keyBuffer, (long) next * keys.size());
        List<V> all = values.decode(valueBuffer, (long) next * map.userValueSize());
        next++;
        return Map.entry(key, all);
    }
}
