/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/**
 * Where Linux takes the network and the transport header to be: 16-bit numbers of bytes from the start of its own buffer, all of which it moves
 * when it makes room in front of a packet, even the mark that stands for a transport header that was never found. Programs see that in the
 * shortest length that {@code bpf_skb_change_tail} accepts. The buffer is only counted with; the bytes lie in {@link PacketBuffer}.
 */
final class HeaderOffsets {
    /** Room that Linux leaves in front of a received frame, and the granule of the room it adds: {@code NET_SKB_PAD} on x86-64. */
    private static final int GRANULE = 64;

    private static final int ETHERNET_HEADER = 14;
    private static final int UNSET = 0xffff;

    private int headroom;
    private int network;
    private int transport;

    HeaderOffsets() {
        reset();
    }

    /** A packet as the driver hands it on: the link header has been read, the transport header not been found. */
    void reset() {
        headroom = GRANULE + ETHERNET_HEADER;
        network = headroom;
        transport = UNSET;
    }

    void copyFrom(HeaderOffsets other) {
        headroom = other.headroom;
        network = other.network;
        transport = other.transport;
    }

    /** The packet begins earlier; with too little room Linux enlarges its buffer by whole granules. */
    void push(int bytes) {
        if (bytes > headroom) {
            int more = (bytes - headroom + GRANULE - 1) & -GRANULE;
            headroom += more;
            network = network + more & 0xffff;
            transport = transport + more & 0xffff;
        }
        headroom -= bytes;
    }

    /** The packet begins later. */
    void pull(int bytes) {
        headroom += bytes;
    }

    /** The packet begins with its network header. */
    void resetNetwork() {
        network = headroom & 0xffff;
    }

    /** Sets where the transport header starts, in bytes from the packet's start. */
    void setTransport(int offset) {
        transport = headroom + offset & 0xffff;
    }

    /** Bytes of the packet that belong to headers: up to the transport header, or else to the network header. */
    int length() {
        int length = Math.max(0, network - headroom);
        if (transport != UNSET && transport > headroom) {
            length = transport - headroom;
        }
        return length;
    }
}
