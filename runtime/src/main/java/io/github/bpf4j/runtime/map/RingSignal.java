/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How a producer wakes the readers of a ring in this process. */
final class RingSignal {
    /** By address of the ring, for helpers that are given a record but not its map. */
    private static final ConcurrentHashMap<Long, WeakReference<RingSignal>> RINGS = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long wakes;

    private RingSignal() {}

    /** Makes the signal of a new ring; the ring keeps it alive. */
    static RingSignal of(MemorySegment ring) {
        RINGS.values().removeIf(reference -> reference.refersTo(null));
        RingSignal signal = new RingSignal();
        RINGS.put(ring.address(), new WeakReference<>(signal));
        return signal;
    }

    static @Nullable RingSignal find(MemorySegment ring) {
        WeakReference<RingSignal> reference = RINGS.get(ring.address());
        return reference == null ? null : reference.get();
    }

    void wake() {
        lock.lock();
        try {
            wakes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until somebody wakes, the condition holds, or the time is over. */
    void await(java.util.function.BooleanSupplier ready, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long seen = wakes;
            long left = nanos;
            while (seen == wakes && left > 0 && !ready.getAsBoolean()) {
                // Another process that shares the ring cannot wake us, so look from time to time.
                long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(10));
                left -= slice - Math.max(0, changed.awaitNanos(slice));
            }
        } finally {
            lock.unlock();
        }
    }
}
