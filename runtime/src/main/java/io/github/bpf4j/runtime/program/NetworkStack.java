/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;

/**
 * What helpers ask of the network stack around a program: routes and devices. A pipeline supplies one through
 * {@link ExecutionContext#setNetwork}. Results are 0 or {@code -errno} as in Linux. Implementations are thread-safe.
 */
public interface NetworkStack {
    /** The table number that stands for the ordinary lookup (local routes, then the main table). */
    int DEFAULT_TABLE = 0;

    /** No routes and no devices: what a program sees outside a pipeline. */
    NetworkStack NONE = new NetworkStack() {
        @Override
        public int routeIpv6(SkBuff skb, MemorySegment address, long offset, int table) {
            return -Errno.ENETUNREACH;
        }

        @Override
        public void sourceIpv6(SkBuff skb, MemorySegment address, long offset) {
            address.asSlice(offset, 16).fill((byte) 0);
        }

        @Override
        public int cloneRedirect(SkBuff skb, int ifindex, boolean ingress) {
            return -Errno.EINVAL;
        }
    };

    /**
     * Looks up the route of an IPv6 address and makes it the packet's destination, as segment routing does for a new destination or next
     * hop. The packet's bytes are not looked at.
     *
     * @param skb receives the destination with {@link SkBuff#setDestination}
     * @param address memory of the 16 address bytes
     * @param offset where they start
     * @param table the routing table, or {@link #DEFAULT_TABLE}
     * @return 0; {@code -ENETUNREACH} if no route leads there; {@code -EINVAL} if there is no such table
     */
    int routeIpv6(SkBuff skb, MemorySegment address, long offset, int table);

    /**
     * The source address of packets that originate here and leave by the packet's destination: the address of its egress device.
     *
     * @param skb the packet
     * @param address receives 16 bytes, all zero if the device has no IPv6 address
     * @param offset where they go
     */
    void sourceIpv6(SkBuff skb, MemorySegment address, long offset);

    /**
     * Sends a copy of the packet to a device at once; the packet itself is not changed.
     *
     * @param skb the packet, which for an Ethernet device begins with its link header
     * @param ifindex the device
     * @param ingress whether the device receives the copy instead of sending it
     * @return 0; {@code -EINVAL} if there is no such device
     */
    int cloneRedirect(SkBuff skb, int ifindex, boolean ingress);
}
