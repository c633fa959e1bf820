/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.map.UserRingBufferMap;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingBufferHelpersTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final ExecutionContext context = new ExecutionContext(0);

    private static <M> M ring(MapType type, Class<M> kind) throws Exception {
        return kind.cast(BpfMaps.create(new MapDefinition("r", type, 0, 0, 4096, 0), MapEnvironment.of(1)));
    }

    private static List<Long> drained(RingBufferMap ring) {
        List<Long> records = new ArrayList<>();
        ring.consume((memory, offset, length) -> records.add(memory.get(LONG, offset)), 100);
        return records;
    }

    @Test
    void reserveLeavesTheMemoryInTheContext() throws Exception {
        RingBufferMap ring = ring(MapType.RINGBUF, RingBufferMap.class);
        long record = RingBufferHelpers.reserve(context, ring, 8, 0);
        MemorySegment memory = (MemorySegment) context.resultBase();
        assertSame(ring.values(), memory);
        memory.set(LONG, record, 42);
        RingBufferHelpers.submit(context, memory, record, 0);
        assertEquals(List.of(42L), drained(ring));
        assertEquals(0, RingBufferHelpers.reserve(context, ring, 8, 1));
        assertNull(context.resultBase());
        assertEquals(0, RingBufferHelpers.reserve(context, ring, 1L << 33, 0));
    }

    @Test
    void dynptrs() throws Exception {
        RingBufferMap ring = ring(MapType.RINGBUF, RingBufferMap.class);
        MemorySegment stack = context.stack();
        assertEquals(0, RingBufferHelpers.reserveDynptr(context, ring, 16, 0, stack, 64));
        Dynptr dynptr = Dynptr.at(context, 64);
        assertEquals(16, dynptr.size());
        dynptr.memory().set(LONG, dynptr.memoryOffset(), 7);
        assertEquals(0, dynptr.adjust(8, 16));
        RingBufferHelpers.submitDynptr(context, stack, 64, 0);
        assertTrue(dynptr.isNull());
        assertEquals(List.of(7L), drained(ring));
        assertEquals(-Errno.EINVAL, RingBufferHelpers.reserveDynptr(context, ring, 16, 1, stack, 64));
        RingBufferHelpers.discardDynptr(context, stack, 64, 0);
        assertEquals(-Errno.EINVAL, RingBufferHelpers.reserveDynptr(context, ring, 5000, 0, stack, 64));
        assertEquals(-Errno.E2BIG, RingBufferHelpers.reserveDynptr(context, ring, 1 << 24, 0, stack, 64));
        RingBufferHelpers.submitDynptr(context, stack, 64, 0);
        assertEquals(List.of(), drained(ring));
    }

    @Test
    void programsDrainWhatJavaSends() throws Exception {
        UserRingBufferMap ring = ring(MapType.USER_RINGBUF, UserRingBufferMap.class);
        for (int i = 0; i < 5; i++) {
            long record = ring.reserve(8);
            ring.values().set(LONG, record, i);
            if (i == 1) {
                ring.discard(record);
            } else {
                ring.submit(record);
            }
        }
        long busy = ring.reserve(8);
        List<Long> seen = new ArrayList<>();
        BpfCallback callback = (c, r1, b1, r2, b2, r3, b3, r4, b4) -> {
            assertSame(c.stack(), b1);
            Dynptr dynptr = Dynptr.at(c, r1);
            long value = dynptr.memory().get(LONG, dynptr.memoryOffset());
            assertEquals(8, dynptr.size());
            seen.add(value);
            assertEquals(-Errno.EBUSY, RingBufferHelpers.drain(c, ring, (d, q, w, e, r, t, y, u, i) -> 0, null, 0, 0));
            return value == 2 ? 1 : 0;
        };
        assertEquals(-Errno.EINVAL, RingBufferHelpers.drain(context, ring, callback, null, 0, 4));
        assertEquals(2, RingBufferHelpers.drain(context, ring, callback, null, 0, 0));
        assertEquals(List.of(0L, 2L), seen);
        assertEquals(2, RingBufferHelpers.drain(context, ring, callback, null, 0, 0));
        assertEquals(List.of(0L, 2L, 3L, 4L), seen);
        ring.submit(busy);
        assertEquals(1, RingBufferHelpers.drain(context, ring, callback, null, 0, 0));
        assertTrue(ring.reserve(4088) > 0);
        assertEquals(0, ring.reserve(8));
    }
}
