/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.IpHeaders;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Takes off the link header that a program has put in front of a packet, where a device receives the packet. */
final class LinkHeaders {
    private static final int ETHERNET_HEADER = 14;
    private static final int ETHERTYPE = 12;
    /** Linux lets received packets be longer than the MTU by a VLAN tag. */
    private static final int VLAN_TAG = 4;

    private static final long GROUP_BIT = 1L << 40;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private LinkHeaders() {}

    /**
     * Makes the packet start at its IP header, with protocol and packet type as the link header has them.
     *
     * @param skb the packet; for an Ethernet device it has at least an Ethernet header
     * @param device the device that receives it
     * @return null, or why it goes no further
     */
    static @Nullable DropReason take(SkBuff skb, Device device) {
        if (device.ethernet()) {
            if (skb.length() < ETHERNET_HEADER) {
                return DropReason.MALFORMED;
            }
            long destination = skb.memory().get(LONG, skb.data()) >>> 16;
            skb.setProtocol(skb.memory().get(ValueLayout.JAVA_SHORT_UNALIGNED, skb.data() + (long) ETHERTYPE) & 0xffff);
            skb.pull(ETHERNET_HEADER);
            if ((destination & GROUP_BIT) == 0
                    && device.hardwareAddress() != 0
                    && destination != device.hardwareAddress()) {
                return DropReason.OTHER_HOST;
            }
            skb.setPacketType(destination == BROADCAST ? 1 : (destination & GROUP_BIT) != 0 ? 2 : 0);
        } else {
            skb.pull(Math.min(skb.linkHeaderLength(), skb.length()));
        }
        skb.resetNetworkHeader();
        if (skb.gsoSize() == 0 && skb.length() - VLAN_TAG > device.mtu()) {
            return DropReason.REDIRECT_FAILED;
        }
        boolean ip = skb.protocol() == IpHeaders.PROTOCOL_IPV4 || skb.protocol() == IpHeaders.PROTOCOL_IPV6;
        return ip ? null : DropReason.UNKNOWN_PROTOCOL;
    }
}
