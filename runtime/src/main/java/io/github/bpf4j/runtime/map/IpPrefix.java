/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP prefix, such as 10.0.0.0/8.
 *
 * @param address an address in it
 * @param length how many of its leading bits count
 */
public record IpPrefix(InetAddress address, int length) {
    /** Checks the length. */
    public IpPrefix {
        int bits = 8 * address.getAddress().length;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("prefix length " + length + " is not between 0 and " + bits);
        }
    }

    /**
     * Reads {@code address/length}.
     *
     * @param text a prefix in digits, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; without a length, one address
     * @return the prefix
     * @throws IllegalArgumentException if it is not one
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        if (host.isEmpty() || !host.matches("[0-9a-fA-F:.]+") || host.matches("[0-9a-fA-F]+")) {
            throw new IllegalArgumentException("'" + text + "' is not an IP prefix"); // never ask a name server
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            int bits = 8 * address.getAddress().length;
            return new IpPrefix(address, slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1)));
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP prefix", e);
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
