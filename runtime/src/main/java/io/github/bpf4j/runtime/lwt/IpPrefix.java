/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * A block of IPv4 or IPv6 addresses. Bits behind the prefix are zero.
 *
 * @param ipv6 whether it is IPv6
 * @param high the first 64 address bits; an IPv4 address stands in the upper 32
 * @param low the other 64 bits; 0 for IPv4
 * @param length prefix length, 0 to 32 or 128
 */
public record IpPrefix(boolean ipv6, long high, long low, int length) {
    /** All IPv4 addresses. */
    public static final IpPrefix ANY_IPV4 = new IpPrefix(false, 0, 0, 0);
    /** All IPv6 addresses. */
    public static final IpPrefix ANY_IPV6 = new IpPrefix(true, 0, 0, 0);

    /** Checks the length and clears the bits behind the prefix. */
    public IpPrefix {
        Objects.checkIndex(length, (ipv6 ? 128 : 32) + 1);
        high &= highMask(length);
        low &= lowMask(length);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or an address alone, which means the longest prefix.
     *
     * @param text the prefix; host names are not looked up
     * @return the prefix
     * @throws IllegalArgumentException if it is none
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.isEmpty()
                || !address.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0)
                || (address.indexOf(':') < 0 && !address.matches("\\d{1,3}(\\.\\d{1,3}){3}"))) {
            throw new IllegalArgumentException("'" + text + "' is not an IP prefix");
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            byte[] bytes = parsed.getAddress();
            int most = bytes.length * 8;
            int length = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (length < 0 || length > most) {
                throw new IllegalArgumentException(
                        "prefix length " + length + " of '" + text + "' is outside 0 to " + most);
            }
            return parsed instanceof Inet4Address
                    ? new IpPrefix(false, bits(bytes, 0, 4) << 32, 0, length)
                    : new IpPrefix(true, bits(bytes, 0, 8), bits(bytes, 8, 8), length);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP prefix", e);
        }
    }

    static long highMask(int length) {
        return length == 0 ? 0 : length >= 64 ? -1L : -1L << 64 - length;
    }

    static long lowMask(int length) {
        return length <= 64 ? 0 : length == 128 ? -1L : -1L << 128 - length;
    }

    private static long bits(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    @Override
    public String toString() {
        byte[] bytes = new byte[ipv6 ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((i < 8 ? high : low) >>> 56 - 8 * (i & 7));
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + length;
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are right lengths", e);
        }
    }
}
