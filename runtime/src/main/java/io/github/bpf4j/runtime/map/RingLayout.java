/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/**
 * Linux's layout of a ring buffer: a page with the consumer's position, a page with the producer's, then the data. A record is a header
 * of 8 bytes (length with two flag bits, distance to the ring in pages) and its data, rounded up to 8. Linux maps the data twice in a row,
 * so that a record that passes the end is contiguous; here the memory behind the data is a real second half that only such records use.
 */
final class RingLayout {
    /** A record that is not submitted yet: {@code BPF_RINGBUF_BUSY_BIT}. */
    static final int BUSY = 1 << 31;

    /** A record that the reader must skip: {@code BPF_RINGBUF_DISCARD_BIT}. */
    static final int DISCARD = 1 << 30;

    /** The bits of a header that are the length. */
    static final int LENGTH = ~(BUSY | DISCARD);

    /** Bytes in a record's header. */
    static final int HEADER = 8;

    /** Offset of the consumer's position. */
    static final long CONSUMER = 0;

    /** Offsets, behind the consumer's position, of what is ours: the ring's size, the offset of its data, how many readers wait. */
    static final long SIZE = 128;

    static final long DATA = 136;
    static final long WAITERS = 144;

    /** Pages of a kernel's ring before its data. */
    static final int DATA_PAGE = 3;

    private final long size;
    private final long page;

    RingLayout(MapDefinition definition, MapEnvironment environment) {
        this.size = Integer.toUnsignedLong(definition.maxEntries());
        this.page = environment.pageSize();
    }

    /** Bytes of data, a power of two. */
    long size() {
        return size;
    }

    /** Offset of the producer's position. */
    long producer() {
        return page;
    }

    /** Offset of the data. */
    long data() {
        return 2 * page;
    }

    /** Bytes in all. */
    long bytes() {
        return 2 * page + 2 * size;
    }

    /** Bytes that a record takes in the ring. */
    static long span(int header) {
        return Words.roundUp((header & LENGTH) + (long) HEADER, 8);
    }
}
