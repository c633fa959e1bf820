/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_ARRAY}. Element {@code i} is at {@code i * roundUp(valueSize, 8)} in {@link #values()}. An update stores the value
 * in place, so a reader may see words of two updates, as in Linux.
 */
public final class ArrayMap extends IndexedMap {
    private final MemorySegment values;
    private final long stride;

    ArrayMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment.memory().allocate(definition, size(definition)));
    }

    private ArrayMap(MapDefinition definition, MapRegion region) {
        super(definition, region.header());
        this.values = region.body();
        this.stride = stride(definition);
        if (region.state() == MapRegion.State.ABANDONED && definition.special().spinLock() >= 0) {
            for (long i = 0; i < Integer.toUnsignedLong(maxEntries); i++) {
                SpinLocks.unlock(values, i * stride + definition.special().spinLock());
            }
        }
    }

    private static long stride(MapDefinition definition) {
        return Words.roundUp(definition.valueSize(), 8);
    }

    private static long size(MapDefinition definition) {
        return Integer.toUnsignedLong(definition.maxEntries()) * stride(definition);
    }

    /**
     * Distance between two elements.
     *
     * @return bytes
     */
    public long stride() {
        return stride;
    }

    @Override
    public MemorySegment values() {
        return values;
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return lookupInt(cpu, key.get(Words.INT, keyOffset));
    }

    @Override
    public long lookupInt(int cpu, int key) {
        return Integer.compareUnsigned(key, maxEntries) < 0 ? Integer.toUnsignedLong(key) * stride : NOT_FOUND;
    }

    private record Lookup(int maxEntries, long stride) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            return Integer.compareUnsigned(key, maxEntries) < 0 ? Integer.toUnsignedLong(key) * stride : NOT_FOUND;
        }

        @Override
        public long lookupLong(int cpu, long key) {
            throw new UnsupportedOperationException("an array has keys of 4 bytes");
        }
    }

    @Override
    public KeyLookup keyLookup() {
        return new Lookup(maxEntries, stride);
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        int error = checkUpdate(index, flags, true);
        if (error != 0) {
            return error;
        }
        long at = Integer.toUnsignedLong(index) * stride;
        DeferredCalls.free(values, at, definition().special());
        if ((flags & MapFlags.BPF_F_LOCK) != 0) {
            copier.storeLocked(value, valueOffset, values, at);
        } else {
            copier.store(value, valueOffset, values, at);
        }
        return 0;
    }

    @Override
    MemorySegment keyMemory(long value) {
        MemorySegment key = Arena.ofAuto().allocate(8, 8);
        key.set(Words.INT, 0, (int) (value / stride));
        return key;
    }

    @Override
    public long forEach(ExecutionContext context, BpfCallback callback, long argument, @Nullable Object argumentBase) {
        return walk(context, callback, argument, argumentBase);
    }
}
