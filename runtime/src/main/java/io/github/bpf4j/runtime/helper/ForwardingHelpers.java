/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.packet.TunnelInfo;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;

/** Helpers that send packets elsewhere: redirects and tunnel metadata. */
public final class ForwardingHelpers {
    private static final long INGRESS = 1;
    private static final int DROP = 2;
    private static final int REDIRECT = 7;

    private static final long TUNINFO_IPV6 = 1;
    private static final long ZERO_CSUM_TX = 2;
    private static final long DONT_FRAGMENT = 4;
    private static final long SEQ_NUMBER = 8;
    private static final long TUNINFO_FLAGS = 16;
    private static final long NO_TUNNEL_KEY = 16;

    // struct bpf_tunnel_key
    private static final int KEY_SIZE = 44;
    private static final int REMOTE = 4;
    private static final int TOS = 20;
    private static final int TTL = 21;
    private static final int FLAGS = 22;
    private static final int LABEL = 24;
    private static final int LOCAL = 28;
    private static final int IPV4_ONLY_SIZE = 8;

    private ForwardingHelpers() {}

    /**
     * {@code bpf_redirect}: chooses the device that gets the packet if the program returns {@code BPF_REDIRECT}.
     *
     * @param ctx the worker
     * @param ifindex the device, not checked here
     * @param flags 0, or {@code BPF_F_INGRESS} for its receiving side
     * @return {@code BPF_REDIRECT}, or {@code BPF_DROP} for other flags
     */
    public static long redirect(ExecutionContext ctx, long ifindex, long flags) {
        if ((flags & ~INGRESS) != 0) {
            return DROP;
        }
        SkBuff skb = ctx.skb();
        if (skb != null) {
            skb.setRedirect((int) ifindex, flags == INGRESS);
        }
        return REDIRECT;
    }

    /**
     * {@code bpf_clone_redirect}: sends a copy of the packet to a device at once.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param ifindex the device
     * @param flags 0, or {@code BPF_F_INGRESS} for its receiving side
     * @return 0, {@code -EINVAL} for an unknown device or flag, {@code -EBADMSG} for a GSO packet of no type, or the error of the device
     */
    public static long cloneRedirect(ExecutionContext ctx, SkBuff skb, long ifindex, long flags) {
        if ((flags & ~INGRESS) != 0) {
            return -Errno.EINVAL;
        }
        if (skb.gsoSize() != 0 && skb.gsoType() == 0) {
            return -Errno.EBADMSG;
        }
        return ctx.network().cloneRedirect(skb, (int) ifindex, flags == INGRESS);
    }

    /**
     * {@code bpf_skb_set_tunnel_key}: says how a tunnel device is to encapsulate the packet.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param key a {@code struct bpf_tunnel_key}
     * @param offset where it starts
     * @param size its size: 44, or 8, 22, 24 or 28 for older forms
     * @param flags {@code BPF_F_TUNINFO_IPV6}, {@code BPF_F_ZERO_CSUM_TX}, {@code BPF_F_DONT_FRAGMENT}, {@code BPF_F_SEQ_NUMBER},
     *     {@code BPF_F_NO_TUNNEL_KEY}
     * @return 0 or {@code -EINVAL}
     */
    public static long setTunnelKey(
            ExecutionContext ctx, SkBuff skb, MemorySegment key, long offset, long size, long flags) {
        if ((flags & ~(TUNINFO_IPV6 | ZERO_CSUM_TX | DONT_FRAGMENT | SEQ_NUMBER | NO_TUNNEL_KEY)) != 0
                || size != KEY_SIZE && size != LOCAL && size != LABEL && size != FLAGS && size != IPV4_ONLY_SIZE) {
            return -Errno.EINVAL;
        }
        boolean ipv6 = (flags & TUNINFO_IPV6) != 0;
        int label = size >= LOCAL ? key.get(JAVA_INT_UNALIGNED, offset + LABEL) : 0;
        boolean extended = size >= LABEL && key.get(JAVA_SHORT_UNALIGNED, offset + FLAGS) != 0;
        if (!ipv6 && label != 0 || extended) {
            return -Errno.EINVAL;
        }
        TunnelInfo info = skb.attachTunnel();
        info.clear();
        info.setTransmit(true);
        info.setIpv6(ipv6);
        info.setId(key.get(JAVA_INT_UNALIGNED, offset));
        if (size >= FLAGS) {
            info.setTos(key.get(JAVA_BYTE, offset + TOS) & 0xff);
            info.setTtl(key.get(JAVA_BYTE, offset + TTL) & 0xff);
        }
        if (ipv6) {
            copyIn(key, offset + REMOTE, Math.min(size - REMOTE, 16), info.destination());
            copyIn(key, offset + LOCAL, Math.min(size - LOCAL, 16), info.source());
            info.setLabel(label & 0xfffff);
        } else {
            putBigEndian(info.destination(), key.get(JAVA_INT_UNALIGNED, offset + REMOTE));
            putBigEndian(info.source(), size >= LOCAL + 4 ? key.get(JAVA_INT_UNALIGNED, offset + LOCAL) : 0);
        }
        int tunnelFlags = TunnelInfo.FLAG_NO_CACHE;
        tunnelFlags |= (flags & ZERO_CSUM_TX) == 0 ? TunnelInfo.FLAG_CSUM : 0;
        tunnelFlags |= (flags & NO_TUNNEL_KEY) == 0 ? TunnelInfo.FLAG_KEY : 0;
        tunnelFlags |= (flags & SEQ_NUMBER) != 0 ? TunnelInfo.FLAG_SEQ : 0;
        tunnelFlags |= (flags & DONT_FRAGMENT) != 0 ? TunnelInfo.FLAG_DONT_FRAGMENT : 0;
        info.setFlags(tunnelFlags);
        skb.setDestination(null);
        return 0;
    }

    /**
     * {@code bpf_skb_get_tunnel_key}: reads the tunnel metadata. On error the target is zeroed.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param key receives a {@code struct bpf_tunnel_key}
     * @param offset where it goes
     * @param size its size: 44, or 8, 22, 24 or 28 for older forms
     * @param flags {@code BPF_F_TUNINFO_IPV6}, {@code BPF_F_TUNINFO_FLAGS}
     * @return 0; {@code -EINVAL} without metadata and for other sizes or flags; {@code -EPROTO} if the addresses are of the other family
     */
    public static long getTunnelKey(
            ExecutionContext ctx, SkBuff skb, MemorySegment key, long offset, long size, long flags) {
        TunnelInfo info = skb.tunnel();
        boolean ipv6 = (flags & TUNINFO_IPV6) != 0;
        int error = 0;
        if (info == null || (flags & ~(TUNINFO_IPV6 | TUNINFO_FLAGS)) != 0) {
            error = Errno.EINVAL;
        } else if (info.ipv6() != ipv6) {
            error = Errno.EPROTO;
        } else if (size != KEY_SIZE
                && size != LOCAL
                && size != LABEL
                && size != FLAGS
                && (size != IPV4_ONLY_SIZE || ipv6)) {
            error = Errno.EINVAL;
        }
        key.asSlice(offset, size).fill((byte) 0);
        if (error != 0 || info == null) {
            return -error;
        }
        key.set(JAVA_INT_UNALIGNED, offset, info.id());
        if (size >= FLAGS) {
            key.set(JAVA_BYTE, offset + TOS, (byte) info.tos());
            key.set(JAVA_BYTE, offset + TTL, (byte) info.ttl());
        }
        if (size >= LABEL && (flags & TUNINFO_FLAGS) != 0) {
            key.set(JAVA_SHORT_UNALIGNED, offset + FLAGS, Short.reverseBytes((short) info.flags()));
        }
        if (ipv6) {
            copyOut(info.source(), key, offset + REMOTE, Math.min(size - REMOTE, 16));
            copyOut(info.destination(), key, offset + LOCAL, Math.min(size - LOCAL, 16));
            if (size >= LOCAL) {
                key.set(JAVA_INT_UNALIGNED, offset + LABEL, info.label());
            }
        } else {
            key.set(JAVA_INT_UNALIGNED, offset + REMOTE, bigEndian(info.source()));
            if (size >= LOCAL + 4) {
                key.set(JAVA_INT_UNALIGNED, offset + LOCAL, bigEndian(info.destination()));
            }
        }
        return 0;
    }

    /**
     * {@code bpf_skb_set_tunnel_opt}: sets the options of the encapsulation that {@code bpf_skb_set_tunnel_key} described.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param options the options
     * @param offset where they start
     * @param size how many bytes, a multiple of 4
     * @return 0; {@code -EINVAL} if no key was set or for a bad size; {@code -ENOMEM} if they are too long
     */
    public static long setTunnelOpt(ExecutionContext ctx, SkBuff skb, MemorySegment options, long offset, long size) {
        TunnelInfo info = skb.tunnel();
        if (info == null || !info.transmit() || (size & 3) != 0) {
            return -Errno.EINVAL;
        }
        if (size > TunnelInfo.MAX_OPTIONS) {
            return -Errno.ENOMEM;
        }
        copyIn(options, offset, size, info.options());
        info.setOptionsLength((int) size);
        return 0;
    }

    /**
     * {@code bpf_skb_get_tunnel_opt}: reads the tunnel options. On error the target is zeroed.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param options receives them
     * @param offset where they go
     * @param size bytes of room
     * @return bytes of options; {@code -ENOENT} if there are none; {@code -ENOMEM} if there is too little room
     */
    public static long getTunnelOpt(ExecutionContext ctx, SkBuff skb, MemorySegment options, long offset, long size) {
        TunnelInfo info = skb.tunnel();
        options.asSlice(offset, size).fill((byte) 0);
        if (info == null || info.optionsLength() == 0) {
            return -Errno.ENOENT;
        }
        if (size < info.optionsLength()) {
            return -Errno.ENOMEM;
        }
        copyOut(info.options(), options, offset, info.optionsLength());
        return info.optionsLength();
    }

    private static void copyIn(MemorySegment from, long offset, long count, byte[] to) {
        for (int i = 0; i < count; i++) {
            to[i] = from.get(JAVA_BYTE, offset + i);
        }
    }

    private static void copyOut(byte[] from, MemorySegment to, long offset, long count) {
        for (int i = 0; i < count; i++) {
            to.set(JAVA_BYTE, offset + i, from[i]);
        }
    }

    private static void putBigEndian(byte[] to, int value) {
        for (int i = 0; i < 4; i++) {
            to[i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    private static int bigEndian(byte[] from) {
        return (from[0] & 0xff) << 24 | (from[1] & 0xff) << 16 | (from[2] & 0xff) << 8 | from[3] & 0xff;
    }
}
