/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.helper.SegmentRouting;
import io.github.bpf4j.runtime.packet.SkBuff;

/** What the SRv6 endpoint function End.BPF does before and after its program (RFC 8986, section 4.1, and Linux's {@code seg6local}). */
public final class Seg6Endpoint {
    private Seg6Endpoint() {}

    /**
     * Takes one off the segments left and makes the segment reached the packet's destination.
     *
     * @param skb a packet that begins with an IPv6 header
     * @return false, and the packet is unchanged and must be dropped, if there is no valid segment routing header or no segment left
     */
    public static boolean advance(SkBuff skb) {
        return SegmentRouting.beforeProgram(skb);
    }

    /**
     * Checks what the program has made of the segment routing header and completes it. For packets on which the program returned
     * {@code BPF_OK} or {@code BPF_REDIRECT}.
     *
     * @param skb the packet after the program
     * @return false if the packet must be dropped
     */
    public static boolean accepts(SkBuff skb) {
        return SegmentRouting.afterProgram(skb);
    }
}
