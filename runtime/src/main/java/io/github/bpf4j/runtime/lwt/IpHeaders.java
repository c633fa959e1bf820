/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The fields of IPv4 and IPv6 headers that routing reads and writes. Callers check {@link #complete} first. */
public final class IpHeaders {
    /** {@link SkBuff#protocol} of IPv4. */
    public static final int PROTOCOL_IPV4 = networkOrder(0x0800);
    /** {@link SkBuff#protocol} of IPv6. */
    public static final int PROTOCOL_IPV6 = networkOrder(0x86dd);

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * Linux's socket priorities for the four bits of TOS behind precedence, in steps of two: best effort 0, bulk 2, interactive 6,
     * interactive bulk 4.
     */
    private static final int[] PRIORITY_OF_TOS = {0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4};

    private static final int IPV6_HEADER = 40;
    private static final int HOP_BY_HOP = 0;

    private IpHeaders() {}

    /**
     * A 16-bit number as a program sees it that loads its network-order bytes: {@code htons}.
     *
     * @param value the number, 0 to 65,535
     * @return the same bytes read in the machine's order
     */
    public static int networkOrder(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(value) >>> 16 : value;
    }

    /**
     * Whether the packet's protocol is IP and its fixed header is all there.
     *
     * @param skb a packet that begins with its L3 header
     * @return whether addresses can be read
     */
    public static boolean complete(SkBuff skb) {
        int protocol = skb.protocol();
        return protocol == PROTOCOL_IPV4 ? skb.length() >= 20 : protocol == PROTOCOL_IPV6 && skb.length() >= 40;
    }

    /**
     * The IPv4 destination.
     *
     * @param skb a complete IPv4 packet
     * @return the address, its first byte uppermost
     */
    public static int destinationIpv4(SkBuff skb) {
        return skb.memory().get(INT, skb.data() + 16L);
    }

    /**
     * The IPv4 source.
     *
     * @param skb a complete IPv4 packet
     * @return the address, its first byte uppermost
     */
    public static int sourceIpv4(SkBuff skb) {
        return skb.memory().get(INT, skb.data() + 12L);
    }

    /**
     * One half of the IPv6 destination.
     *
     * @param skb a complete IPv6 packet
     * @param half 0 for the first eight bytes, 1 for the last
     * @return the bytes, the first uppermost
     */
    public static long destinationIpv6(SkBuff skb, int half) {
        return skb.memory().get(LONG, skb.data() + 24L + 8L * half);
    }

    /**
     * One half of the IPv6 source.
     *
     * @param skb a complete IPv6 packet
     * @param half 0 for the first eight bytes, 1 for the last
     * @return the bytes, the first uppermost
     */
    public static long sourceIpv6(SkBuff skb, int half) {
        return skb.memory().get(LONG, skb.data() + 8L + 8L * half);
    }

    /**
     * Notes where the packet's transport header starts: behind the IPv4 header and its options, or behind the IPv6 header and the hop-by-hop
     * options, which is as far as receiving a packet looks.
     *
     * @param skb a packet, which need not be complete
     */
    public static void findTransport(SkBuff skb) {
        if (!complete(skb)) {
            return;
        }
        MemorySegment memory = skb.memory();
        long data = skb.data();
        int offset;
        if (skb.protocol() == PROTOCOL_IPV4) {
            offset = (memory.get(ValueLayout.JAVA_BYTE, data) & 0xf) * 4;
        } else {
            offset = IPV6_HEADER;
            if (memory.get(ValueLayout.JAVA_BYTE, data + 6) == HOP_BY_HOP && skb.length() >= IPV6_HEADER + 2) {
                offset += ((memory.get(ValueLayout.JAVA_BYTE, data + IPV6_HEADER + 1) & 0xff) + 1) * 8;
            }
        }
        skb.setTransportOffset(offset);
    }

    /**
     * Does to a packet what forwarding does: takes one off TTL or hop limit, corrects the IPv4 checksum, and sets the priority of IPv4
     * packets from their type of service.
     *
     * @param skb a complete IP packet
     * @return false if the TTL or hop limit was used up; the packet is unchanged then
     */
    public static boolean forward(SkBuff skb) {
        MemorySegment memory = skb.memory();
        long data = skb.data();
        boolean ipv4 = skb.protocol() == PROTOCOL_IPV4;
        long at = data + (ipv4 ? 8 : 7);
        int ttl = memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        if (ttl <= 1) {
            return false;
        }
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) (ttl - 1));
        if (ipv4) {
            int check =
                    (memory.get(SHORT, data + 10) & 0xffff) + 0x0100; // the sum lost 0x0100, its complement gains it
            memory.set(SHORT, data + 10, (short) (check + (check >= 0xffff ? 1 : 0)));
            skb.setPriority(PRIORITY_OF_TOS[(memory.get(ValueLayout.JAVA_BYTE, data + 1) & 0x1e) >>> 1]);
        }
        return true;
    }
}
