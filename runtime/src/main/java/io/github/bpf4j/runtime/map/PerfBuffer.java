/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one CPU: a ring for one reader. A sample that does not fit is lost and counted, and nothing is overwritten, as with a
 * perf buffer of Linux. A record is a header of 8 bytes (event type, size), the length of the sample, the sample, rounded up to 8.
 */
public final class PerfBuffer {
    private static final int OVERHEAD = 12; // struct perf_event_header, then the raw sample's u32 size

    private final int cpu;
    private final int mask;
    private final MemorySegment memory; // twice the size: a record that passes the end goes on in the second half
    private final AtomicLong produced = new AtomicLong();
    private final AtomicLong consumed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final ReentrantLock writer = new ReentrantLock();
    private final ReentrantLock reader = new ReentrantLock();
    private final Condition arrived = reader.newCondition();
    private volatile boolean waiting;

    PerfBuffer(int cpu, int bytes) throws MapException {
        if (bytes < 4096 || Integer.bitCount(bytes) != 1 || bytes > 1 << 29) {
            throw new MapException(
                    Errno.EINVAL, "a perf buffer of " + bytes + " bytes: must be a power of two from 4096");
        }
        this.cpu = cpu;
        this.mask = bytes - 1;
        this.memory = Arena.ofAuto().allocate(2L * bytes, 8);
    }

    /**
     * The CPU that writes here.
     *
     * @return its number
     */
    public int cpu() {
        return cpu;
    }

    /**
     * How many samples did not fit.
     *
     * @return the count since the buffer was opened
     */
    public long lost() {
        return lost.get();
    }

    boolean write(
            @Nullable MemorySegment sample, long offset, int size, MemorySegment packet, long data, int packetBytes) {
        int length = size + packetBytes;
        long span = Words.roundUp((long) length + OVERHEAD, 8);
        writer.lock();
        try {
            long position = produced.get();
            if (position + span - consumed.get() > mask + 1L || span > 0xfff8) { // a record's size has 16 bits
                lost.incrementAndGet();
                return false;
            }
            long at = position & mask;
            memory.set(Words.INT, at, 9); // PERF_RECORD_SAMPLE
            memory.set(Words.INT, at + 4, (int) span << 16);
            memory.set(Words.INT, at + 8, (int) span - OVERHEAD);
            long to = at + OVERHEAD;
            if (sample != null) {
                MemorySegment.copy(sample, offset, memory, to, size);
            }
            MemorySegment.copy(packet, data, memory, to + size, packetBytes);
            Words.zero(memory, to + length, at + span - to - length);
            produced.set(position + span);
        } finally {
            writer.unlock();
        }
        if (waiting) {
            reader.lock();
            try {
                arrived.signalAll();
            } finally {
                reader.unlock();
            }
        }
        return true;
    }

    /** Receives samples. */
    @FunctionalInterface
    public interface SampleHandler {
        /**
         * Looks at a sample, which is only valid during the call.
         *
         * @param cpu the CPU that wrote it
         * @param memory memory that holds it
         * @param offset where it starts
         * @param length its size in bytes: as in Linux, what was written, padded so that the record is a multiple of 8
         */
        void sample(int cpu, MemorySegment memory, long offset, int length);
    }

    /**
     * Consumes samples.
     *
     * @param handler called for each
     * @param limit most samples to consume
     * @return how many were consumed
     */
    public int consume(SampleHandler handler, int limit) {
        reader.lock();
        try {
            int count = 0;
            long position = consumed.get();
            while (count < limit && position < produced.get()) {
                long at = position & mask;
                int length = memory.get(Words.INT, at + 8);
                position += length + OVERHEAD;
                count++;
                try {
                    handler.sample(cpu, memory, at + OVERHEAD, length);
                } finally {
                    consumed.set(position);
                }
            }
            return count;
        } finally {
            reader.unlock();
        }
    }

    /**
     * Waits for a sample.
     *
     * @param nanos longest time to wait, in nanoseconds
     * @return whether there is one
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(long nanos) throws InterruptedException {
        reader.lockInterruptibly();
        try {
            waiting = true;
            long left = nanos;
            while (left > 0 && consumed.get() == produced.get()) {
                left = arrived.awaitNanos(left);
            }
            return consumed.get() != produced.get();
        } finally {
            waiting = false;
            reader.unlock();
        }
    }
}
