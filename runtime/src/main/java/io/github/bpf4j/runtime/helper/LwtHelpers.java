/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;

/** Helpers that only programs at lightweight tunnels have. */
public final class LwtHelpers {
    private static final int ENCAP_SEG6 = 0;
    private static final int ENCAP_SEG6_INLINE = 1;
    private static final int ENCAP_IP = 2;

    private static final int ACTION_END_X = 2;
    private static final int ACTION_END_T = 3;
    private static final int ACTION_END_DT6 = 7;
    private static final int ACTION_END_B6 = 9;
    private static final int ACTION_END_B6_ENCAP = 10;

    private LwtHelpers() {}

    /**
     * {@code bpf_lwt_push_encap} in programs of type LWT_IN: encapsulates the packet. An error found after the header was pushed leaves it there.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param type {@code BPF_LWT_ENCAP_SEG6}, {@code BPF_LWT_ENCAP_SEG6_INLINE} or {@code BPF_LWT_ENCAP_IP}
     * @param header the segment routing header, or the outer IP header and what follows it
     * @param offset where it starts
     * @param size its size in bytes
     * @return 0; {@code -EINVAL} for another type or a bad header; {@code -EBADMSG} if the packet is not IPv6; {@code -ENETUNREACH} without
     *     a route to the new destination; {@code -ENOTSUPP} or {@code -EPROTONOSUPPORT} if segmentation offload cannot cut the result
     */
    public static long pushEncapIn(
            ExecutionContext ctx, SkBuff skb, long type, MemorySegment header, long offset, long size) {
        return switch ((int) type) {
            case ENCAP_IP -> IpEncapsulation.push(skb, header, offset, size, true);
            case ENCAP_SEG6 -> SegmentRouting.push(ctx, skb, false, header, offset, size);
            case ENCAP_SEG6_INLINE -> SegmentRouting.push(ctx, skb, true, header, offset, size);
            default -> -Errno.EINVAL;
        };
    }

    /**
     * {@code bpf_lwt_push_encap} in programs of type LWT_XMIT: encapsulates the packet. An error found after the header was pushed leaves it
     * there.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param type {@code BPF_LWT_ENCAP_IP}
     * @param header the outer IP header and what follows it
     * @param offset where it starts
     * @param size its size in bytes
     * @return 0; {@code -EINVAL} for another type or a bad header; {@code -ENOTSUPP} or {@code -EPROTONOSUPPORT} if segmentation offload
     *     cannot cut the result
     */
    public static long pushEncapXmit(
            ExecutionContext ctx, SkBuff skb, long type, MemorySegment header, long offset, long size) {
        return (int) type == ENCAP_IP ? IpEncapsulation.push(skb, header, offset, size, false) : -Errno.EINVAL;
    }

    /**
     * {@code bpf_lwt_seg6_store_bytes}: overwrites flags, tag or TLVs of the segment routing header.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where the bytes go, from the packet's start
     * @param from the new bytes
     * @param fromOffset where they start
     * @param size how many
     * @return 0, {@code -EINVAL} without a segment routing header, {@code -EFAULT} outside what may be written
     */
    public static long seg6StoreBytes(
            ExecutionContext ctx, SkBuff skb, long offset, MemorySegment from, long fromOffset, long size) {
        return SegmentRouting.storeBytes(skb, offset, from, fromOffset, size);
    }

    /**
     * {@code bpf_lwt_seg6_adjust_srh}: makes the TLV area of the segment routing header longer, with zeros, or shorter.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where bytes are put in or taken out, from the packet's start
     * @param change how many, negative to take out
     * @return 0, {@code -EINVAL} without a segment routing header, {@code -EFAULT} outside the TLV area
     */
    public static long seg6AdjustSrh(ExecutionContext ctx, SkBuff skb, long offset, long change) {
        return SegmentRouting.adjust(skb, offset, change);
    }

    /**
     * {@code bpf_lwt_seg6_action}: does the work of an SRv6 endpoint function.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param action {@code SEG6_LOCAL_ACTION_END_X}, {@code _END_T}, {@code _END_DT6}, {@code _END_B6} or {@code _END_B6_ENCAP}
     * @param parameter next hop, table number or segment routing header
     * @param offset where it starts
     * @param size its size
     * @return 0 or {@code -errno}
     */
    public static long seg6Action(
            ExecutionContext ctx, SkBuff skb, long action, MemorySegment parameter, long offset, long size) {
        return switch ((int) action) {
            case ACTION_END_X -> SegmentRouting.endX(ctx, skb, parameter, offset, size);
            case ACTION_END_T -> SegmentRouting.endT(ctx, skb, parameter, offset, size);
            case ACTION_END_DT6 -> SegmentRouting.endDt6(ctx, skb, parameter, offset, size);
            case ACTION_END_B6 -> SegmentRouting.endB6(ctx, skb, true, parameter, offset, size);
            case ACTION_END_B6_ENCAP -> SegmentRouting.endB6(ctx, skb, false, parameter, offset, size);
            default -> -Errno.EINVAL;
        };
    }
}
