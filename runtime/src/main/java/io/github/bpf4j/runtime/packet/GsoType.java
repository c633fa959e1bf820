/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/** Bits of {@code gso_type}: how segmentation offload cuts a packet. Numbers are the kernel's {@code SKB_GSO_*}. */
public final class GsoType {
    /** TCP over IPv4. */
    public static final int TCPV4 = 1;

    /** The headers come from an untrusted source and must be checked again. */
    public static final int DODGY = 1 << 1;

    /** TCP over IPv6. */
    public static final int TCPV6 = 1 << 4;

    /** Inside GRE. */
    public static final int GRE = 1 << 6;

    /** Inside GRE with checksum. */
    public static final int GRE_CSUM = 1 << 7;

    /** Inside an IPv4 header. */
    public static final int IPXIP4 = 1 << 8;

    /** Inside an IPv6 header. */
    public static final int IPXIP6 = 1 << 9;

    /** Inside UDP. */
    public static final int UDP_TUNNEL = 1 << 10;

    /** Inside UDP with checksum. */
    public static final int UDP_TUNNEL_CSUM = 1 << 11;

    private GsoType() {}
}
