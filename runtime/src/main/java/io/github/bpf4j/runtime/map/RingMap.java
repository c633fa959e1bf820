/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the two ring kinds have in common: the {@link RingLayout}, its positions, and that there are no elements with keys. */
abstract class RingMap extends BpfMap {
    final MemorySegment memory;
    /** Bytes of data, a power of two. */
    final long size;
    /** Offset of the producer's position. */
    final long producer;

    final long data;
    final long mask;

    RingMap(MapDefinition definition, RingLayout layout, MapRegion region) {
        super(definition, region.header());
        this.memory = region.body();
        this.size = layout.size();
        this.mask = size - 1;
        this.data = layout.data();
        this.producer = layout.producer();
    }

    /** The consumer's position: bytes consumed since the ring was made. */
    final long consumed() {
        return (long) Words.ATOMIC_LONG.getAcquire(memory, RingLayout.CONSUMER);
    }

    /** The producer's position: bytes reserved since the ring was made. */
    final long produced() {
        return (long) Words.ATOMIC_LONG.getAcquire(memory, producer);
    }

    /** Where the record at a position has its header. */
    final long at(long position) {
        return data + (position & mask);
    }

    @Override
    public final MemorySegment values() {
        return memory;
    }

    @Override
    public final long lookup(int cpu, MemorySegment key, long keyOffset) {
        return NOT_FOUND;
    }

    @Override
    public final int update(
            int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public final int delete(MemorySegment key, long keyOffset) {
        return -Errno.ENOTSUPP;
    }

    @Override
    final int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.ENOTSUPP;
    }

    @Override
    final int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.ENOTSUPP;
    }
}
