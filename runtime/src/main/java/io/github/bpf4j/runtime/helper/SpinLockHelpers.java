/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.map.SpinLocks;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;

/** {@code bpf_spin_lock} and {@code bpf_spin_unlock}. */
public final class SpinLockHelpers {
    private SpinLockHelpers() {}

    /**
     * {@code bpf_spin_lock}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param offset where the lock is
     */
    public static void lock(ExecutionContext context, MemorySegment memory, long offset) {
        SpinLocks.lock(memory, offset);
    }

    /**
     * {@code bpf_spin_unlock}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param offset where the lock is
     */
    public static void unlock(ExecutionContext context, MemorySegment memory, long offset) {
        SpinLocks.unlock(memory, offset);
    }
}
