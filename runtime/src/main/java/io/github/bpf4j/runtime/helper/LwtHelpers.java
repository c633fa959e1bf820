/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;

/** Helpers that only programs at lightweight tunnels have. */
public final class LwtHelpers {
    private static final int ENCAP_SEG6 = 0;
    private static final int ENCAP_SEG6_INLINE = 1;
    private static final int ENCAP_IP = 2;

    private LwtHelpers() {}

    /**
     * {@code bpf_lwt_push_encap}: encapsulates the packet. An error found after the header was pushed leaves it there.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param type {@code BPF_LWT_ENCAP_SEG6} and {@code BPF_LWT_ENCAP_SEG6_INLINE} in programs of type LWT_IN, {@code BPF_LWT_ENCAP_IP}
     * @param header the segment routing header, or the outer IP header and what follows it
     * @param offset where it starts
     * @param size its size in bytes
     * @return 0; {@code -EINVAL} for another type or a bad header; {@code -EBADMSG} if the packet is not IPv6; {@code -ENETUNREACH} without
     *     a route to the new destination; {@code -ENOTSUPP} or {@code -EPROTONOSUPPORT} if segmentation offload cannot cut the result
     */
    public static long pushEncap(
            ExecutionContext ctx, SkBuff skb, long type, MemorySegment header, long offset, long size) {
        boolean ingress = ctx.programType() == ProgramType.LWT_IN;
        return switch ((int) type) {
            case ENCAP_IP -> IpEncapsulation.push(skb, header, offset, size, ingress);
            case ENCAP_SEG6, ENCAP_SEG6_INLINE -> ingress
                    ? Seg6Encapsulation.push(ctx, skb, (int) type == ENCAP_SEG6_INLINE, header, offset, size)
                    : -Errno.EINVAL;
            default -> -Errno.EINVAL;
        };
    }
}
