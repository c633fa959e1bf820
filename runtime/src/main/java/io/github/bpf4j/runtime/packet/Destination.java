/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/** Where a route lookup sends a packet: as much of Linux's {@code struct dst_entry} as helpers look at. Immutable. */
public interface Destination {
    /**
     * The interface that packets leave by.
     *
     * @return its index, from 1
     */
    int ifindex();

    /**
     * The route's realms, as {@code bpf_get_route_realm} returns them.
     *
     * @return source realm in the upper, destination realm in the lower 16 bits; 0 if the route has none
     */
    int realms();
}
