/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

/**
 * A network device as routes and redirects see it.
 *
 * @param ifindex its index, from 1
 * @param name its name, such as {@code eth0}
 * @param ethernet whether packets on it begin with an Ethernet header, so that a redirect must bring one along
 * @param ipv6High first eight bytes of its IPv6 address, the first uppermost; 0 without one
 * @param ipv6Low last eight bytes of its IPv6 address
 * @param mtu the longest packet it sends, in bytes from the L3 header on; at least {@link #LEAST_MTU}
 * @param hardwareAddress its Ethernet address, the first byte uppermost of 48 bits; 0 if it takes frames for every address
 */
public record Device(
        int ifindex, String name, boolean ethernet, long ipv6High, long ipv6Low, int mtu, long hardwareAddress) {
    /** The MTU of a device that sends packets of any length. */
    public static final int NO_MTU = Integer.MAX_VALUE;

    /** The smallest MTU: what every link that carries IPv4 must take (RFC 791). */
    public static final int LEAST_MTU = 68;

    /** Checks the index, the MTU and the address. */
    public Device {
        if (ifindex < 1) {
            throw new IllegalArgumentException("interface index " + ifindex + " is not positive");
        }
        checkMtu(mtu);
        if (hardwareAddress >>> 48 != 0) {
            throw new IllegalArgumentException(
                    "hardware address 0x%x has more than 48 bits".formatted(hardwareAddress));
        }
    }

    /**
     * A device that sends packets of any length and takes frames for every address.
     *
     * @param ifindex its index, from 1
     * @param name its name
     * @param ethernet whether packets on it begin with an Ethernet header
     * @param ipv6High first eight bytes of its IPv6 address, the first uppermost; 0 without one
     * @param ipv6Low last eight bytes of its IPv6 address
     */
    public Device(int ifindex, String name, boolean ethernet, long ipv6High, long ipv6Low) {
        this(ifindex, name, ethernet, ipv6High, ipv6Low, NO_MTU, 0);
    }

    /**
     * A device without IPv6 address that sends packets of any length and takes frames for every address.
     *
     * @param ifindex its index, from 1
     * @param name its name
     * @param ethernet whether packets on it begin with an Ethernet header
     */
    public Device(int ifindex, String name, boolean ethernet) {
        this(ifindex, name, ethernet, 0, 0);
    }

    /**
     * The same device with another MTU.
     *
     * @param bytes the longest packet, at least {@link #LEAST_MTU}
     * @return the device
     */
    public Device withMtu(int bytes) {
        return new Device(ifindex, name, ethernet, ipv6High, ipv6Low, bytes, hardwareAddress);
    }

    /**
     * The same device with another Ethernet address.
     *
     * @param address 48 bits, the first byte uppermost; 0 to take frames for every address
     * @return the device
     */
    public Device withHardwareAddress(long address) {
        return new Device(ifindex, name, ethernet, ipv6High, ipv6Low, mtu, address);
    }

    static void checkMtu(int mtu) {
        if (mtu < LEAST_MTU) {
            throw new IllegalArgumentException("MTU " + mtu + " is less than " + LEAST_MTU);
        }
    }
}
