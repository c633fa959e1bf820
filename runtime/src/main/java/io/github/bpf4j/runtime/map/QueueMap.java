/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_QUEUE} and {@code BPF_MAP_TYPE_STACK}: a ring of values under one lock. Positions count from the map's creation,
 * so {@code head - tail} is the number of elements.
 */
public final class QueueMap extends BpfMap {
    private static final long LOCK = 0;
    private static final long HEAD = 8;
    private static final long TAIL = 16;
    private static final long ELEMENTS = 64;

    private final MemorySegment memory;
    private final boolean lastInFirstOut;
    private final long capacity;
    private final int valueSize;
    private final long stride;

    QueueMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment.memory().allocate(definition, size(definition)));
    }

    private QueueMap(MapDefinition definition, MapRegion region) {
        super(definition, region.header());
        this.memory = region.body();
        this.lastInFirstOut = definition.type() == MapType.STACK;
        this.capacity = Integer.toUnsignedLong(definition.maxEntries());
        this.valueSize = definition.valueSize();
        this.stride = Words.roundUp(valueSize, 8);
        if (region.state() == MapRegion.State.ABANDONED) {
            SpinLocks.unlock(memory, LOCK);
            long count = memory.get(Words.LONG, HEAD) - memory.get(Words.LONG, TAIL);
            if (count < 0 || count > capacity) { // not from a crash: the file is damaged
                memory.set(Words.LONG, HEAD, memory.get(Words.LONG, TAIL));
            }
        }
    }

    private static long size(MapDefinition definition) {
        return ELEMENTS + Integer.toUnsignedLong(definition.maxEntries()) * Words.roundUp(definition.valueSize(), 8);
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EINVAL;
    }

    private long at(long position) {
        return ELEMENTS + Long.remainderUnsigned(position, capacity) * stride;
    }

    @Override
    public int push(MemorySegment value, long offset, long flags) {
        if (flags != MapFlags.BPF_ANY && flags != MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        SpinLocks.lock(memory, LOCK);
        try {
            long head = memory.get(Words.LONG, HEAD);
            long tail = memory.get(Words.LONG, TAIL);
            if (head - tail == capacity) {
                if (flags != MapFlags.BPF_EXIST) {
                    return -Errno.E2BIG;
                }
                Words.ATOMIC_LONG.setRelease(memory, TAIL, tail + 1); // the oldest goes
            }
            Words.copy(value, offset, memory, at(head), valueSize);
            Words.ATOMIC_LONG.setRelease(memory, HEAD, head + 1);
            return 0;
        } finally {
            SpinLocks.unlock(memory, LOCK);
        }
    }

    @Override
    public int pop(MemorySegment value, long offset) {
        return take(value, offset, true);
    }

    @Override
    public int peek(MemorySegment value, long offset) {
        return take(value, offset, false);
    }

    private int take(MemorySegment value, long offset, boolean remove) {
        SpinLocks.lock(memory, LOCK);
        try {
            long head = memory.get(Words.LONG, HEAD);
            long tail = memory.get(Words.LONG, TAIL);
            if (head == tail) {
                Words.zero(value, offset, valueSize);
                return -Errno.ENOENT;
            }
            Words.copy(memory, at(lastInFirstOut ? head - 1 : tail), value, offset, valueSize);
            if (remove) {
                if (lastInFirstOut) {
                    Words.ATOMIC_LONG.setRelease(memory, HEAD, head - 1);
                } else {
                    Words.ATOMIC_LONG.setRelease(memory, TAIL, tail + 1);
                }
            }
            return 0;
        } finally {
            SpinLocks.unlock(memory, LOCK);
        }
    }

    @Override
    public long elementCount() {
        SpinLocks.lock(memory, LOCK);
        try {
            return memory.get(Words.LONG, HEAD) - memory.get(Words.LONG, TAIL);
        } finally {
            SpinLocks.unlock(memory, LOCK);
        }
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return peek(value, valueOffset);
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return push(value, valueOffset, flags);
    }

    @Override
    int takeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return pop(value, valueOffset);
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.EINVAL;
    }
}
