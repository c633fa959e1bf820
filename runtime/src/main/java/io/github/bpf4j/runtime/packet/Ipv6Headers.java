/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The chain of headers of an IPv6 packet (RFC 8200) and the segment routing header in it (RFC 8754). Offsets are bytes from the packet's
 * start, which is its IPv6 header. Every read is checked against the packet's length.
 */
public final class Ipv6Headers {
    /** Bytes in an IPv6 header. */
    public static final int SIZE = 40;

    /** Offset of the payload length. */
    public static final int PAYLOAD_LENGTH = 4;

    /** Offset of the number of the next header. */
    public static final int NEXT_HEADER = 6;

    /** Offset of the hop limit. */
    public static final int HOP_LIMIT = 7;

    /** Offset of the source address. */
    public static final int SOURCE = 8;

    /** Offset of the destination address. */
    public static final int DESTINATION = 24;

    /** Number of a routing header. */
    public static final int ROUTING = 43;

    /** Number of an IPv6 header. */
    public static final int IPV6 = 41;

    /** Offset of the length in a segment routing header, in units of 8 bytes without the first. */
    public static final int SRH_LENGTH = 1;

    /** Offset of the type in a segment routing header. */
    public static final int SRH_TYPE = 2;

    /** Offset of the segments left in a segment routing header. */
    public static final int SRH_SEGMENTS_LEFT = 3;

    /** Offset of the last entry's index in a segment routing header; Linux calls it {@code first_segment}. */
    public static final int SRH_LAST_ENTRY = 4;

    /** Offset of the flags in a segment routing header; the tag follows. */
    public static final int SRH_FLAGS = 5;

    /** Offset of the segment list in a segment routing header. */
    public static final int SRH_SEGMENTS = 8;

    private static final int HOP_BY_HOP = 0;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int SRH_ROUTING_TYPE = 4;
    private static final int TLV_HEADER = 2;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Ipv6Headers() {}

    /**
     * Finds a header.
     *
     * @param skb an IPv6 packet
     * @param wanted the header's number
     * @param skipFinished whether to pass over routing headers without segments left
     * @return its offset, or -1 if there is none
     */
    public static int find(SkBuff skb, int wanted, boolean skipFinished) {
        if (skb.length() < SIZE) {
            return -1;
        }
        int header = u8(skb, NEXT_HEADER);
        int at = SIZE;
        while (true) {
            boolean found = header == wanted;
            if (!isExtension(header)) {
                return found ? at : -1;
            }
            if (at + 4 > skb.length()) {
                return -1;
            }
            if (header == ROUTING && skipFinished && u8(skb, at + SRH_SEGMENTS_LEFT) == 0) {
                found = false;
            }
            if (header == FRAGMENT && (u16(skb, at + 2) & ~7) != 0) {
                return -1;
            }
            if (found) {
                return at;
            }
            int length = switch (header) {
                case FRAGMENT -> 8;
                case AUTHENTICATION -> (u8(skb, at + 1) + 2) * 4;
                default -> (u8(skb, at + 1) + 1) * 8;
            };
            header = u8(skb, at);
            at += length;
        }
    }

    private static boolean isExtension(int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == AUTHENTICATION
                || header == DESTINATION_OPTIONS;
    }

    /**
     * Finds the segment routing header and checks it.
     *
     * @param skb an IPv6 packet
     * @return its offset, or -1 if there is none with segments left or it is not valid
     */
    public static int findSegmentRouting(SkBuff skb) {
        int at = find(skb, ROUTING, true);
        if (at < 0 || at + SRH_SEGMENTS > skb.length()) {
            return -1;
        }
        int length = (u8(skb, at + SRH_LENGTH) + 1) * 8;
        boolean inside = at + length <= skb.length();
        return inside && isValid(skb.memory(), (long) skb.data() + at, length, true) ? at : -1;
    }

    /**
     * Checks a segment routing header: type, length, indices and that its TLVs fill the rest of it.
     *
     * @param memory holds the header
     * @param offset where it starts
     * @param size its size, at least 1
     * @param reduced whether the first segment may be left out of the list
     * @return whether Linux accepts it
     */
    public static boolean isValid(MemorySegment memory, long offset, long size, boolean reduced) {
        if (size < SRH_SEGMENTS
                || memory.get(JAVA_BYTE, offset + SRH_TYPE) != SRH_ROUTING_TYPE
                || (u8(memory, offset + SRH_LENGTH) + 1) * 8L != size) {
            return false;
        }
        int left = u8(memory, offset + SRH_SEGMENTS_LEFT);
        int lastEntry = u8(memory, offset + SRH_LAST_ENTRY);
        int mostEntries = u8(memory, offset + SRH_LENGTH) / 2 - 1;
        if (!reduced && left > lastEntry || lastEntry > mostEntries || left > lastEntry + 1) {
            return false;
        }
        long at = SRH_SEGMENTS + (lastEntry + 1) * 16L;
        while (at < size) {
            if (at + TLV_HEADER > size) {
                return false;
            }
            at += TLV_HEADER + u8(memory, offset + at + 1);
        }
        return at == size;
    }

    /**
     * Sets the payload length to what follows the IPv6 header.
     *
     * @param skb an IPv6 packet
     */
    public static void setPayloadLength(SkBuff skb) {
        skb.memory().set(SHORT, (long) skb.data() + PAYLOAD_LENGTH, (short) (skb.length() - SIZE));
    }

    private static int u8(SkBuff skb, int at) {
        return u8(skb.memory(), (long) skb.data() + at);
    }

    private static int u8(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at) & 0xff;
    }

    private static int u16(SkBuff skb, int at) {
        return skb.memory().get(SHORT, (long) skb.data() + at) & 0xffff;
    }
}
