/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.Errno;

/** Why a packet was dropped, and what a local sender's {@code sendto} answers then. Observed on Linux 6.18. */
public enum DropReason {
    /** The program returned {@code BPF_DROP}. */
    PROGRAM("dropped by the program", Errno.EPERM),
    /** The program returned a code that its hook does not know. */
    ILLEGAL_VERDICT("illegal return value", Errno.EINVAL),
    /** An xmit program returned {@code BPF_OK} for a packet whose protocol it had changed. */
    PROTOCOL_CHANGED("protocol changed without reroute", Errno.EINVAL),
    /** A packet to be routed again is neither IPv4 nor IPv6. */
    REROUTE_PROTOCOL("reroute of a packet that is neither IPv4 nor IPv6", Errno.EAFNOSUPPORT),
    /** A packet whose IP header is not complete cannot be routed. */
    MALFORMED("IP header incomplete", Errno.EINVAL),
    /** No route leads to the destination. */
    NO_ROUTE("no route to the destination", Errno.ENETUNREACH),
    /** The route is a blackhole. */
    BLACKHOLE("blackhole route", Errno.EINVAL),
    /** Programs sent the packet round too often; the sender sees success, as the error is lost in the stack. */
    RECURSION_LIMIT("recursion limit reached on datapath", 0),
    /**
     * The device of a redirect does not exist, needs a link header that the packet lacks, or receives no packets as long as this; the sender
     * sees success.
     */
    REDIRECT_FAILED("redirect target missing, without link header or too short for the packet", 0),
    /** The TTL or hop limit was used up on forwarding. */
    TTL_EXPIRED("TTL or hop limit exceeded", 0),
    /** The source is one of the node's own addresses and the node does not accept such packets from outside. */
    MARTIAN_SOURCE("source address is local", 0),
    /** The packet is longer than the MTU of its route and may not be cut into fragments. */
    TOO_LONG("longer than the MTU", Errno.EMSGSIZE),
    /** The same behind a reroute; the sender sees success, as the error is lost in the stack. */
    TOO_LONG_REROUTED("longer than the MTU after a reroute", 0),
    /** A fragment before this one was dropped. */
    FRAGMENT_LOST("fragment behind a dropped one", 0),
    /** There is no room for so many fragments. */
    NO_BUFFERS("too many fragments", Errno.ENOMEM),
    /** A frame that a redirect made a device receive is for another address. */
    OTHER_HOST("frame for another hardware address", 0),
    /** A frame that a redirect made a device receive holds neither IPv4 nor IPv6. */
    UNKNOWN_PROTOCOL("received protocol is neither IPv4 nor IPv6", 0),
    /** The segment routing header is missing, malformed, or has no segments left. */
    SEGMENT_ROUTING("segment routing header invalid", 0);

    private final String text;
    private final int senderErrno;

    DropReason(String text, int senderErrno) {
        this.text = text;
        this.senderErrno = senderErrno;
    }

    /**
     * The reason in words.
     *
     * @return a few words, lower case
     */
    public String text() {
        return text;
    }

    /**
     * What a local sender of a datagram sees.
     *
     * @return a positive error number of {@link Errno}, or 0 for success
     */
    public int senderErrno() {
        return senderErrno;
    }
}
