/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Packet bytes with room in front (headroom) and behind (tailroom), over a {@code byte[]} or any {@link MemorySegment}. The packet is
 * bytes {@code [data, data + length)} of the memory. Not thread-safe.
 */
public class PacketBuffer {
    private byte @Nullable [] array;
    /** The memory; of a heap array only once somebody has asked for it. */
    private @Nullable MemorySegment memory;

    private int data;
    private int length;

    /**
     * Wraps a heap array that holds a packet.
     *
     * @param array the memory
     * @param data index of the packet's first byte
     * @param length the packet's length in bytes
     * @throws IndexOutOfBoundsException if the packet does not lie inside the array
     */
    public PacketBuffer(byte[] array, int data, int length) {
        Objects.checkFromIndexSize(data, length, array.length);
        this.array = array;
        this.data = data;
        this.length = length;
    }

    /**
     * Wraps a memory segment that holds a packet.
     *
     * @param memory the memory; at most {@link Integer#MAX_VALUE} bytes
     * @param data offset of the packet's first byte
     * @param length the packet's length in bytes
     * @throws IndexOutOfBoundsException if the packet does not lie inside the segment
     */
    public PacketBuffer(MemorySegment memory, int data, int length) {
        Objects.checkFromIndexSize(data, length, Math.toIntExact(memory.byteSize()));
        this.array = null;
        this.memory = memory;
        this.data = data;
        this.length = length;
    }

    /**
     * The heap array, for the {@code byte[]} flavour of a program.
     *
     * @return the array, or null if the packet lies in a segment
     */
    public final byte @Nullable [] array() {
        return array;
    }

    /**
     * The memory as a segment; for a heap array, a view of it.
     *
     * @return the segment, headroom and tailroom included
     */
    public final MemorySegment memory() {
        MemorySegment segment = memory;
        if (segment == null) {
            segment = MemorySegment.ofArray(Objects.requireNonNull(array));
            memory = segment;
        }
        return segment;
    }

    /** Bytes of memory, headroom and tailroom included. */
    private int capacity() {
        byte[] bytes = array;
        return bytes != null ? bytes.length : (int) memory().byteSize();
    }

    /**
     * Where the packet starts.
     *
     * @return offset into the memory, in bytes
     */
    public final int data() {
        return data;
    }

    /**
     * The packet's length.
     *
     * @return bytes
     */
    public final int length() {
        return length;
    }

    /**
     * Where the packet ends.
     *
     * @return offset into the memory of the first byte behind the packet
     */
    public final int dataEnd() {
        return data + length;
    }

    /**
     * Free bytes in front of the packet.
     *
     * @return bytes
     */
    public final int headroom() {
        return data;
    }

    /**
     * Free bytes behind the packet.
     *
     * @return bytes
     */
    public final int tailroom() {
        return capacity() - data - length;
    }

    /**
     * Moves the packet's bounds inside the memory; the bytes stay where they are.
     *
     * @param newData offset of the first byte
     * @param newLength length in bytes
     * @throws IndexOutOfBoundsException if the new bounds leave the memory
     */
    public final void setBounds(int newData, int newLength) {
        Objects.checkFromIndexSize(newData, newLength, capacity());
        this.data = newData;
        this.length = newLength;
    }

    /**
     * Makes sure that at least the given headroom and tailroom exist, moving the packet into larger memory of the same kind if not.
     *
     * @param head wanted headroom in bytes
     * @param tail wanted tailroom in bytes
     */
    public final void ensureRoom(int head, int tail) {
        if (headroom() >= head && tailroom() >= tail) {
            return;
        }
        int newHead = Math.max(head, headroom());
        int size = Math.addExact(Math.addExact(newHead, length), Math.max(tail, tailroom()));
        MemorySegment source = memory();
        MemorySegment target;
        if (array != null) {
            byte[] bytes = new byte[size];
            target = MemorySegment.ofArray(bytes);
            array = bytes;
        } else {
            target = Arena.ofAuto().allocate(size);
        }
        MemorySegment.copy(source, data, target, newHead, length);
        memory = target;
        data = newHead;
    }

    /**
     * Replaces memory and packet, so that one buffer object serves many packets.
     *
     * @param newArray the memory
     * @param newMemory a segment over exactly that array, made once by the caller
     * @param newData index of the first byte
     * @param newLength length in bytes
     */
    public final void reset(byte[] newArray, MemorySegment newMemory, int newData, int newLength) {
        Objects.checkFromIndexSize(newData, newLength, newArray.length);
        this.array = newArray;
        this.memory = newMemory;
        this.data = newData;
        this.length = newLength;
    }

    /**
     * Replaces memory and packet by a heap array, so that one buffer object serves many packets. A segment over the array is made only if
     * somebody asks for {@link #memory}.
     *
     * @param newArray the memory
     * @param newData index of the first byte
     * @param newLength length in bytes
     * @throws IndexOutOfBoundsException if the packet does not lie inside the array
     */
    public final void reset(byte[] newArray, int newData, int newLength) {
        Objects.checkFromIndexSize(newData, newLength, newArray.length);
        this.array = newArray;
        this.memory = null;
        this.data = newData;
        this.length = newLength;
    }

    /**
     * Copies the packet out.
     *
     * @return the packet's bytes
     */
    public final byte[] toByteArray() {
        return memory().asSlice(data, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
