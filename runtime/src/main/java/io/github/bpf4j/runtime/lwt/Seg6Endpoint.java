/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The step of every SRv6 endpoint function before its own work (RFC 8986, section 4.1): on to the next segment. */
public final class Seg6Endpoint {
    private static final int IPV6_HEADER = 40;
    private static final int ROUTING = 43;
    private static final int HOP_BY_HOP = 0;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int SEGMENT_ROUTING = 4;

    private Seg6Endpoint() {}

    /**
     * Finds the segment routing header and checks what RFC 8754 says of it, as the kernel does.
     *
     * @param skb a packet that begins with an IPv6 header
     * @return its offset from the IPv6 header, or -1 if there is none that is valid
     */
    public static int findHeader(SkBuff skb) {
        if (skb.protocol() != IpHeaders.PROTOCOL_IPV6 || skb.length() < IPV6_HEADER) {
            return -1;
        }
        int next = u8(skb, 6);
        int at = IPV6_HEADER;
        while (next == HOP_BY_HOP || next == DESTINATION_OPTIONS) {
            if (at + 8 > skb.length()) {
                return -1;
            }
            next = u8(skb, at);
            at += 8 + 8 * u8(skb, at + 1);
        }
        if (next != ROUTING || at + 8 > skb.length() || u8(skb, at + 2) != SEGMENT_ROUTING) {
            return -1;
        }
        int length = 8 + 8 * u8(skb, at + 1);
        int lastEntry = u8(skb, at + 4);
        boolean valid =
                at + length <= skb.length() && lastEntry <= u8(skb, at + 1) / 2 - 1 && u8(skb, at + 3) <= lastEntry;
        return valid ? at : -1;
    }

    /**
     * Takes one off the segments left and makes the segment reached the packet's destination.
     *
     * @param skb a packet that begins with an IPv6 header
     * @return false, and the packet is unchanged, if there is no valid segment routing header or no segment left
     */
    public static boolean advance(SkBuff skb) {
        int at = findHeader(skb);
        if (at < 0) {
            return false;
        }
        int left = u8(skb, at + 3) - 1;
        if (left < 0) {
            return false;
        }
        MemorySegment memory = skb.memory();
        memory.set(ValueLayout.JAVA_BYTE, skb.data() + at + 3L, (byte) left);
        MemorySegment.copy(memory, skb.data() + at + 8L + 16L * left, memory, skb.data() + 24L, 16);
        return true;
    }

    private static int u8(SkBuff skb, int at) {
        return skb.memory().get(ValueLayout.JAVA_BYTE, skb.data() + (long) at) & 0xff;
    }
}
