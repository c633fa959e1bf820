/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a ring buffer map as user space does: one page with the consumer's position, one with the producer's, then the data mapped twice in a
 * row (kernel documentation, bpf/ringbuf.rst). Not thread-safe.
 */
public final class KernelRingBuffer implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int HEADER = 8;
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final VarHandle POSITION = JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = JAVA_INT.varHandle();

    private final int size;
    private final MemorySegment consumer;
    private final MemorySegment producer;

    /**
     * Maps the buffer.
     *
     * @param map a map of type RINGBUF
     * @param size its {@code max_entries}
     */
    public KernelRingBuffer(KernelMap map, int size) {
        this.size = size;
        this.consumer = LibC.mmap(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd(), 0);
        this.producer = LibC.mmap(PAGE + 2L * size, PROT_READ, MAP_SHARED, map.fd(), PAGE);
    }

    /** The records written since the last call, discarded ones left out. */
    public List<byte[]> poll() {
        List<byte[]> records = new ArrayList<>();
        long position = (long) POSITION.getAcquire(consumer, 0L);
        while (position < (long) POSITION.getAcquire(producer, 0L)) {
            long at = PAGE + (position & (size - 1));
            int header = (int) LENGTH.getAcquire(producer, at);
            if ((header & BUSY) != 0) {
                break;
            }
            int length = header & ~DISCARDED;
            if ((header & DISCARDED) == 0) {
                records.add(producer.asSlice(at + HEADER, length).toArray(JAVA_BYTE));
            }
            position += (length + HEADER + 7) & -8;
            POSITION.setRelease(consumer, 0L, position);
        }
        return records;
    }

    @Override
    public void close() {
        LibC.munmap(consumer);
        LibC.munmap(producer);
    }
}
