/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingBufferMapTest {
    private static RingBufferMap ring(int size) {
        return (RingBufferMap) map(MapType.RINGBUF, 0, 0, size, 0);
    }

    private static List<Long> drain(RingBufferMap ring) {
        List<Long> records = new ArrayList<>();
        ring.consume((memory, offset, length) -> records.add(number(memory, offset, Math.min(8, length))), 1 << 20);
        return records;
    }

    @Test
    void sizeIsAPowerOfTwoAndAMultipleOfThePage() {
        refused(Errno.EINVAL, MapType.RINGBUF, 0, 0, 2048, 0);
        refused(Errno.EINVAL, MapType.RINGBUF, 0, 0, 4095, 0);
        refused(Errno.EINVAL, MapType.RINGBUF, 0, 0, 12288, 0);
        refused(Errno.EINVAL, MapType.RINGBUF, 4, 0, 4096, 0);
        refused(Errno.EINVAL, MapType.RINGBUF, 0, 0, 4096, MapFlags.RDONLY_PROG);
        assertNotNull(ring(4096));
    }

    @Test
    void aRingIsNeverQuiteFull() {
        assertNotEquals(0, ring(4096).reserve(4080));
        assertEquals(0, ring(4096).reserve(4081));
        RingBufferMap ring = ring(4096);
        for (int i = 0; i < 255; i++) {
            assertEquals(0, ring.output(bytes(8, i), 0, 8, 0));
        }
        assertEquals(4080, ring.query(0));
        assertEquals(-Errno.EAGAIN, ring.output(bytes(8, 1), 0, 8, 0));
        assertEquals(255, drain(ring).size());
        assertEquals(0, ring.query(0));
        assertEquals(4096, ring.query(1));
        assertEquals(4080, ring.query(2));
        assertEquals(4080, ring.query(3));
        assertEquals(0, ring.query(4));
    }

    @Test
    void recordsComeInOrderOfReservationAndDiscardedOnesDoNot() {
        RingBufferMap ring = ring(4096);
        long first = ring.reserve(8);
        long second = ring.reserve(8);
        long third = ring.reserve(8);
        ring.values().set(LONG, second, 2);
        ring.submit(second, 0);
        assertEquals(List.of(), drain(ring), "the first is still being written");
        ring.values().set(LONG, first, 1);
        ring.submit(first, 0);
        assertEquals(List.of(1L, 2L), drain(ring));
        ring.discard(third, 0);
        assertEquals(List.of(), drain(ring));
        assertEquals(0, ring.query(0));
    }

    @Test
    void headersAreLinuxs() {
        RingBufferMap ring = ring(4096);
        long record = ring.reserve(13);
        MemorySegment memory = ring.values();
        assertEquals(13 | 1 << 31, memory.get(INT, record - 8));
        assertEquals(3, memory.get(INT, record - 4));
        ring.discard(record, 0);
        assertEquals(13 | 1 << 30, memory.get(INT, record - 8));
        assertEquals(24, ring.query(3), "8 bytes of header and 13 of data, rounded up");
    }

    @Test
    void recordsWrapAndKeepTheirBytes() {
        long seed = 5;
        Random random = new Random(seed);
        RingBufferMap ring = ring(4096);
        List<byte[]> sent = new ArrayList<>();
        List<byte[]> got = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            byte[] record = new byte[random.nextInt(900)];
            random.nextBytes(record);
            if (ring.output(MemorySegment.ofArray(record), 0, record.length, 0) == 0) {
                sent.add(record);
            } else {
                ring.consume((m, o, l) -> got.add(m.asSlice(o, l).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)), 2);
            }
        }
        ring.consume((m, o, l) -> got.add(m.asSlice(o, l).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)), 1000);
        assertEquals(sent.size(), got.size());
        for (int i = 0; i < sent.size(); i++) {
            assertTrue(java.util.Arrays.equals(sent.get(i), got.get(i)), "record " + i + ", seed " + seed);
        }
    }

    @Test
    void badFlags() {
        assertEquals(-Errno.EINVAL, ring(4096).output(bytes(8, 0), 0, 8, 4));
        assertEquals(0, ring(4096).output(bytes(8, 0), 0, 8, 3));
    }

    @Test
    void aWaitingReaderWakes() throws Exception {
        RingBufferMap ring = ring(4096);
        Thread writer = Thread.ofPlatform().start(() -> ring.output(bytes(8, 7), 0, 8, 0));
        assertTrue(ring.await(60_000_000_000L));
        writer.join();
        assertEquals(List.of(7L), drain(ring));
    }
}
