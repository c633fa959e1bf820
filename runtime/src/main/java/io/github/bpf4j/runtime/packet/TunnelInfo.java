/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/**
 * Tunnel metadata of a packet: what {@code bpf_skb_set_tunnel_key} says to a collecting tunnel device and what such a device says about a
 * packet it has received. Addresses are in network byte order. Not thread-safe; belongs to its packet.
 */
public final class TunnelInfo {
    /** Most bytes of tunnel options. */
    public static final int MAX_OPTIONS = 255;

    /** Flag: the outer transport has a checksum. */
    public static final int FLAG_CSUM = 1;

    /** Flag: the tunnel identifier is meant. */
    public static final int FLAG_KEY = 4;

    /** Flag: packets are numbered. */
    public static final int FLAG_SEQ = 8;

    /** Flag: the outer header forbids fragmentation. */
    public static final int FLAG_DONT_FRAGMENT = 0x100;

    /** Flag: the result of the outer route lookup is not kept. */
    public static final int FLAG_NO_CACHE = 0x2000;

    private boolean transmit;
    private boolean ipv6;
    private int id;
    private final byte[] source = new byte[16];
    private final byte[] destination = new byte[16];
    private int tos;
    private int ttl;
    private int label;
    private int flags;
    private final byte[] options = new byte[MAX_OPTIONS];
    private int optionsLength;

    TunnelInfo() {}

    /** Sets everything to zero. */
    public void clear() {
        transmit = false;
        ipv6 = false;
        id = 0;
        java.util.Arrays.fill(source, (byte) 0);
        java.util.Arrays.fill(destination, (byte) 0);
        tos = 0;
        ttl = 0;
        label = 0;
        flags = 0;
        optionsLength = 0;
    }

    /**
     * Takes over another packet's metadata.
     *
     * @param other what to copy
     */
    public void copyFrom(TunnelInfo other) {
        transmit = other.transmit;
        ipv6 = other.ipv6;
        id = other.id;
        System.arraycopy(other.source, 0, source, 0, source.length);
        System.arraycopy(other.destination, 0, destination, 0, destination.length);
        tos = other.tos;
        ttl = other.ttl;
        label = other.label;
        flags = other.flags;
        System.arraycopy(other.options, 0, options, 0, other.optionsLength);
        optionsLength = other.optionsLength;
    }

    /**
     * Which way the packet goes.
     *
     * @return true if it is to enter a tunnel, false if it came out of one
     */
    public boolean transmit() {
        return transmit;
    }

    /**
     * Sets which way the packet goes.
     *
     * @param transmit true if it is to enter a tunnel
     */
    public void setTransmit(boolean transmit) {
        this.transmit = transmit;
    }

    /**
     * Whether the outer header is IPv6.
     *
     * @return false for IPv4
     */
    public boolean ipv6() {
        return ipv6;
    }

    /**
     * Sets whether the outer header is IPv6.
     *
     * @param ipv6 false for IPv4
     */
    public void setIpv6(boolean ipv6) {
        this.ipv6 = ipv6;
    }

    /**
     * The tunnel identifier.
     *
     * @return 32 bits
     */
    public int id() {
        return id;
    }

    /**
     * Sets the tunnel identifier.
     *
     * @param id 32 bits
     */
    public void setId(int id) {
        this.id = id;
    }

    /**
     * The outer source address.
     *
     * @return the live array of 16 bytes; an IPv4 address is in the first four
     */
    public byte[] source() {
        return source;
    }

    /**
     * The outer destination address.
     *
     * @return the live array of 16 bytes; an IPv4 address is in the first four
     */
    public byte[] destination() {
        return destination;
    }

    /**
     * The outer type of service.
     *
     * @return 0 to 255
     */
    public int tos() {
        return tos;
    }

    /**
     * Sets the outer type of service.
     *
     * @param tos 0 to 255
     */
    public void setTos(int tos) {
        this.tos = tos;
    }

    /**
     * The outer time to live.
     *
     * @return 0 to 255
     */
    public int ttl() {
        return ttl;
    }

    /**
     * Sets the outer time to live.
     *
     * @param ttl 0 to 255
     */
    public void setTtl(int ttl) {
        this.ttl = ttl;
    }

    /**
     * The outer IPv6 flow label.
     *
     * @return 20 bits
     */
    public int label() {
        return label;
    }

    /**
     * Sets the outer IPv6 flow label.
     *
     * @param label 20 bits
     */
    public void setLabel(int label) {
        this.label = label;
    }

    /**
     * The tunnel flags.
     *
     * @return bits {@code FLAG_*}
     */
    public int flags() {
        return flags;
    }

    /**
     * Sets the tunnel flags.
     *
     * @param flags bits {@code FLAG_*}
     */
    public void setFlags(int flags) {
        this.flags = flags;
    }

    /**
     * The tunnel options.
     *
     * @return the live array; the first {@link #optionsLength} bytes are meant
     */
    public byte[] options() {
        return options;
    }

    /**
     * How many bytes of options there are.
     *
     * @return 0 to {@link #MAX_OPTIONS}
     */
    public int optionsLength() {
        return optionsLength;
    }

    /**
     * Sets how many bytes of options there are.
     *
     * @param length 0 to {@link #MAX_OPTIONS}
     */
    public void setOptionsLength(int length) {
        this.optionsLength = length;
    }
}
