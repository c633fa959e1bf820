/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Regions in which Linux keeps objects alive or the worker on its CPU, and resilient spin locks. A worker is never preempted by another
 * worker of the same number, so the regions do nothing; the verifier checks that they are paired.
 */
public final class RegionHelpers {
    private static final VarHandle LOCK = ValueLayout.JAVA_INT.varHandle();

    /** How long Linux waits for a resilient spin lock before it gives up: {@code RES_DEF_TIMEOUT}. */
    private static final long TIMEOUT = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int SPINS_BETWEEN_CLOCK_READS = 1024;

    private RegionHelpers() {}

    /**
     * {@code bpf_rcu_read_lock}.
     *
     * @param ctx the worker
     */
    public static void rcuReadLock(ExecutionContext ctx) {}

    /**
     * {@code bpf_rcu_read_unlock}.
     *
     * @param ctx the worker
     */
    public static void rcuReadUnlock(ExecutionContext ctx) {}

    /**
     * {@code bpf_preempt_disable}.
     *
     * @param ctx the worker
     */
    public static void preemptDisable(ExecutionContext ctx) {}

    /**
     * {@code bpf_preempt_enable}.
     *
     * @param ctx the worker
     */
    public static void preemptEnable(ExecutionContext ctx) {}

    /**
     * {@code bpf_local_irq_save}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot where the flags are kept
     */
    public static void irqSave(ExecutionContext ctx, MemorySegment stack, long slot) {}

    /**
     * {@code bpf_local_irq_restore}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot where the flags are kept
     */
    public static void irqRestore(ExecutionContext ctx, MemorySegment stack, long slot) {}

    /**
     * {@code bpf_res_spin_lock}: takes a lock, or fails if that takes too long or would be a deadlock.
     *
     * @param ctx the worker
     * @param memory memory of the lock
     * @param offset where the lock is; 0 in it means free, else the holder's number plus 1
     * @return 0, {@code -EDEADLK} if this worker holds it, {@code -ETIMEDOUT} after 250 ms
     */
    public static long resSpinLock(ExecutionContext ctx, MemorySegment memory, long offset) {
        int self = ctx.cpu() + 1;
        if (LOCK.compareAndSet(memory, offset, 0, self)) {
            return 0;
        }
        if ((int) LOCK.getAcquire(memory, offset) == self) {
            return -Errno.EDEADLK & 0xffff_ffffL;
        }
        long start = System.nanoTime();
        while (true) {
            for (int i = 0; i < SPINS_BETWEEN_CLOCK_READS; i++) {
                if ((int) LOCK.getAcquire(memory, offset) == 0 && LOCK.compareAndSet(memory, offset, 0, self)) {
                    return 0;
                }
                Thread.onSpinWait();
            }
            if (System.nanoTime() - start > TIMEOUT) {
                return -Errno.ETIMEDOUT & 0xffff_ffffL;
            }
        }
    }

    /**
     * {@code bpf_res_spin_unlock}.
     *
     * @param ctx the worker
     * @param memory memory of the lock
     * @param offset where the lock is
     */
    public static void resSpinUnlock(ExecutionContext ctx, MemorySegment memory, long offset) {
        LOCK.setRelease(memory, offset, 0);
    }

    /**
     * {@code bpf_res_spin_lock_irqsave}.
     *
     * @param ctx the worker
     * @param memory memory of the lock
     * @param offset where the lock is
     * @param stack the stack
     * @param slot where the interrupt flags are kept
     * @return as {@link #resSpinLock}
     */
    public static long resSpinLockIrqSave(
            ExecutionContext ctx, MemorySegment memory, long offset, MemorySegment stack, long slot) {
        return resSpinLock(ctx, memory, offset);
    }

    /**
     * {@code bpf_res_spin_unlock_irqrestore}.
     *
     * @param ctx the worker
     * @param memory memory of the lock
     * @param offset where the lock is
     * @param stack the stack
     * @param slot where the interrupt flags are kept
     */
    public static void resSpinUnlockIrqRestore(
            ExecutionContext ctx, MemorySegment memory, long offset, MemorySegment stack, long slot) {
        resSpinUnlock(ctx, memory, offset);
    }
}
