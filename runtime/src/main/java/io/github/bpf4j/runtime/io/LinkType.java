/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import java.util.Optional;

/**
 * The link layers whose network-layer packets can be located, by their code in the registry of
 * <a href="https://www.tcpdump.org/linktypes.html">link-layer header types</a>.
 *
 * <p>{@link #locate} finds the network header of a frame without allocating: it answers a packed {@code long} that
 * {@link #networkOffset}, {@link #protocol} and {@link #packetType} take apart. VLAN tags (802.1Q, 802.1ad) count as part of the link header, as they do
 * for the IP stack above a VLAN device.
 */
public enum LinkType {
    /** Ethernet II and IEEE 802.3. */
    ETHERNET(1, 14),
    /** Raw IPv4 or IPv6; 12 and 14 are the codes some systems write for the same. */
    RAW_IP(101, 0),
    /** Linux cooked capture, version 1. */
    LINUX_SLL(113, 16),
    /** Raw IPv4 only. */
    IPV4(228, 0),
    /** Raw IPv6 only. */
    IPV6(229, 0),
    /** Linux cooked capture, version 2. */
    LINUX_SLL2(276, 20);

    /** Ethertype of IPv4. */
    public static final int ETH_P_IP = 0x0800;
    /** Ethertype of IPv6. */
    public static final int ETH_P_IPV6 = 0x86dd;
    /** What Linux calls the protocol of a frame that carries an 802.3 length in place of an ethertype. */
    public static final int ETH_P_802_2 = 0x0004;
    /** Answer of {@link #locate} for a frame too short for its link header. */
    public static final long RUNT = -1;

    private static final int ETH_P_8021Q = 0x8100;
    private static final int ETH_P_8021AD = 0x88a8;
    private static final int ETH_P_QINQ1 = 0x9100;
    private static final int FIRST_ETHERTYPE = 0x0600;
    private static final int VLAN_TAG = 4;

    private static final int PACKET_HOST = 0;
    private static final int PACKET_BROADCAST = 1;
    private static final int PACKET_MULTICAST = 2;

    private final int code;
    private final int headerLength;

    LinkType(int code, int headerLength) {
        this.code = code;
        this.headerLength = headerLength;
    }

    /**
     * The code that this library writes into files.
     *
     * @return the registered code
     */
    public int code() {
        return code;
    }

    /**
     * Bytes in front of the network header of an untagged frame.
     *
     * @return 0 to 20
     */
    public int headerLength() {
        return headerLength;
    }

    /**
     * The link type of a code read from a file.
     *
     * @param code the code
     * @return the type, empty if its packets cannot be located
     */
    public static Optional<LinkType> ofCode(int code) {
        return switch (code) {
            case 1 -> Optional.of(ETHERNET);
            case 12, 14, 101 -> Optional.of(RAW_IP);
            case 113 -> Optional.of(LINUX_SLL);
            case 228 -> Optional.of(IPV4);
            case 229 -> Optional.of(IPV6);
            case 276 -> Optional.of(LINUX_SLL2);
            default -> Optional.empty();
        };
    }

    /**
     * Finds the network header of a frame.
     *
     * @param frame array that holds the frame
     * @param from index of the frame's first byte
     * @param length bytes of the frame
     * @return {@link #RUNT}, or a value for {@link #networkOffset}, {@link #protocol} and {@link #packetType}
     */
    public long locate(byte[] frame, int from, int length) {
        if (length < headerLength) {
            return RUNT;
        }
        return switch (this) {
            case ETHERNET -> skipTags(frame, from, length, 14, u16(frame, from + 12), ethernetPacketType(frame, from));
            case LINUX_SLL -> skipTags(frame, from, length, 16, u16(frame, from + 14), u16(frame, from) & 7);
            case LINUX_SLL2 -> skipTags(frame, from, length, 20, u16(frame, from), frame[from + 10] & 7);
            case RAW_IP -> length == 0 ? RUNT : pack(0, rawProtocol(frame[from]), PACKET_HOST);
            case IPV4 -> pack(0, ETH_P_IP, PACKET_HOST);
            case IPV6 -> pack(0, ETH_P_IPV6, PACKET_HOST);
        };
    }

    /**
     * Takes the offset of the network header out of an answer of {@link #locate}.
     *
     * @param located the answer, not {@link #RUNT}
     * @return bytes from the frame's first byte
     */
    public static int networkOffset(long located) {
        return (int) (located >>> 32);
    }

    /**
     * Takes the protocol out of an answer of {@link #locate}.
     *
     * @param located the answer, not {@link #RUNT}
     * @return ethertype in host order, e.g. 0x0800; {@link #ETH_P_802_2} for an 802.3 length, 0 if unknown
     */
    public static int protocol(long located) {
        return (int) located & 0xffff;
    }

    /**
     * Takes the packet type out of an answer of {@link #locate}.
     *
     * @param located the answer, not {@link #RUNT}
     * @return {@code PACKET_HOST} 0, {@code PACKET_BROADCAST} 1, {@code PACKET_MULTICAST} 2, {@code PACKET_OTHERHOST} 3 or
     *     {@code PACKET_OUTGOING} 4
     */
    public static int packetType(long located) {
        return (int) (located >>> 16) & 7;
    }

    /**
     * Writes the ethertype into a link header, at the innermost place (behind any VLAN tags). Raw link types have no such place
     * and are left alone.
     *
     * @param header array that holds the link header
     * @param from index of its first byte
     * @param length bytes of the link header including VLAN tags, as {@link #networkOffset} said
     * @param protocol the ethertype in host order
     */
    public void putProtocol(byte[] header, int from, int length, int protocol) {
        if (headerLength == 0) {
            return;
        }
        int at = this == LINUX_SLL2 && length == headerLength ? from : from + length - 2;
        header[at] = (byte) (protocol >>> 8);
        header[at + 1] = (byte) protocol;
    }

    private static long skipTags(byte[] frame, int from, int length, int header, int protocol, int packetType) {
        int offset = header;
        int type = protocol;
        while (type == ETH_P_8021Q || type == ETH_P_8021AD || type == ETH_P_QINQ1) {
            if (length - offset < VLAN_TAG) {
                return RUNT;
            }
            type = u16(frame, from + offset + 2);
            offset += VLAN_TAG;
        }
        return pack(offset, type < FIRST_ETHERTYPE ? ETH_P_802_2 : type, packetType);
    }

    private static int ethernetPacketType(byte[] frame, int from) {
        if ((frame[from] & 1) == 0) {
            return PACKET_HOST; // a capture does not say which station address was the capturing host's
        }
        for (int i = 0; i < 6; i++) {
            if (frame[from + i] != -1) {
                return PACKET_MULTICAST;
            }
        }
        return PACKET_BROADCAST;
    }

    private static int rawProtocol(byte first) {
        return switch ((first & 0xf0) >>> 4) {
            case 4 -> ETH_P_IP;
            case 6 -> ETH_P_IPV6;
            default -> 0;
        };
    }

    private static long pack(int offset, int protocol, int packetType) {
        return (long) offset << 32 | (long) packetType << 16 | protocol;
    }

    private static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
