/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.ChecksumStatus;
import io.github.bpf4j.runtime.packet.GsoType;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;

/** {@code bpf_lwt_push_encap} with {@code BPF_LWT_ENCAP_IP}: an outer IPv4 or IPv6 header in front of the packet. */
final class IpEncapsulation {
    /** Most bytes of headers: {@code LWT_BPF_MAX_HEADROOM}. */
    private static final int MAX_HEADERS = 256;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_CHECK = 10;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int ETHERTYPE_IPV4 = 0x0008;
    private static final int ETHERTYPE_IPV6 = 0xdd86;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_GRE = 47;
    private static final int GRE_BASE_HEADER = 4;
    private static final int UDP_HEADER = 8;
    private static final int UDP_CHECK = 6;
    private static final int GRE_CSUM = 0x80;

    /** {@code gso_size} that says segments are already cut. */
    private static final int GSO_BY_FRAGS = 0xffff;

    private IpEncapsulation() {}

    static int push(SkBuff skb, MemorySegment header, long offset, long size, boolean ingress) {
        if (size < IPV4_HEADER || size > MAX_HEADERS) {
            return -Errno.EINVAL;
        }
        int first = header.get(JAVA_BYTE, offset) & 0xff;
        int version = first >> 4;
        int headerLength = (first & 0xf) * 4;
        if (version != 4 && version != 6) {
            return -Errno.EINVAL;
        }
        int ipLength = version == 4 ? headerLength : IPV6_HEADER;
        if (size < ipLength) {
            return -Errno.EINVAL;
        }
        int protocol = header.get(JAVA_BYTE, offset + (version == 4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER)) & 0xff;
        if (protocol == IPPROTO_UDP && size < ipLength + UDP_HEADER) {
            return -Errno.EINVAL;
        }
        int length = (int) size;
        skb.push(length);
        skb.setEncapsulated(true);
        skb.resetNetworkHeader();
        MemorySegment memory = skb.memory();
        int start = skb.data();
        MemorySegment.copy(header, offset, memory, start, length);
        if (ingress && skb.checksumStatus() == ChecksumStatus.COMPLETE) {
            skb.setChecksum(Checksum.partial(memory, start, length, skb.checksum()));
        }
        skb.setHash(0);
        if (version == 4) {
            skb.setProtocol(ETHERTYPE_IPV4);
            if (memory.get(JAVA_SHORT_UNALIGNED, (long) start + IPV4_CHECK) == 0) {
                memory.set(
                        JAVA_SHORT_UNALIGNED, (long) start + IPV4_CHECK, headerChecksum(memory, start, headerLength));
            }
        } else {
            skb.setProtocol(ETHERTYPE_IPV6);
        }
        return skb.gsoSize() == 0 ? 0 : segment(skb, version == 4, length);
    }

    /** The checksum of an IPv4 header; of one that claims fewer than 20 bytes, Linux on x86-64 takes the first two bytes. */
    private static short headerChecksum(MemorySegment memory, int start, int headerLength) {
        return headerLength < IPV4_HEADER
                ? memory.get(JAVA_SHORT_UNALIGNED, start)
                : (short) Checksum.fold(Checksum.partial(memory, start, headerLength, 0));
    }

    /** Tells segmentation offload about the new headers. The packet keeps them even if that fails. */
    private static int segment(SkBuff skb, boolean ipv4, int length) {
        if ((skb.gsoType() & (GsoType.TCPV4 | GsoType.TCPV6)) == 0) {
            return -Errno.ENOTSUPP;
        }
        MemorySegment memory = skb.memory();
        int start = skb.data();
        int inner = ipv4 ? IPV4_HEADER : IPV6_HEADER;
        int protocol = memory.get(JAVA_BYTE, (long) start + (ipv4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER)) & 0xff;
        int type;
        switch (protocol) {
            case IPPROTO_GRE -> {
                if (inner + GRE_BASE_HEADER > length) {
                    return -Errno.EINVAL;
                }
                boolean checksum = (memory.get(JAVA_BYTE, (long) start + inner) & GRE_CSUM) != 0;
                type = checksum ? GsoType.GRE_CSUM : GsoType.GRE;
            }
            case IPPROTO_UDP -> {
                if (inner + UDP_HEADER > length) {
                    return -Errno.EINVAL;
                }
                boolean checksum = memory.get(JAVA_SHORT_UNALIGNED, (long) start + inner + UDP_CHECK) != 0;
                type = checksum ? GsoType.UDP_TUNNEL_CSUM : GsoType.UDP_TUNNEL;
            }
            case IPPROTO_IP, IPPROTO_IPV6 -> type = ipv4 ? GsoType.IPXIP4 : GsoType.IPXIP6;
            default -> {
                return -Errno.EPROTONOSUPPORT;
            }
        }
        skb.setGsoType(skb.gsoType() | type | GsoType.DODGY);
        if (skb.gsoSize() != GSO_BY_FRAGS) {
            skb.setGsoSize((skb.gsoSize() - length) & 0xffff);
        }
        skb.setGsoSegments(0);
        return 0;
    }
}
