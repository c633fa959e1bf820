/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * Spin locks in map memory: {@code struct bpf_spin_lock} and the maps' own. A taken lock holds the number of the process that took it,
 * so that a lock whose owner was killed can be taken over by another process that shares the map. Threads of one process are not told
 * apart; a lock is not reentrant.
 */
public final class SpinLocks {
    private static final int SELF = (int) ProcessHandle.current().pid();
    private static final int SPINS = 64;
    private static final int YIELDS = 256;

    private SpinLocks() {}

    /**
     * Takes a lock, waiting as long as needed.
     *
     * @param memory where the lock is
     * @param offset its offset, a multiple of 4
     * @return true if the lock was taken over from a process that died holding it, so that what it guards may be half-changed
     */
    public static boolean lock(MemorySegment memory, long offset) {
        if (Words.ATOMIC_INT.compareAndSet(memory, offset, 0, SELF)) {
            return false;
        }
        return lockSlowly(memory, offset);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a waiting thread should give its processor to the holder
    private static boolean lockSlowly(MemorySegment memory, long offset) {
        for (int i = 0; ; i++) {
            int owner = (int) Words.ATOMIC_INT.getVolatile(memory, offset);
            if (owner == 0) {
                if (Words.ATOMIC_INT.compareAndSet(memory, offset, 0, SELF)) {
                    return false;
                }
            } else if (i < SPINS) {
                Thread.onSpinWait();
            } else if (i < SPINS + YIELDS) {
                Thread.yield(); // the holder may need this processor
            } else {
                if (owner != SELF && !isAlive(owner) && Words.ATOMIC_INT.compareAndSet(memory, offset, owner, SELF)) {
                    return true;
                }
                LockSupport.parkNanos(50_000);
            }
        }
    }

    /** This process's number, as it stands in a lock it has taken. */
    static int self() {
        return SELF;
    }

    static boolean isAlive(int pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /**
     * Takes a lock if it is free.
     *
     * @param memory where the lock is
     * @param offset its offset, a multiple of 4
     * @return whether it was taken
     */
    public static boolean tryLock(MemorySegment memory, long offset) {
        return Words.ATOMIC_INT.compareAndSet(memory, offset, 0, SELF);
    }

    /**
     * Releases a lock.
     *
     * @param memory where the lock is
     * @param offset its offset, a multiple of 4
     */
    public static void unlock(MemorySegment memory, long offset) {
        Words.ATOMIC_INT.setRelease(memory, offset, 0);
    }
}
