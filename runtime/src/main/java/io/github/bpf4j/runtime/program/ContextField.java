/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of {@code struct __sk_buff} fields (kernel documentation: {@code linux/bpf.h}) as programs of the LWT types may use
 * them. All four types have the same rules. An access must be naturally aligned and stay in one field; narrow loads give that part of the
 * little-endian field, with the exception of {@link #shift}.
 *
 * @param offset in the context, in bytes
 * @param size of the field, in bytes
 * @param name the field's name, {@code cb[1]} for array elements
 * @param readWidths widths of allowed loads, as a sum of 1, 2, 4 and 8
 * @param writeWidths widths of allowed stores, as a sum of 1, 2, 4 and 8
 * @param value what a load gives
 * @param accessor name of the getter in {@code SkBuff}, null for what is not a number of the packet's metadata; the setter of a writable field is
 *     {@code set} and this name
 * @param index argument of the accessor, or -1 if it has none
 * @param storedSize bytes in which Linux keeps the number; see {@link #shift}
 */
public record ContextField(
        int offset,
        int size,
        String name,
        int readWidths,
        int writeWidths,
        Value value,
        @Nullable String accessor,
        int index,
        int storedSize) {
    /** Bytes of {@code struct __sk_buff}. */
    public static final int CONTEXT_SIZE = 192;

    /** What a load of a field gives. */
    public enum Value {
        /** A number. */
        SCALAR,
        /** The pointer to the start of the packet. */
        PACKET,
        /** The pointer behind the end of the packet. */
        PACKET_END,
        /** The pointer to the socket, or NULL. */
        SOCKET
    }

    private static final int NARROW = 1 | 2 | 4;
    private static final int WORD = 4;

    private static final List<ContextField> ROWS = List.of(
            readOnly(0, "len", "length", WORD),
            readOnly(4, "pkt_type", "packetType", 1),
            writable(8, "mark", "mark"),
            readOnly(12, "queue_mapping", "queueMapping", 2),
            readOnly(16, "protocol", "protocol", 2),
            readOnly(20, "vlan_present", "vlanPresent", WORD),
            readOnly(24, "vlan_tci", "vlanTci", 2),
            readOnly(28, "vlan_proto", "vlanProtocol", 2),
            writable(32, "priority", "priority"),
            readOnly(36, "ingress_ifindex", "ingressIfindex", WORD),
            readOnly(40, "ifindex", "ifindex", WORD),
            readOnly(44, "tc_index", "tcIndex", 2),
            controlBlock(0),
            controlBlock(1),
            controlBlock(2),
            controlBlock(3),
            controlBlock(4),
            readOnly(68, "hash", "hash", WORD),
            new ContextField(76, 4, "data", 4, 0, Value.PACKET, null, -1, WORD),
            new ContextField(80, 4, "data_end", 4, 0, Value.PACKET_END, null, -1, WORD),
            readOnly(84, "napi_id", "napiId", WORD),
            readOnly(164, "gso_segs", "gsoSegments", 2),
            new ContextField(168, 8, "sk", 8, 0, Value.SOCKET, null, -1, 8),
            readOnly(176, "gso_size", "gsoSize", 2));

    private static final @Nullable ContextField[] BY_BYTE = new ContextField[CONTEXT_SIZE];

    static {
        for (ContextField row : ROWS) {
            for (int i = 0; i < row.size; i++) {
                BY_BYTE[row.offset + i] = row;
            }
        }
    }

    private static ContextField readOnly(int offset, String name, String accessor, int storedSize) {
        return new ContextField(offset, 4, name, NARROW, 0, Value.SCALAR, accessor, -1, storedSize);
    }

    private static ContextField writable(int offset, String name, String accessor) {
        return new ContextField(offset, 4, name, NARROW, 4, Value.SCALAR, accessor, -1, WORD);
    }

    /** {@code cb} can be read and written in any way; two elements at once where they form an aligned pair. */
    private static ContextField controlBlock(int index) {
        int widths = index == 0 || index == 2 ? NARROW | 8 : NARROW;
        return new ContextField(
                48 + 4 * index, 4, "cb[" + index + "]", widths, widths, Value.SCALAR, "cb", index, WORD);
    }

    /**
     * By how much the field's number is shifted to the right before the bytes of a narrow load are taken. Linux shifts only if the load is
     * narrower than what it keeps the number in: two bytes at the upper half of {@code protocol} give the protocol, not 0.
     *
     * @param at where the load starts
     * @param width bytes of the load, 1, 2 or 4
     * @return bits, 0 to 24
     */
    public int shift(long at, int width) {
        return width >= storedSize ? 0 : (int) (at - offset) * Byte.SIZE;
    }

    /**
     * All rows, ordered by offset.
     *
     * @return an immutable list
     */
    public static List<ContextField> rows() {
        return ROWS;
    }

    /**
     * The field at an offset.
     *
     * @param offset in bytes, any number
     * @return the field that contains the byte, or null if programs may not use it
     */
    public static @Nullable ContextField at(long offset) {
        return offset < 0 || offset >= CONTEXT_SIZE ? null : BY_BYTE[(int) offset];
    }

    /**
     * The field an access belongs to.
     *
     * @param offset in bytes, any number
     * @param width 1, 2, 4 or 8
     * @param write whether it is a store
     * @return the field of the first byte, or null if the access is not allowed
     */
    public static @Nullable ContextField access(long offset, int width, boolean write) {
        ContextField row = at(offset);
        if (row == null || offset % width != 0) {
            return null;
        }
        return ((write ? row.writeWidths : row.readWidths) & width) == 0 ? null : row;
    }
}
