/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_STACK_TRACE}. LWT programs may name such a map, but not call {@code bpf_get_stackid}, the only way to fill one: it
 * is always empty.
 */
public final class StackTraceMap extends IndexedMap {
    private final long buckets;

    StackTraceMap(MapDefinition definition, MapEnvironment environment) {
        super(definition, Arena.ofAuto().allocate(MapRegion.HEADER_SIZE, 8));
        long entries = Integer.toUnsignedLong(definition.maxEntries());
        this.buckets = entries == 1 ? 1 : Long.highestOneBit(2 * entries - 1);
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return Integer.toUnsignedLong(key.get(Words.INT, keyOffset)) >= buckets ? -Errno.E2BIG : -Errno.ENOENT;
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.ENOENT;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.ENOENT;
    }
}
