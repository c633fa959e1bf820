/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.map.UserRingBufferMap;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers of ring buffers. */
public final class RingBufferHelpers {
    private static final MemorySegment NOTHING = MemorySegment.NULL;

    private RingBufferHelpers() {}

    /**
     * {@code bpf_ringbuf_output}.
     *
     * @param context the calling worker
     * @param map a ring buffer
     * @param from memory of the record, or null if it is empty
     * @param offset where it starts
     * @param size its size
     * @param flags wake-up flags
     * @return 0 or {@code -errno}
     */
    public static long output(
            ExecutionContext context, BpfMap map, @Nullable MemorySegment from, long offset, long size, long flags) {
        return ((RingBufferMap) map).output(from == null ? NOTHING : from, offset, size, flags);
    }

    /**
     * {@code bpf_ringbuf_reserve}.
     *
     * @param context the calling worker
     * @param map a ring buffer
     * @param size size of the record
     * @param flags must be 0
     * @return offset of the record; its memory is the context's result base, null if there is no room
     */
    public static long reserve(ExecutionContext context, BpfMap map, long size, long flags) {
        RingBufferMap ring = (RingBufferMap) map;
        long record = flags != 0 ? 0 : ring.reserve(size);
        context.setResultBase(record == 0 ? null : ring.values());
        return record;
    }

    /**
     * {@code bpf_ringbuf_submit}.
     *
     * @param context the calling worker
     * @param ring memory of the record
     * @param record its offset
     * @param flags wake-up flags
     */
    public static void submit(ExecutionContext context, MemorySegment ring, long record, long flags) {
        RingBufferMap.submit(ring, record, flags);
    }

    /**
     * {@code bpf_ringbuf_discard}.
     *
     * @param context the calling worker
     * @param ring memory of the record
     * @param record its offset
     * @param flags wake-up flags
     */
    public static void discard(ExecutionContext context, MemorySegment ring, long record, long flags) {
        RingBufferMap.discard(ring, record, flags);
    }

    /**
     * {@code bpf_ringbuf_query}.
     *
     * @param context the calling worker
     * @param map a ring buffer
     * @param what the question
     * @return the answer, 0 for an unknown question
     */
    public static long query(ExecutionContext context, BpfMap map, long what) {
        return ((RingBufferMap) map).query(what);
    }

    /**
     * {@code bpf_ringbuf_reserve_dynptr}.
     *
     * @param context the calling worker
     * @param map a ring buffer
     * @param size size of the record, an unsigned 32-bit number
     * @param flags must be 0
     * @param stack the stack
     * @param slot where the dynptr is to be
     * @return 0; {@code -EINVAL} for flags or if there is no room, {@code -E2BIG} for a size no dynptr has; the dynptr is null then
     */
    public static long reserveDynptr(
            ExecutionContext context, BpfMap map, long size, long flags, MemorySegment stack, long slot) {
        Dynptr dynptr = Dynptr.create(context, slot);
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        if (Integer.compareUnsigned((int) size, Dynptr.MAX_SIZE) > 0) {
            return -Errno.E2BIG;
        }
        RingBufferMap ring = (RingBufferMap) map;
        long record = ring.reserve(Integer.toUnsignedLong((int) size));
        if (record == 0) {
            return -Errno.EINVAL;
        }
        dynptr.setMemory(ring.values(), record, (int) size, ring);
        return 0;
    }

    /**
     * {@code bpf_ringbuf_submit_dynptr}.
     *
     * @param context the calling worker
     * @param stack the stack
     * @param slot the dynptr, which is null afterwards
     * @param flags wake-up flags
     */
    public static void submitDynptr(ExecutionContext context, MemorySegment stack, long slot, long flags) {
        Dynptr dynptr = Dynptr.at(context, slot);
        if (dynptr.owner() instanceof RingBufferMap ring) {
            ring.submit(dynptr.memoryStart(), flags);
        }
        dynptr.clear();
    }

    /**
     * {@code bpf_ringbuf_discard_dynptr}.
     *
     * @param context the calling worker
     * @param stack the stack
     * @param slot the dynptr, which is null afterwards
     * @param flags wake-up flags
     */
    public static void discardDynptr(ExecutionContext context, MemorySegment stack, long slot, long flags) {
        Dynptr dynptr = Dynptr.at(context, slot);
        if (dynptr.owner() instanceof RingBufferMap ring) {
            ring.discard(dynptr.memoryStart(), flags);
        }
        dynptr.clear();
    }

    /** {@code BPF_MAX_USER_RINGBUF_SAMPLES}. */
    private static final int MOST_SAMPLES = 128 * 1024;

    /**
     * The stack slot of the dynptr that the callback of {@link #drain} receives: the far end of the last frame, which only a call chain
     * of greatest length with a full frame reaches.
     */
    private static final long DRAIN_SLOT = (2L * ExecutionContext.MAX_FRAMES - 1) * ExecutionContext.FRAME_SIZE;

    /**
     * {@code bpf_user_ringbuf_drain}: calls the callback with a dynptr and the argument for each record, until it returns nonzero.
     *
     * @param context the calling worker
     * @param map a user ring buffer
     * @param callback the subprogram
     * @param argument memory that is passed on, or null
     * @param argumentOffset its offset
     * @param flags 0 to 3: there is nobody to wake up
     * @return records consumed; {@code -EINVAL} for other flags, {@code -EBUSY} if another worker drains, or the error of a damaged ring
     */
    public static long drain(
            ExecutionContext context,
            BpfMap map,
            BpfCallback callback,
            @Nullable MemorySegment argument,
            long argumentOffset,
            long flags) {
        if ((flags & ~(RingBufferMap.NO_WAKEUP | RingBufferMap.FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        UserRingBufferMap ring = (UserRingBufferMap) map;
        if (!ring.beginDrain()) {
            return -Errno.EBUSY;
        }
        try {
            long consumed = 0;
            for (int i = 0; i < MOST_SAMPLES; i++) {
                long record = ring.peek();
                if (record == 0) {
                    break;
                }
                if (record == -Errno.EAGAIN) {
                    continue;
                }
                if (record < 0) {
                    return record;
                }
                Dynptr.create(context, DRAIN_SLOT).setMemory(ring.values(), record, ring.length(record), null);
                long stop;
                try {
                    stop = callback.call(
                            context, DRAIN_SLOT, context.stack(), argumentOffset, argument, 0, null, 0, null);
                } finally {
                    ring.release(record);
                }
                consumed++;
                if (stop != 0) {
                    break;
                }
            }
            return consumed;
        } finally {
            ring.endDrain();
        }
    }
}
