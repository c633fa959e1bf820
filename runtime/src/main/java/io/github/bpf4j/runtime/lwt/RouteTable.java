/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import org.jspecify.annotations.Nullable;

/**
 * A routing table: longest-prefix match over IPv4 and IPv6 routes. Lookups take no lock and allocate nothing; changes replace the
 * path that they touch, so that a lookup sees the table before or after a change, never in between.
 */
public final class RouteTable {
    /** A node of a path-compressed binary trie: a prefix, perhaps with a route, and the longer prefixes below it by their next bit. */
    private static final class Node {
        final IpPrefix prefix;
        final @Nullable Route route;
        final @Nullable Node zero;
        final @Nullable Node one;
        private final long highMask;
        private final long lowMask;

        Node(IpPrefix prefix, @Nullable Route route, @Nullable Node zero, @Nullable Node one) {
            this.prefix = prefix;
            this.route = route;
            this.zero = zero;
            this.one = one;
            this.highMask = IpPrefix.highMask(prefix.length());
            this.lowMask = IpPrefix.lowMask(prefix.length());
        }

        boolean matches(long high, long low) {
            return ((high ^ prefix.high()) & highMask | (low ^ prefix.low()) & lowMask) == 0;
        }
    }

    private volatile @Nullable Node ipv4;
    private volatile @Nullable Node ipv6;

    /** Creates an empty table. */
    public RouteTable() {}

    /**
     * Adds a route, or replaces the one with the same prefix.
     *
     * @param route the route
     */
    public synchronized void put(Route route) {
        if (route.prefix().ipv6()) {
            ipv6 = insert(ipv6, route);
        } else {
            ipv4 = insert(ipv4, route);
        }
    }

    /**
     * Removes the route of exactly this prefix.
     *
     * @param prefix the prefix
     * @return whether there was one
     */
    public synchronized boolean remove(IpPrefix prefix) {
        Node before = prefix.ipv6() ? ipv6 : ipv4;
        Node after = delete(before, prefix);
        if (prefix.ipv6()) {
            ipv6 = after;
        } else {
            ipv4 = after;
        }
        return before != after;
    }

    /**
     * Finds the route with the longest prefix that an IPv4 address lies in.
     *
     * @param address the address, its first byte uppermost
     * @return the route, or null if none leads there
     */
    public @Nullable Route lookupIpv4(int address) {
        return lookup(ipv4, (long) address << 32, 0, 32);
    }

    /**
     * Finds the route with the longest prefix that an IPv6 address lies in.
     *
     * @param high the first eight bytes of the address, the first uppermost
     * @param low the last eight bytes
     * @return the route, or null if none leads there
     */
    public @Nullable Route lookupIpv6(long high, long low) {
        return lookup(ipv6, high, low, 128);
    }

    private static @Nullable Route lookup(@Nullable Node root, long high, long low, int bits) {
        Route best = null;
        Node node = root;
        while (node != null && node.matches(high, low)) {
            if (node.route != null) {
                best = node.route;
            }
            int length = node.prefix.length();
            node = length == bits ? null : bit(high, low, length) ? node.one : node.zero;
        }
        return best;
    }

    private static Node insert(@Nullable Node node, Route route) {
        IpPrefix prefix = route.prefix();
        if (node == null) {
            return new Node(prefix, route, null, null);
        }
        int common = common(node.prefix, prefix);
        if (common == node.prefix.length()) {
            if (common == prefix.length()) {
                return new Node(prefix, route, node.zero, node.one);
            }
            return bit(prefix.high(), prefix.low(), common)
                    ? new Node(node.prefix, node.route, node.zero, insert(node.one, route))
                    : new Node(node.prefix, node.route, insert(node.zero, route), node.one);
        }
        boolean nodeIsOne = bit(node.prefix.high(), node.prefix.low(), common);
        if (common == prefix.length()) {
            return nodeIsOne ? new Node(prefix, route, null, node) : new Node(prefix, route, node, null);
        }
        Node leaf = new Node(prefix, route, null, null);
        IpPrefix fork = new IpPrefix(prefix.ipv6(), prefix.high(), prefix.low(), common);
        return nodeIsOne ? new Node(fork, null, leaf, node) : new Node(fork, null, node, leaf);
    }

    private static @Nullable Node delete(@Nullable Node node, IpPrefix prefix) {
        if (node == null
                || common(node.prefix, prefix) < node.prefix.length()
                || node.prefix.length() > prefix.length()) {
            return node;
        }
        if (node.prefix.length() == prefix.length()) {
            return node.route == null ? node : joined(node, null, node.zero, node.one);
        }
        if (bit(prefix.high(), prefix.low(), node.prefix.length())) {
            Node one = delete(node.one, prefix);
            return one == node.one ? node : joined(node, node.route, node.zero, one);
        }
        Node zero = delete(node.zero, prefix);
        return zero == node.zero ? node : joined(node, node.route, zero, node.one);
    }

    /** The node with new content; without a route it is there only to fork. */
    private static @Nullable Node joined(Node node, @Nullable Route route, @Nullable Node zero, @Nullable Node one) {
        if (route == null && zero == null) {
            return one;
        }
        if (route == null && one == null) {
            return zero;
        }
        return new Node(node.prefix, route, zero, one);
    }

    private static int common(IpPrefix a, IpPrefix b) {
        long high = a.high() ^ b.high();
        int same = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(a.low() ^ b.low());
        return Math.min(same, Math.min(a.length(), b.length()));
    }

    private static boolean bit(long high, long low, int index) {
        return (index < 64 ? high << index : low << index - 64) < 0;
    }
}
