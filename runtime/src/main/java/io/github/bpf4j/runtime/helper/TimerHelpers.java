/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.DeferredCalls;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;

/** Helpers of timers and kfuncs of work queues; see {@link DeferredCalls}. Results of kfuncs that are {@code int} in C are zero-extended. */
public final class TimerHelpers {
    private TimerHelpers() {}

    private static long asInt(int value) {
        return value & 0xffff_ffffL;
    }

    /**
     * {@code bpf_timer_init}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the timer
     * @param map the map
     * @param flags the clock
     * @return 0 or {@code -errno}
     */
    public static long init(ExecutionContext context, MemorySegment memory, long field, BpfMap map, long flags) {
        return DeferredCalls.initTimer(memory, field, map, flags);
    }

    /**
     * {@code bpf_timer_set_callback}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the timer
     * @param callback the subprogram
     * @return 0 or {@code -errno}
     */
    public static long setCallback(ExecutionContext context, MemorySegment memory, long field, BpfCallback callback) {
        return DeferredCalls.setCallback(memory, field, callback);
    }

    /**
     * {@code bpf_timer_start}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the timer
     * @param nanos delay or point in time
     * @param flags see {@link DeferredCalls#startTimer}
     * @return 0 or {@code -errno}
     */
    public static long start(ExecutionContext context, MemorySegment memory, long field, long nanos, long flags) {
        return DeferredCalls.startTimer(context.cpu(), memory, field, nanos, flags);
    }

    /**
     * {@code bpf_timer_cancel}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the timer
     * @return 1, 0 or {@code -errno}
     */
    public static long cancel(ExecutionContext context, MemorySegment memory, long field) {
        return DeferredCalls.cancel(memory, field);
    }

    /**
     * {@code bpf_wq_init}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the work queue
     * @param map the map
     * @param flags must be 0
     * @return 0 or {@code -errno}
     */
    public static long initWork(ExecutionContext context, MemorySegment memory, long field, BpfMap map, long flags) {
        return asInt(DeferredCalls.initWork(memory, field, map, flags & 0xffff_ffffL));
    }

    /**
     * {@code bpf_wq_set_callback_impl}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the work queue
     * @param callback the subprogram
     * @param flags must be 0
     * @param ignored filled in by the verifier
     * @return 0 or {@code -errno}
     */
    public static long setWorkCallback(
            ExecutionContext context,
            MemorySegment memory,
            long field,
            BpfCallback callback,
            long flags,
            long ignored) {
        return asInt(
                (int) flags != 0
                        ? -io.github.bpf4j.runtime.Errno.EINVAL
                        : DeferredCalls.setCallback(memory, field, callback));
    }

    /**
     * {@code bpf_wq_start}.
     *
     * @param context the calling worker
     * @param memory memory of the map value
     * @param field offset of the work queue
     * @param flags must be 0
     * @return 0 or {@code -errno}
     */
    public static long startWork(ExecutionContext context, MemorySegment memory, long field, long flags) {
        return asInt(DeferredCalls.startWork(context.cpu(), memory, field, flags & 0xffff_ffffL));
    }
}
