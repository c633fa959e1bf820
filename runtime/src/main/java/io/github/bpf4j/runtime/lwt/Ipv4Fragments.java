/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.helper.Checksum;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Cuts IPv4 packets into fragments (RFC 791, section 3.2), as Linux does: by the packet's length, whatever its total length field says; the
 * identification stays as it is; options that are not to be copied become NOPs behind the first fragment of a whole packet.
 */
public final class Ipv4Fragments {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int FIXED_HEADER = 20;
    private static final int TOTAL_LENGTH = 2;
    private static final int FRAGMENT = 6;
    private static final int CHECK = 10;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;

    private static final byte OPTION_END = 0;
    private static final byte OPTION_NOP = 1;

    private Ipv4Fragments() {}

    /**
     * Whether a packet allows to be cut.
     *
     * @param skb a complete IPv4 packet
     * @return whether its DF bit is 0
     */
    public static boolean allowed(SkBuff skb) {
        return (skb.memory().get(SHORT, skb.data() + (long) FRAGMENT) & DONT_FRAGMENT) == 0;
    }

    /**
     * How many fragments a packet makes.
     *
     * @param skb a complete IPv4 packet
     * @param mtu bytes that a fragment may have, at least {@link Device#LEAST_MTU}
     * @return the fragments; 0 if the packet's header length is not valid
     */
    public static int count(SkBuff skb, int mtu) {
        int header = headerLength(skb);
        if (header < FIXED_HEADER || header >= skb.length()) {
            return 0;
        }
        int step = step(header, mtu);
        int payload = skb.length() - header;
        return payload <= mtu - header ? 1 : (payload - (mtu - header) + step - 1) / step + 1;
    }

    /**
     * Makes one fragment.
     *
     * @param skb the packet, which stays as it is
     * @param index the fragment's number, 0 to {@link #count} - 1
     * @param mtu bytes that a fragment may have
     * @param into receives the fragment's bytes; as long as {@link #length} says
     */
    public static void write(SkBuff skb, int index, int mtu, SkBuff into) {
        int header = headerLength(skb);
        int step = step(header, mtu);
        int from = index * step;
        int length = length(skb, index, mtu);
        MemorySegment source = skb.memory();
        MemorySegment target = into.memory();
        long at = into.data();
        MemorySegment.copy(source, skb.data(), target, at, header);
        MemorySegment.copy(source, (long) skb.data() + header + from, target, at + header, (long) length - header);
        int field = source.get(SHORT, skb.data() + (long) FRAGMENT) & 0xffff;
        if (index > 0 && (field & OFFSET_MASK) == 0) {
            dropOptions(target, at, header);
        }
        boolean more = header + from + (length - header) < skb.length() || (field & MORE_FRAGMENTS) != 0;
        int offset = (field & OFFSET_MASK) + from / 8 & OFFSET_MASK;
        target.set(SHORT, at + FRAGMENT, (short) (offset | (more ? MORE_FRAGMENTS : 0)));
        target.set(SHORT, at + TOTAL_LENGTH, (short) length);
        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + CHECK, (short) 0);
        int check = Checksum.fold(Checksum.partial(target, at, header, 0));
        target.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + CHECK, (short) check);
        into.setTransportOffset(header);
    }

    /**
     * The length of a fragment.
     *
     * @param skb the packet
     * @param index the fragment's number
     * @param mtu bytes that a fragment may have
     * @return bytes, the header among them
     */
    public static int length(SkBuff skb, int index, int mtu) {
        int header = headerLength(skb);
        int step = step(header, mtu);
        int left = skb.length() - header - index * step;
        return header + (left <= mtu - header ? left : step);
    }

    private static int headerLength(SkBuff skb) {
        return (skb.memory().get(ValueLayout.JAVA_BYTE, skb.data()) & 0xf) * 4;
    }

    /** Payload of a fragment that is not the last: a multiple of 8 bytes. */
    private static int step(int header, int mtu) {
        return mtu - header & -8;
    }

    /** Makes NOPs of the options that belong to the first fragment only. */
    private static void dropOptions(MemorySegment memory, long ip, int header) {
        int at = FIXED_HEADER;
        while (at < header) {
            byte type = memory.get(ValueLayout.JAVA_BYTE, ip + at);
            if (type == OPTION_END) {
                return;
            }
            if (type == OPTION_NOP) {
                at++;
                continue;
            }
            int length = at + 1 < header ? memory.get(ValueLayout.JAVA_BYTE, ip + at + 1) & 0xff : 0;
            if (length < 2 || at + length > header) {
                return;
            }
            if (type >= 0) {
                memory.asSlice(ip + at, length).fill(OPTION_NOP);
            }
            at += length;
        }
    }
}
