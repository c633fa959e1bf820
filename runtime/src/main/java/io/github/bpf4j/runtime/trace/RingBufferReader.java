/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import io.github.bpf4j.runtime.map.RingBufferMap;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

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
     * Publishes records to subscribers, each in an array of its own.
     *
     * @return the publisher; to be closed
     */
    public EventPublisher<byte[]> publisher() {
        return new EventPublisher<>(
                "bpf4j-ringbuf",
                (records, timeout) -> poll(
                        (memory, offset, length) ->
                                records.accept(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)),
                        timeout));
    }
}
