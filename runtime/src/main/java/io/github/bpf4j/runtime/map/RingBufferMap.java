/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.RingLayout.BUSY;
import static io.github.bpf4j.runtime.map.RingLayout.CONSUMER;
import static io.github.bpf4j.runtime.map.RingLayout.DATA_PAGE;
import static io.github.bpf4j.runtime.map.RingLayout.DISCARD;
import static io.github.bpf4j.runtime.map.RingLayout.HEADER;
import static io.github.bpf4j.runtime.map.RingLayout.LENGTH;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code BPF_MAP_TYPE_RINGBUF}: records of any number of producers for one consumer, in the order of their reservation (see
 * {@link RingLayout}). A reservation fails when there is no room; nothing is ever overwritten.
 */
public final class RingBufferMap extends RingMap {
    /** {@code BPF_RB_NO_WAKEUP}: leave a waiting reader asleep. */
    public static final long NO_WAKEUP = 1;

    /** {@code BPF_RB_FORCE_WAKEUP}: wake a waiting reader in any case. */
    public static final long FORCE_WAKEUP = 2;

    private static final int MOST = Integer.MAX_VALUE / 2; // UINT_MAX / 4

    private final long pending;
    private final long lock;
    private final boolean
            isShared; // then a header's second word is the producer's process, as nobody needs the page distance
    private final RingSignal signal;
    private final ReentrantLock consumerLock = new ReentrantLock();

    RingBufferMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, new RingLayout(definition, environment), environment);
    }

    private RingBufferMap(MapDefinition definition, RingLayout layout, MapEnvironment environment) throws MapException {
        this(definition, layout, environment.memory().allocate(definition, layout.bytes()));
    }

    private RingBufferMap(MapDefinition definition, RingLayout layout, MapRegion region) {
        super(definition, layout, region);
        this.pending = producer + 8;
        this.lock = producer + 64;
        this.isShared = memory.isMapped();
        this.signal = RingSignal.of(memory);
        if (region.state() != MapRegion.State.SHARED) {
            memory.set(Words.LONG, RingLayout.SIZE, size);
            memory.set(Words.LONG, RingLayout.DATA, data);
        }
        if (region.state() == MapRegion.State.ABANDONED) {
            SpinLocks.unlock(memory, lock);
            memory.set(Words.INT, RingLayout.WAITERS, 0);
            discardUnfinished();
        }
    }

    /** Records that a killed process left busy would block the reader for ever. */
    private void discardUnfinished() {
        long end = memory.get(Words.LONG, producer);
        long start = memory.get(Words.LONG, CONSUMER);
        if (start < 0 || (start & 7) != 0 || (end & 7) != 0 || end - start < 0 || end - start > size) {
            memory.set(Words.LONG, producer, 0); // not from a crash: the file is damaged
            memory.set(Words.LONG, CONSUMER, 0);
            end = 0;
            start = 0;
        }
        memory.set(Words.LONG, pending, start);
        for (long position = start; position < end; ) {
            long at = at(position);
            int length = memory.get(Words.INT, at);
            if (RingLayout.span(length) > end - position) {
                length = (int) (end - position - HEADER) | BUSY; // the record was reserved but has no header yet
            }
            if ((length & BUSY) != 0) {
                memory.set(Words.INT, at, length & LENGTH | DISCARD);
            }
            position += RingLayout.span(length);
        }
    }

    /**
     * {@code bpf_ringbuf_reserve}.
     *
     * @param bytes size of the record's data, an unsigned number
     * @return offset of the data in {@link #values()}, aligned to 8; 0 if there is no room
     */
    public long reserve(long bytes) {
        if (bytes < 0 || bytes > MOST) {
            return 0;
        }
        long span = Words.roundUp(bytes + HEADER, 8);
        if (span > size) {
            return 0;
        }
        long consumed = consumed();
        SpinLocks.lock(memory, lock);
        try {
            long position = memory.get(Words.LONG, producer);
            long oldest = memory.get(Words.LONG, pending);
            while (oldest < position) {
                int length = (int) Words.ATOMIC_INT.getAcquire(memory, at(oldest));
                if ((length & BUSY) != 0) {
                    break;
                }
                oldest += RingLayout.span(length);
            }
            memory.set(Words.LONG, pending, oldest);
            long end = position + span;
            if (end - consumed > mask || end - oldest > mask) {
                return 0;
            }
            long at = at(position);
            memory.set(Words.INT, at, (int) bytes | BUSY);
            memory.set(Words.INT, at + 4, isShared ? SpinLocks.self() : (int) ((position & mask) >>> 12) + DATA_PAGE);
            Words.ATOMIC_LONG.setRelease(memory, producer, end);
            return at + HEADER;
        } finally {
            SpinLocks.unlock(memory, lock);
        }
    }

    /**
     * {@code bpf_ringbuf_submit}.
     *
     * @param record what {@link #reserve} returned
     * @param flags {@link #NO_WAKEUP}, {@link #FORCE_WAKEUP} or 0
     */
    public void submit(long record, long flags) {
        commit(record, flags, 0);
    }

    /**
     * {@code bpf_ringbuf_discard}.
     *
     * @param record what {@link #reserve} returned
     * @param flags {@link #NO_WAKEUP}, {@link #FORCE_WAKEUP} or 0
     */
    public void discard(long record, long flags) {
        commit(record, flags, DISCARD);
    }

    private void commit(long record, long flags, int mark) {
        if (commit(memory, record, flags, mark)) {
            signal.wake();
        }
    }

    /**
     * {@link #submit(long, long)} for a helper that knows the record and the ring's memory only.
     *
     * @param ring what {@link #values()} returned
     * @param record what {@link #reserve} returned
     * @param flags {@link #NO_WAKEUP}, {@link #FORCE_WAKEUP} or 0
     */
    public static void submit(MemorySegment ring, long record, long flags) {
        finish(ring, record, flags, 0);
    }

    /**
     * {@link #discard(long, long)} for a helper that knows the record and the ring's memory only.
     *
     * @param ring what {@link #values()} returned
     * @param record what {@link #reserve} returned
     * @param flags {@link #NO_WAKEUP}, {@link #FORCE_WAKEUP} or 0
     */
    public static void discard(MemorySegment ring, long record, long flags) {
        finish(ring, record, flags, DISCARD);
    }

    private static void finish(MemorySegment ring, long record, long flags, int mark) {
        if (commit(ring, record, flags, mark)) {
            RingSignal signal = RingSignal.find(ring);
            if (signal != null) {
                signal.wake();
            }
        }
    }

    /** Ends a record; true if a waiting reader should be woken. */
    private static boolean commit(MemorySegment ring, long record, long flags, int mark) {
        long at = record - HEADER;
        int length = ring.get(Words.INT, at);
        Words.ATOMIC_INT.setVolatile(ring, at, length & ~BUSY | mark);
        if ((int) Words.ATOMIC_INT.getVolatile(ring, RingLayout.WAITERS) == 0 || (flags & NO_WAKEUP) != 0) {
            return (flags & FORCE_WAKEUP) != 0;
        }
        // Wake if the reader has seen everything before this record.
        long consumed = (long) Words.ATOMIC_LONG.getAcquire(ring, CONSUMER);
        long start = ring.get(Words.LONG, RingLayout.DATA) + (consumed & (ring.get(Words.LONG, RingLayout.SIZE) - 1));
        return (flags & FORCE_WAKEUP) != 0 || start == at;
    }

    /**
     * {@code bpf_ringbuf_output}.
     *
     * @param from memory of the record
     * @param offset where it starts
     * @param bytes its size
     * @param flags {@link #NO_WAKEUP}, {@link #FORCE_WAKEUP} or 0
     * @return 0, {@code -EINVAL} for other flags, {@code -EAGAIN} if there is no room
     */
    public int output(MemorySegment from, long offset, long bytes, long flags) {
        if ((flags & ~(NO_WAKEUP | FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        long record = reserve(bytes);
        if (record == 0) {
            return -Errno.EAGAIN;
        }
        Words.copy(from, offset, memory, record, bytes);
        commit(record, flags, 0);
        return 0;
    }

    /**
     * {@code bpf_ringbuf_query}.
     *
     * @param what 0 for unread bytes, 1 for the ring's size, 2 for the consumer's and 3 for the producer's position
     * @return the number; 0 for any other question
     */
    public long query(long what) {
        long consumed = consumed();
        long produced = produced();
        return what == 0 ? produced - consumed : what == 1 ? size : what == 2 ? consumed : what == 3 ? produced : 0;
    }

    /** Receives records. */
    @FunctionalInterface
    public interface RecordHandler {
        /**
         * Looks at a record, which is only valid during the call.
         *
         * @param memory memory that holds the record
         * @param offset where its data starts
         * @param length its size in bytes
         */
        void record(MemorySegment memory, long offset, int length);
    }

    /**
     * Consumes records that are ready, in order. A record is freed when the handler has returned, or thrown. Threads take turns.
     *
     * @param handler called for each record that was submitted
     * @param limit most records to consume, discarded ones included
     * @return how many records the handler was given
     */
    public int consume(RecordHandler handler, int limit) {
        consumerLock.lock();
        try {
            long position = memory.get(Words.LONG, CONSUMER);
            int given = 0;
            for (int i = 0; i < limit && position < produced(); i++) {
                long at = at(position);
                int length = (int) Words.ATOMIC_INT.getAcquire(memory, at);
                if ((length & BUSY) != 0) {
                    if (!isAbandoned(at)) {
                        break;
                    }
                    length = length & LENGTH | DISCARD;
                    Words.ATOMIC_INT.setRelease(memory, at, length);
                }
                position += RingLayout.span(length);
                try {
                    if ((length & DISCARD) == 0) {
                        given++;
                        handler.record(memory, at + HEADER, length & LENGTH);
                    }
                } finally {
                    Words.ATOMIC_LONG.setVolatile(memory, CONSUMER, position);
                }
            }
            return given;
        } finally {
            consumerLock.unlock();
        }
    }

    /** Whether a record that is not submitted belongs to a process that was killed. */
    private boolean isAbandoned(long at) {
        int owner = memory.get(Words.INT, at + 4);
        return isShared && owner != SpinLocks.self() && !SpinLocks.isAlive(owner);
    }

    /**
     * Whether {@link #consume} would find a record, a discarded one included.
     *
     * @return whether the oldest record is complete
     */
    public boolean hasRecord() {
        long position = (long) Words.ATOMIC_LONG.getVolatile(memory, CONSUMER);
        return position < (long) Words.ATOMIC_LONG.getVolatile(memory, producer)
                && ((int) Words.ATOMIC_INT.getVolatile(memory, at(position)) & BUSY) == 0;
    }

    /**
     * Waits for a record. A producer that submits with {@link #NO_WAKEUP} does not end the wait.
     *
     * @param nanos longest time to wait, in nanoseconds
     * @return whether there is a record
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(long nanos) throws InterruptedException {
        Words.add(memory, RingLayout.WAITERS, 1);
        try {
            signal.await(this::hasRecord, nanos);
        } finally {
            Words.add(memory, RingLayout.WAITERS, -1);
        }
        return hasRecord();
    }
}
