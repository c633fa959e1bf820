/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PacketBufferTest {
    private static final byte[] PACKET = {1, 2, 3, 4};

    private static PacketBuffer heap() {
        return new PacketBuffer(PACKET.clone(), 0, PACKET.length);
    }

    private static PacketBuffer segment() {
        return new PacketBuffer(MemorySegment.ofArray(PACKET.clone()), 0, PACKET.length);
    }

    @Test
    void anArrayAndItsSegmentAreTheSameMemory() {
        PacketBuffer buffer = heap();
        buffer.memory().set(ValueLayout.JAVA_BYTE, 2, (byte) 9);
        assertEquals(9, Objects.requireNonNull(buffer.array())[2]);
        assertSame(buffer.memory(), buffer.memory());
    }

    @Test
    void growingKeepsThePacketWhetherOrNotItsSegmentWasAskedFor() {
        PacketBuffer asked = heap();
        MemorySegment before = asked.memory();
        for (PacketBuffer buffer : new PacketBuffer[] {heap(), asked, segment()}) {
            buffer.ensureRoom(8, 3);
            assertArrayEquals(PACKET, buffer.toByteArray());
            assertEquals(8, buffer.headroom());
            assertEquals(3, buffer.tailroom());
            assertEquals(15, buffer.memory().byteSize());
        }
        assertNotSame(before, asked.memory());
        byte[] array = Objects.requireNonNull(asked.array());
        array[8] = 7;
        assertEquals(7, asked.memory().get(ValueLayout.JAVA_BYTE, 8));
    }

    @Test
    void anotherArrayBringsAnotherSegment() {
        PacketBuffer buffer = heap();
        MemorySegment before = buffer.memory();
        byte[] other = {5, 6, 7, 8, 9};
        buffer.reset(other, 1, 3);
        assertArrayEquals(new byte[] {6, 7, 8}, buffer.toByteArray());
        assertNotSame(before, buffer.memory());
        assertEquals(1, buffer.tailroom());
        assertThrows(IndexOutOfBoundsException.class, () -> buffer.reset(other, 3, 3));
    }
}
