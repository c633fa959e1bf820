/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import io.github.bpf4j.runtime.map.RingBufferMap;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads a ring buffer map, as {@code ring_buffer__poll} of libbpf does. While nobody reads, the ring fills up and programs cannot reserve;
 * nothing is overwritten. Thread-safe; threads take turns.
 */
public final class RingBufferReader {
    private final RingBufferMap map;

    /**
     * Creates a reader.
     *
     * @param map the ring buffer
     */
    public RingBufferReader(RingBufferMap map) {
        this.map = map;
    }

    /**
     * Consumes what is there, without waiting.
     *
     * @param handler called for each record; the record is only valid during the call
     * @return how many records there were
     */
    public int consume(RingBufferMap.RecordHandler handler) {
        return map.consume(handler, Integer.MAX_VALUE);
    }

    /**
     * Waits for records and consumes them.
     *
     * @param handler called for each record; the record is only valid during the call
     * @param timeout longest time to wait
     * @return how many records there were, 0 if the time is over
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public int poll(RingBufferMap.RecordHandler handler, Duration timeout) throws InterruptedException {
        return map.hasRecord() || map.await(timeout.toNanos()) ? consume(handler) : 0;
    }

    /**
     * Publishes records to subscribers, from a daemon thread. A slow subscriber holds the thread up, then the ring fills up and programs
     * cannot reserve.
     *
     * @return the publisher; closing it ends the thread
     */
    public ClosablePublisher publisher() {
        return new ClosablePublisher(this);
    }

    /** Records as a reactive stream. */
    public static final class ClosablePublisher implements Flow.Publisher<byte[]>, AutoCloseable {
        private static final Duration AT_A_TIME = Duration.ofMillis(100);

        private final SubmissionPublisher<byte[]> publisher = new SubmissionPublisher<>();
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition subscribed = lock.newCondition();
        private final Thread thread;

        ClosablePublisher(RingBufferReader reader) {
            thread = Thread.ofPlatform().daemon().name("bpf4j-ringbuf").start(() -> run(reader));
        }

        private void run(RingBufferReader reader) {
            try {
                while (!publisher.isClosed()) {
                    awaitSubscriber();
                    reader.poll(
                            (memory, offset, length) -> publisher.submit(
                                    memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)),
                            AT_A_TIME);
                }
            } catch (InterruptedException | IllegalStateException e) {
                publisher.close(); // closed by close(), perhaps in the middle of a record
            }
        }

        /** Records wait in the ring while nobody is subscribed. */
        private void awaitSubscriber() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!publisher.hasSubscribers()) {
                    subscribed.await();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void subscribe(Flow.Subscriber<? super byte[]> subscriber) {
            publisher.subscribe(subscriber);
            lock.lock();
            try {
                subscribed.signal();
            } finally {
                lock.unlock();
            }
        }

        /** Completes the stream and ends the thread. */
        @Override
        public void close() {
            publisher.close();
            thread.interrupt();
        }
    }
}
