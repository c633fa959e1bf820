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
 */
public record Device(int ifindex, String name, boolean ethernet, long ipv6High, long ipv6Low) {
    /** Checks the index. */
    public Device {
        if (ifindex < 1) {
            throw new IllegalArgumentException("interface index " + ifindex + " is not positive");
        }
    }

    /**
     * A device without IPv6 address.
     *
     * @param ifindex its index, from 1
     * @param name its name
     * @param ethernet whether packets on it begin with an Ethernet header
     */
    public Device(int ifindex, String name, boolean ethernet) {
        this(ifindex, name, ethernet, 0, 0);
    }
}
