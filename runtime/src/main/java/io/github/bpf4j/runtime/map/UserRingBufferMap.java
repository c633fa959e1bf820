/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.RingLayout.BUSY;
import static io.github.bpf4j.runtime.map.RingLayout.CONSUMER;
import static io.github.bpf4j.runtime.map.RingLayout.DISCARD;
import static io.github.bpf4j.runtime.map.RingLayout.HEADER;
import static io.github.bpf4j.runtime.map.RingLayout.LENGTH;

import io.github.bpf4j.runtime.Errno;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code BPF_MAP_TYPE_USER_RINGBUF}: records from Java to programs, in the layout of {@link RingLayout}. Java reserves, fills and submits;
 * a program drains them with {@code bpf_user_ringbuf_drain}.
 */
public final class UserRingBufferMap extends RingMap {
    private final long drainLock;
    private final ReentrantLock writer = new ReentrantLock();

    UserRingBufferMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, new RingLayout(definition, environment), environment);
    }

    private UserRingBufferMap(MapDefinition definition, RingLayout layout, MapEnvironment environment)
            throws MapException {
        this(definition, layout, environment.memory().allocate(definition, layout.bytes()));
    }

    private UserRingBufferMap(MapDefinition definition, RingLayout layout, MapRegion region) {
        super(definition, layout, region);
        this.drainLock = producer + 64;
        if (region.state() == MapRegion.State.ABANDONED) {
            SpinLocks.unlock(memory, drainLock);
            memory.set(Words.LONG, producer, memory.get(Words.LONG, CONSUMER)); // records nobody may have finished
        }
    }

    /**
     * Reserves a record, to be filled in {@link #values()}.
     *
     * @param bytes size of its data
     * @return offset of the data; 0 if there is no room, or the size is negative
     */
    public long reserve(int bytes) {
        if (bytes < 0) {
            return 0;
        }
        long span = Words.roundUp((long) bytes + HEADER, 8);
        writer.lock();
        try {
            long consumed = consumed();
            long position = memory.get(Words.LONG, producer);
            if (span > size || position + span - consumed > size) {
                return 0;
            }
            long at = at(position);
            memory.set(Words.INT, at, bytes | BUSY);
            memory.set(Words.INT, at + 4, 0);
            Words.ATOMIC_LONG.setRelease(memory, producer, position + span);
            return at + HEADER;
        } finally {
            writer.unlock();
        }
    }

    /**
     * Hands a record to programs.
     *
     * @param record what {@link #reserve} returned
     */
    public void submit(long record) {
        int length = memory.get(Words.INT, record - HEADER);
        Words.ATOMIC_INT.setRelease(memory, record - HEADER, length & ~BUSY);
    }

    /**
     * Drops a record.
     *
     * @param record what {@link #reserve} returned
     */
    public void discard(long record) {
        int length = memory.get(Words.INT, record - HEADER);
        Words.ATOMIC_INT.setRelease(memory, record - HEADER, length & ~BUSY | DISCARD);
    }

    /**
     * Begins a drain, for the helper.
     *
     * @return whether no other program is draining
     */
    public boolean beginDrain() {
        return SpinLocks.tryLock(memory, drainLock);
    }

    /** Ends a drain. */
    public void endDrain() {
        SpinLocks.unlock(memory, drainLock);
    }

    /**
     * The oldest record, for the helper; a discarded one is skipped.
     *
     * @return offset of its data; 0 if there is none or it is not submitted yet, {@code -EAGAIN} if one was skipped, {@code -EINVAL} or
     *     {@code -E2BIG} if the ring's positions or lengths make no sense
     */
    public long peek() {
        long produced = produced();
        if ((produced & 7) != 0) {
            return -Errno.EINVAL;
        }
        long consumed = consumed();
        if (consumed >= produced) {
            return 0;
        }
        long at = at(consumed);
        int length = (int) Words.ATOMIC_INT.getAcquire(memory, at);
        if ((length & BUSY) != 0) {
            return 0;
        }
        long span = RingLayout.span(length);
        if (span > produced - consumed) {
            return -Errno.EINVAL;
        }
        if (span > size) {
            return -Errno.E2BIG;
        }
        if ((length & DISCARD) != 0) {
            Words.ATOMIC_LONG.setRelease(memory, CONSUMER, consumed + span);
            return -Errno.EAGAIN;
        }
        return at + HEADER;
    }

    /**
     * Size of a record that {@link #peek} returned.
     *
     * @param record its offset
     * @return bytes
     */
    public int length(long record) {
        return memory.get(Words.INT, record - HEADER) & LENGTH;
    }

    /**
     * Frees the record that {@link #peek} returned.
     *
     * @param record its offset
     */
    public void release(long record) {
        long consumed = memory.get(Words.LONG, CONSUMER);
        Words.ATOMIC_LONG.setRelease(
                memory, CONSUMER, consumed + RingLayout.span(memory.get(Words.INT, record - HEADER)));
    }
}
