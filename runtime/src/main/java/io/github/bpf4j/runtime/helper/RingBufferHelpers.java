/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;

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
            ExecutionContext context,
            BpfMap map,
            @org.jspecify.annotations.Nullable MemorySegment from,
            long offset,
            long size,
            long flags) {
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
}
