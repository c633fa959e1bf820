/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Sends records to programs through a user ring buffer map: behind the consumer's page, which user space may only read, are the producer's
 * position and the data, which it writes. For as many records as fit the ring. Not thread-safe.
 */
public final class KernelUserRingBuffer implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int HEADER = 8;
    private static final int DISCARDED = 1 << 30;
    private static final VarHandle POSITION = JAVA_LONG.varHandle();

    private final MemorySegment producer;

    /**
     * Maps the buffer.
     *
     * @param map a map of type USER_RINGBUF
     * @param size its {@code max_entries}
     */
    public KernelUserRingBuffer(KernelMap map, int size) {
        this.producer = LibC.mmap(PAGE + 2L * size, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd(), PAGE);
    }

    /** Sends a record of eight bytes, or one that programs must skip. */
    public void send(long value, boolean discarded) {
        long position = (long) POSITION.getAcquire(producer, 0L);
        producer.set(JAVA_INT, PAGE + position, Long.BYTES | (discarded ? DISCARDED : 0));
        producer.set(JAVA_INT, PAGE + position + 4, 0);
        producer.set(JAVA_LONG, PAGE + position + HEADER, value);
        POSITION.setRelease(producer, 0L, position + HEADER + Long.BYTES);
    }

    @Override
    public void close() {
        LibC.munmap(producer);
    }
}
