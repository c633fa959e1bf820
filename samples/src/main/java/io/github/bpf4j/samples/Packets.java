/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Builds packets with right lengths and checksums, from the inside out. */
final class Packets {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int IPV6_FRAGMENT = 44;
    static final int ICMPV6 = 58;

    static final int FIN = 1;
    static final int SYN = 2;
    static final int PSH = 8;
    static final int ACK = 16;

    private Packets() {}

    /** A TCP segment whose checksum field is still 0; {@link #ipv4} and {@link #ipv6} fill it in. */
    static byte[] tcp(int source, int destination, int sequence, int flags, byte[] payload) {
        return ByteBuffer.allocate(20 + payload.length)
                .putShort((short) source)
                .putShort((short) destination)
                .putInt(sequence)
                .putInt((flags & ACK) != 0 ? sequence ^ 0x5a5a5a5a : 0)
                .put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) 0xfaf0)
                .putShort((short) 0)
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    static byte[] udp(int source, int destination, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putShort((short) source)
                .putShort((short) destination)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    /** An echo request or reply, ICMP (types 8, 0) or ICMPv6 (types 128, 129). */
    static byte[] echo(int type, int id, int sequence, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .put((byte) type)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) id)
                .putShort((short) sequence)
                .put(payload)
                .array();
    }

    /**
     * An IPv4 packet.
     *
     * @param options bytes behind the fixed header, a multiple of 4 up to 40
     * @param fragment the field of flags and fragment offset
     * @param payload its transport checksum is filled in, unless the packet is a fragment
     */
    static byte[] ipv4(
            int source, int destination, int protocol, int id, byte[] options, int fragment, byte[] payload) {
        int header = 20 + options.length;
        ByteBuffer packet = ByteBuffer.allocate(header + payload.length)
                .put((byte) (0x40 | header / 4))
                .put((byte) 0)
                .putShort((short) (header + payload.length))
                .putShort((short) id)
                .putShort((short) fragment)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(source)
                .putInt(destination)
                .put(options)
                .put(payload);
        packet.putShort(10, (short) ~fold(sum(packet.array(), 0, header)));
        if ((fragment & 0x3fff) == 0) {
            long pseudo = sum(packet.array(), 12, 8) + protocol + payload.length;
            transportChecksum(packet, header, protocol, protocol == ICMP ? 0 : pseudo);
        }
        return packet.array();
    }

    /** An IPv6 packet; the transport checksum is filled in. */
    static byte[] ipv6(byte[] source, byte[] destination, int next, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(40 + payload.length)
                .putInt(0x60000000)
                .putShort((short) payload.length)
                .put((byte) next)
                .put((byte) 64)
                .put(source)
                .put(destination)
                .put(payload);
        transportChecksum(packet, 40, next, sum(packet.array(), 8, 32) + next + payload.length);
        return packet.array();
    }

    static byte[] ethernet(long destination, long source, int type, byte[] packet) {
        return ByteBuffer.allocate(14 + packet.length)
                .putShort((short) (destination >>> 32))
                .putInt((int) destination)
                .putShort((short) (source >>> 32))
                .putInt((int) source)
                .putShort((short) type)
                .put(packet)
                .array();
    }

    /** Puts an 802.1Q (0x8100) or 802.1ad (0x88a8) tag in front of a frame's ethertype. */
    static byte[] tagged(byte[] frame, int tagType, int vlan) {
        return ByteBuffer.allocate(frame.length + 4)
                .put(frame, 0, 12)
                .putShort((short) tagType)
                .putShort((short) vlan)
                .put(frame, 12, frame.length - 12)
                .array();
    }

    static byte[] arpRequest(long mac, int sender, int target) {
        return ByteBuffer.allocate(28)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) 1)
                .putShort((short) (mac >>> 32))
                .putInt((int) mac)
                .putInt(sender)
                .putShort((short) 0)
                .putInt(0)
                .putInt(target)
                .array();
    }

    /** Options that fill {@code words} 32-bit words: no-operations and an end of list. */
    static byte[] options(int words) {
        byte[] options = new byte[words * 4];
        Arrays.fill(options, (byte) 1);
        if (options.length > 0) {
            options[options.length - 1] = 0;
        }
        return options;
    }

    private static void transportChecksum(ByteBuffer packet, int at, int protocol, long pseudo) {
        int field = switch (protocol) {
            case TCP -> 16;
            case UDP -> 6;
            case ICMP, ICMPV6 -> 2;
            default -> -1;
        };
        if (field < 0 || packet.capacity() < at + field + 2) {
            return;
        }
        int checksum = ~fold(pseudo + sum(packet.array(), at, packet.capacity() - at)) & 0xffff;
        packet.putShort(at + field, (short) (checksum == 0 && protocol == UDP ? 0xffff : checksum));
    }

    private static long sum(byte[] bytes, int from, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (i & 1) == 0 ? (bytes[from + i] & 0xff) << 8 : bytes[from + i] & 0xff;
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
