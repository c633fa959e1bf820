/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.Ipv6Headers;
import io.github.bpf4j.runtime.packet.SegmentRoutingState;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.NetworkStack;
import java.lang.foreign.MemorySegment;

/**
 * Segment routing over IPv6: the two forms of encapsulation, and the life of the header under an End.BPF program (RFC 8754, RFC 8986,
 * Linux's {@code seg6} and {@code seg6local}).
 */
public final class SegmentRouting {
    private static final int ETHERTYPE_IPV6 = 0xdd86;
    private static final int DEFAULT_HOP_LIMIT = 64;
    private static final int VERSION_AND_CLASS_OF_IPV4_INNER = 0x60;
    private static final int HMAC_FLAG = 1 << 3;
    private static final int HMAC_TLV = 5;
    private static final int HMAC_TLV_SIZE = 40;
    private static final int UNITS_OF_HMAC_TLV = HMAC_TLV_SIZE / 8;

    private SegmentRouting() {}

    /**
     * {@code BPF_LWT_ENCAP_SEG6} and {@code BPF_LWT_ENCAP_SEG6_INLINE}, and the route lookup that follows.
     *
     * @return 0 or {@code -errno}; the packet is changed even if the lookup fails
     */
    static int push(ExecutionContext ctx, SkBuff skb, boolean inline, MemorySegment header, long offset, long size) {
        if (!Ipv6Headers.isValid(header, offset, size, false)) {
            return -Errno.EINVAL;
        }
        int error;
        if (inline) {
            if (skb.protocol() != ETHERTYPE_IPV6 || skb.length() < Ipv6Headers.SIZE) {
                return -Errno.EBADMSG;
            }
            error = insert(skb, header, offset, (int) size);
        } else {
            skb.setEncapsulated(true);
            error = encapsulate(ctx, skb, header, offset, (int) size);
        }
        if (error != 0) {
            return error;
        }
        skb.setTransportOffset(Ipv6Headers.SIZE);
        return route(ctx, skb, NetworkStack.DEFAULT_TABLE);
    }

    private static int route(ExecutionContext ctx, SkBuff skb, int table) {
        return ctx.network().routeIpv6(skb, skb.memory(), (long) skb.data() + Ipv6Headers.DESTINATION, table);
    }

    /** An outer IPv6 header with a segment routing header in front of the packet. */
    private static int encapsulate(ExecutionContext ctx, SkBuff skb, MemorySegment header, long offset, int size) {
        int inner = skb.data();
        boolean ipv6 = skb.protocol() == ETHERTYPE_IPV6 && skb.length() >= Ipv6Headers.SIZE;
        int versionClassLabel = ipv6 ? skb.memory().get(JAVA_INT_UNALIGNED, inner) : VERSION_AND_CLASS_OF_IPV4_INNER;
        byte hopLimit = ipv6 ? skb.memory().get(JAVA_BYTE, (long) inner + Ipv6Headers.HOP_LIMIT) : DEFAULT_HOP_LIMIT;
        skb.push(Ipv6Headers.SIZE + size);
        skb.resetNetworkHeader();
        MemorySegment memory = skb.memory();
        long outer = skb.data();
        long srh = outer + Ipv6Headers.SIZE;
        memory.set(JAVA_INT_UNALIGNED, outer, versionClassLabel);
        memory.set(JAVA_BYTE, outer + Ipv6Headers.NEXT_HEADER, (byte) Ipv6Headers.ROUTING);
        memory.set(JAVA_BYTE, outer + Ipv6Headers.HOP_LIMIT, hopLimit);
        MemorySegment.copy(header, offset, memory, srh, size);
        memory.set(JAVA_BYTE, srh, (byte) Ipv6Headers.IPV6);
        copyFirstSegmentToDestination(memory, outer, srh);
        ctx.network().sourceIpv6(skb, memory, outer + Ipv6Headers.SOURCE);
        int error = checkHmac(memory, srh);
        if (error == 0) {
            Ipv6Headers.setPayloadLength(skb);
        }
        return error;
    }

    /** A segment routing header between the packet's IPv6 header and what follows it. */
    private static int insert(SkBuff skb, MemorySegment header, long offset, int size) {
        skb.push(size);
        skb.resetNetworkHeader();
        MemorySegment memory = skb.memory();
        long ipv6 = skb.data();
        long srh = ipv6 + Ipv6Headers.SIZE;
        MemorySegment.copy(memory, ipv6 + size, memory, ipv6, Ipv6Headers.SIZE);
        MemorySegment.copy(header, offset, memory, srh, size);
        memory.set(JAVA_BYTE, srh, memory.get(JAVA_BYTE, ipv6 + Ipv6Headers.NEXT_HEADER));
        memory.set(JAVA_BYTE, ipv6 + Ipv6Headers.NEXT_HEADER, (byte) Ipv6Headers.ROUTING);
        MemorySegment.copy(memory, ipv6 + Ipv6Headers.DESTINATION, memory, srh + Ipv6Headers.SRH_SEGMENTS, 16);
        copyFirstSegmentToDestination(memory, ipv6, srh);
        int error = checkHmac(memory, srh);
        if (error == 0) {
            Ipv6Headers.setPayloadLength(skb);
        }
        return error;
    }

    private static void copyFirstSegmentToDestination(MemorySegment memory, long ipv6, long srh) {
        long entry = memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_LAST_ENTRY) & 0xffL;
        MemorySegment.copy(
                memory, srh + Ipv6Headers.SRH_SEGMENTS + 16 * entry, memory, ipv6 + Ipv6Headers.DESTINATION, 16);
    }

    /** No HMAC keys can be configured, so a header that asks for one is refused as Linux does for an unknown key. */
    private static int checkHmac(MemorySegment memory, long srh) {
        if ((memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_FLAGS) & HMAC_FLAG) == 0) {
            return 0;
        }
        int length = memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_LENGTH) & 0xff;
        int entries = (memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_LAST_ENTRY) & 0xff) + 1;
        long tlv = srh + (length + 1) * 8L - HMAC_TLV_SIZE;
        boolean present = length >= entries * 2 + UNITS_OF_HMAC_TLV
                && memory.get(JAVA_BYTE, tlv) == HMAC_TLV
                && memory.get(JAVA_BYTE, tlv + 1) == HMAC_TLV_SIZE - 2;
        return present ? -Errno.ENOENT : -Errno.EINVAL;
    }

    /**
     * What an End.BPF node does before its program runs: finds the segment routing header, checks it, takes one off the segments left and
     * makes the segment reached the destination. A header with an HMAC is refused, as its key is never known; Linux accepts headers without one
     * unless {@code seg6_require_hmac} is set.
     *
     * @param skb an IPv6 packet
     * @return false if the packet must be dropped; it is unchanged then
     */
    public static boolean beforeProgram(SkBuff skb) {
        int at = skb.protocol() == ETHERTYPE_IPV6 ? Ipv6Headers.findSegmentRouting(skb) : SegmentRoutingState.NONE;
        if (at < 0) {
            return false;
        }
        MemorySegment memory = skb.memory();
        long srh = (long) skb.data() + at;
        if (checkHmac(memory, srh) == -Errno.ENOENT) {
            return false;
        }
        int left = (memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_SEGMENTS_LEFT) & 0xff) - 1;
        memory.set(JAVA_BYTE, srh + Ipv6Headers.SRH_SEGMENTS_LEFT, (byte) left);
        MemorySegment.copy(
                memory,
                srh + Ipv6Headers.SRH_SEGMENTS + 16L * left,
                memory,
                (long) skb.data() + Ipv6Headers.DESTINATION,
                16);
        skb.segmentRouting().found(at, (memory.get(JAVA_BYTE, srh + Ipv6Headers.SRH_LENGTH) & 0xff) * 8);
        return true;
    }

    /**
     * What an End.BPF node checks after its program has returned {@code BPF_OK} or {@code BPF_REDIRECT}: whether the header that the
     * program left is valid. Writes the header's length field.
     *
     * @param skb the packet
     * @return false if the packet must be dropped
     */
    public static boolean afterProgram(SkBuff skb) {
        return skb.segmentRouting().offset() == SegmentRoutingState.NONE || hasValidHeader(skb);
    }

    private static boolean hasValidHeader(SkBuff skb) {
        SegmentRoutingState state = skb.segmentRouting();
        if (state.offset() == SegmentRoutingState.NONE) {
            return false;
        }
        if (state.checked()) {
            return true;
        }
        if ((state.length() & 7) != 0) {
            return false;
        }
        long srh = (long) skb.data() + state.offset();
        skb.memory().set(JAVA_BYTE, srh + Ipv6Headers.SRH_LENGTH, (byte) (state.length() / 8));
        int size = ((state.length() / 8 & 0xff) + 1) * 8;
        boolean valid = state.offset() + size <= skb.length() && Ipv6Headers.isValid(skb.memory(), srh, size, true);
        state.setChecked(valid);
        return valid;
    }

    static int storeBytes(SkBuff skb, long offset, MemorySegment from, long fromOffset, long size) {
        SegmentRoutingState state = skb.segmentRouting();
        if (state.offset() == SegmentRoutingState.NONE) {
            return -Errno.EINVAL;
        }
        long at = offset & 0xffff_ffffL;
        long srh = state.offset();
        int entries = (skb.memory().get(JAVA_BYTE, skb.data() + srh + Ipv6Headers.SRH_LAST_ENTRY) & 0xff) + 1;
        // as in Linux, the TLVs are taken to start 8 bytes too early, in the last segment
        long tlvs = srh + 16L * entries;
        long end = srh + Ipv6Headers.SRH_SEGMENTS + state.length();
        if (at >= tlvs && at + size <= end) {
            state.setChecked(false);
        } else if (at < srh + Ipv6Headers.SRH_FLAGS || at + size > srh + Ipv6Headers.SRH_SEGMENTS) {
            return -Errno.EFAULT;
        }
        if (at + size > skb.length()) {
            return -Errno.EFAULT;
        }
        int header = Ipv6Headers.find(skb, Ipv6Headers.ROUTING, false);
        if (header < 0) {
            return -Errno.EINVAL;
        }
        state.setOffset(header);
        MemorySegment.copy(from, fromOffset, skb.memory(), skb.data() + at, size);
        return 0;
    }

    static int adjust(SkBuff skb, long offset, long change) {
        SegmentRoutingState state = skb.segmentRouting();
        if (state.offset() == SegmentRoutingState.NONE) {
            return -Errno.EINVAL;
        }
        long at = offset & 0xffff_ffffL;
        int bytes = (int) change;
        long srh = state.offset();
        int entries = (skb.memory().get(JAVA_BYTE, skb.data() + srh + Ipv6Headers.SRH_LAST_ENTRY) & 0xff) + 1;
        long tlvs = srh + Ipv6Headers.SRH_SEGMENTS + 16L * entries;
        long end = srh + Ipv6Headers.SRH_SEGMENTS + state.length();
        if (at < tlvs || at > end || bytes < 0 && at - bytes > end) {
            return -Errno.EFAULT;
        }
        MemorySegment memory;
        if (bytes > 0) {
            if (bytes > PacketHelpers.MAX_LENGTH) {
                return -Errno.ENOMEM;
            }
            skb.push(bytes);
            memory = skb.memory();
            MemorySegment.copy(memory, (long) skb.data() + bytes, memory, skb.data(), at);
            memory.asSlice(skb.data() + at, bytes).fill((byte) 0);
        } else if (bytes < 0) {
            memory = skb.memory();
            MemorySegment.copy(memory, skb.data(), memory, (long) skb.data() - bytes, at);
            skb.pull(-bytes);
        }
        Ipv6Headers.setPayloadLength(skb);
        int header = Ipv6Headers.find(skb, Ipv6Headers.ROUTING, false);
        if (header < 0) {
            return -Errno.EINVAL;
        }
        state.setOffset(header);
        state.resized(state.length() + bytes);
        return 0;
    }

    static int endX(ExecutionContext ctx, SkBuff skb, MemorySegment parameter, long offset, long size) {
        if (!hasValidHeader(skb)) {
            return -Errno.EBADMSG;
        }
        if (size != 16) {
            return -Errno.EINVAL;
        }
        return ctx.network().routeIpv6(skb, parameter, offset, NetworkStack.DEFAULT_TABLE);
    }

    static int endT(ExecutionContext ctx, SkBuff skb, MemorySegment parameter, long offset, long size) {
        if (!hasValidHeader(skb)) {
            return -Errno.EBADMSG;
        }
        if (size != Integer.BYTES) {
            return -Errno.EINVAL;
        }
        return route(ctx, skb, parameter.get(JAVA_INT_UNALIGNED, offset));
    }

    static int endDt6(ExecutionContext ctx, SkBuff skb, MemorySegment parameter, long offset, long size) {
        if (!hasValidHeader(skb)) {
            return -Errno.EBADMSG;
        }
        if (size != Integer.BYTES) {
            return -Errno.EINVAL;
        }
        int inner = Ipv6Headers.find(skb, Ipv6Headers.IPV6, false);
        if (inner < 0 || inner + Ipv6Headers.SIZE > skb.length()) {
            return -Errno.EBADMSG;
        }
        skb.pull(inner);
        skb.setEncapsulated(false);
        skb.setTransportOffset(0);
        lookAgain(skb);
        return route(ctx, skb, parameter.get(JAVA_INT_UNALIGNED, offset));
    }

    static int endB6(
            ExecutionContext ctx, SkBuff skb, boolean inline, MemorySegment parameter, long offset, long size) {
        if (!afterProgram(skb)) {
            return -Errno.EBADMSG;
        }
        int error = push(ctx, skb, inline, parameter, offset, size);
        if (error == 0) {
            lookAgain(skb);
        }
        return error;
    }

    private static void lookAgain(SkBuff skb) {
        SegmentRoutingState state = skb.segmentRouting();
        int at = Ipv6Headers.find(skb, Ipv6Headers.ROUTING, false);
        if (at < 0) {
            state.clear();
        } else {
            int length = skb.memory().get(JAVA_BYTE, (long) skb.data() + at + Ipv6Headers.SRH_LENGTH) & 0xff;
            state.found(at, length * 8);
        }
    }
}
