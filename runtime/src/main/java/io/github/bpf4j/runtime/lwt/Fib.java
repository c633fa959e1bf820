/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The forwarding information base of a node: its routing tables by number. An ordinary lookup asks {@link #LOCAL}, then {@link #MAIN}. */
public final class Fib {
    /** The table of the node's own addresses. */
    public static final int LOCAL = 255;
    /** The table of ordinary routes. */
    public static final int MAIN = 254;

    private final RouteTable local = new RouteTable();
    private final RouteTable main = new RouteTable();
    private final ConcurrentHashMap<Integer, RouteTable> tables = new ConcurrentHashMap<>();

    /** Creates a base with empty local and main tables. */
    public Fib() {
        tables.put(LOCAL, local);
        tables.put(MAIN, main);
    }

    /**
     * Adds a route to the table it belongs in by its kind: local ones to {@link #LOCAL}, all others to {@link #MAIN}.
     *
     * @param route the route
     */
    public void put(Route route) {
        (route.kind() == Route.Kind.LOCAL ? local : main).put(route);
    }

    /**
     * A table, made if it does not exist.
     *
     * @param number its number, from 1
     * @return the table
     */
    public RouteTable table(int number) {
        return tables.computeIfAbsent(number, n -> new RouteTable());
    }

    /**
     * A table, if it exists.
     *
     * @param number its number
     * @return the table or null
     */
    public @Nullable RouteTable existingTable(int number) {
        return tables.get(number);
    }

    /**
     * The ordinary lookup of an IPv4 address.
     *
     * @param address the address, its first byte uppermost
     * @return the route or null
     */
    public @Nullable Route lookupIpv4(int address) {
        Route own = local.lookupIpv4(address);
        return own != null ? own : main.lookupIpv4(address);
    }

    /**
     * The ordinary lookup of an IPv6 address.
     *
     * @param high its first eight bytes, the first uppermost
     * @param low its last eight bytes
     * @return the route or null
     */
    public @Nullable Route lookupIpv6(long high, long low) {
        Route own = local.lookupIpv6(high, low);
        return own != null ? own : main.lookupIpv6(high, low);
    }
}
