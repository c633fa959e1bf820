/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.helper.Checksum;
import io.github.bpf4j.runtime.packet.ChecksumStatus;
import io.github.bpf4j.runtime.packet.Destination;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.NetworkStack;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on one packet without any hook action: what {@code BPF_PROG_TEST_RUN} of {@code bpf(2)} does, with the same checks, error
 * numbers and results. In, out and xmit programs behave as on Linux 6.18. Programs for segment routing, which Linux cannot test-run, work
 * too: the endpoint's own step to the next segment comes before the program, as at the hook.
 *
 * @param data an Ethernet frame: 14 bytes of header, of which the program sees the ethertype only, and the packet
 * @param context {@code struct __sk_buff} for input, 0 to 4,096 bytes; empty for none
 * @param repeat how often to run, all on the same packet; 0 means once
 * @param flags 0 or {@link #CHECKSUM_COMPLETE}
 * @param hardwareAddress the hardware address of an interface by its index, null if there is no such interface; index 1 is not asked for
 *
 * @see <a href="https://docs.kernel.org/bpf/bpf_prog_run.html">Running BPF programs from userspace</a>
 */
public record TestRun(
        byte[] data, byte[] context, int repeat, int flags, IntFunction<byte @Nullable []> hardwareAddress) {
    /** The longest frame, in bytes: what fits a page beside headroom and Linux's shared info. */
    public static final int MAX_DATA = 3712;

    /**
     * {@code BPF_F_TEST_SKB_CHECKSUM_COMPLETE}: the packet comes with the sum over its bytes, as from a device that computes it, and the
     * program must keep that right.
     */
    public static final int CHECKSUM_COMPLETE = 4;

    /**
     * A network in which every IPv6 address has a route, for programs that Linux can only run on packets with one. Its tables are 254, 255
     * and {@link NetworkStack#DEFAULT_TABLE}; its devices have no addresses.
     */
    public static final NetworkStack EVERYWHERE = new NetworkStack() {
        private static final Destination LOOPBACK_ROUTE =
                Route.to(IpPrefix.ANY_IPV6, LOOPBACK).build();

        @Override
        public int routeIpv6(SkBuff skb, MemorySegment address, long offset, int table) {
            if (table != DEFAULT_TABLE && table != Fib.MAIN && table != Fib.LOCAL) {
                return -Errno.EINVAL;
            }
            skb.setDestination(LOOPBACK_ROUTE);
            return 0;
        }

        @Override
        public void sourceIpv6(SkBuff skb, MemorySegment address, long offset) {
            NONE.sourceIpv6(skb, address, offset);
        }

        @Override
        public int cloneRedirect(SkBuff skb, int ifindex, boolean ingress) {
            return NONE.cloneRedirect(skb, ifindex, ingress);
        }
    };

    private static final int ETHERNET_HEADER = 14;
    private static final int LOOPBACK = 1;
    private static final int HEADROOM = 256;
    private static final int TAILROOM = 256;
    private static final byte[] LOOPBACK_ADDRESS = new byte[6];
    private static final int ETH_P_802_3 = 0x0001;
    private static final int ETH_P_802_2 = 0x0004;

    /**
     * A single run, where only the loopback device exists.
     *
     * @param data an Ethernet frame
     */
    public TestRun(byte[] data) {
        this(data, new byte[0], 1, 0, ifindex -> null);
    }

    /**
     * What a test run answers.
     *
     * @param returnValue the lower 32 bits of {@code r0}, after the last run
     * @param data 14 zero bytes and the packet
     * @param context the context after the last run, 192 bytes
     * @param nanosPerRun the average duration of a run
     */
    public record Result(int returnValue, byte[] data, byte[] context, long nanosPerRun) {}

    /**
     * Runs.
     *
     * @param program the program
     * @param worker the state to run it with
     * @return packet, context and return value
     * @throws TestRunException if Linux refuses such a run
     */
    public Result run(BpfProgram program, ExecutionContext worker) throws TestRunException {
        if (!program.type().hasPacket()) {
            throw new TestRunException(Errno.EINVAL, program.name() + " is a " + program.type() + " program");
        }
        if ((flags & ~CHECKSUM_COMPLETE) != 0) {
            throw new TestRunException(Errno.EINVAL, "flags 0x%x".formatted(flags));
        }
        if (data.length < ETHERNET_HEADER || data.length > MAX_DATA) {
            throw new TestRunException(
                    Errno.EINVAL, data.length + " bytes of data, outside " + ETHERNET_HEADER + " to " + MAX_DATA);
        }
        SkBuffContext given = new SkBuffContext(context);
        SkBuff skb = packet(given.ifindex());
        given.applyTo(skb);
        if (program.type() == ProgramType.LWT_SEG6LOCAL && !Seg6Endpoint.advance(skb)) {
            throw new TestRunException(Errno.EINVAL, "the packet has no segment routing header with segments left");
        }
        if (flags == CHECKSUM_COMPLETE) {
            skb.setChecksumStatus(ChecksumStatus.COMPLETE);
            skb.setChecksum(sum(skb));
        }
        int times = repeat == 0 ? 1 : repeat;
        long result = 0;
        long start = System.nanoTime();
        for (int i = 0; Integer.compareUnsigned(i, times) < 0; i++) {
            result = program.run(worker, skb);
        }
        long nanos = Long.divideUnsigned(System.nanoTime() - start, Integer.toUnsignedLong(times));
        if (flags == CHECKSUM_COMPLETE && skb.length() < skb.linkHeaderLength()) {
            // Linux 6.18 stops with a kernel bug here
            throw new TestRunException(Errno.EBADMSG, "the program cut the packet within its link header");
        }
        if (flags == CHECKSUM_COMPLETE && Checksum.fold(skb.checksum()) != Checksum.fold(sum(skb))) {
            throw new TestRunException(
                    Errno.EBADMSG, "the program changed the packet without its checksum, or the other way round");
        }
        byte[] out = new byte[ETHERNET_HEADER + skb.length()];
        byte[] packet = skb.toByteArray();
        System.arraycopy(packet, 0, out, ETHERNET_HEADER, packet.length);
        return new Result((int) result, out, given.result(skb), nanos);
    }

    /** The one's complement sum of the machine's 16-bit words, from the L3 header on. */
    private static int sum(SkBuff skb) {
        int start = skb.linkHeaderLength();
        return Checksum.partial(skb.memory(), (long) skb.data() + start, (long) skb.length() - start, 0);
    }

    private SkBuff packet(int wantedIfindex) throws TestRunException {
        int ifindex = wantedIfindex == 0 ? LOOPBACK : wantedIfindex;
        byte[] address = ifindex == LOOPBACK ? LOOPBACK_ADDRESS : hardwareAddress.apply(ifindex);
        if (address == null) {
            throw new TestRunException(Errno.ENODEV, "no interface has index " + Integer.toUnsignedString(ifindex));
        }
        int length = data.length - ETHERNET_HEADER;
        byte[] memory = new byte[HEADROOM + length + TAILROOM];
        System.arraycopy(data, ETHERNET_HEADER, memory, HEADROOM, length);
        SkBuff skb = new SkBuff(memory, HEADROOM, length);
        int protocol = protocol();
        if (length < shortest(protocol)) {
            throw new TestRunException(
                    Errno.EINVAL, "packet of " + length + " bytes, its IP header has " + shortest(protocol));
        }
        skb.setProtocol(IpHeaders.networkOrder(protocol));
        skb.setPacketType(packetType(address, ifindex));
        skb.setIfindex(ifindex);
        skb.setHasSocket(true);
        return skb;
    }

    private static int shortest(int protocol) {
        return switch (protocol) {
            case 0x0800 -> 20;
            case 0x86dd -> 40;
            default -> 0;
        };
    }

    /** The ethertype; for an 802.3 length, what Linux calls the protocol then. */
    private int protocol() {
        int type = (data[12] & 0xff) << 8 | data[13] & 0xff;
        if (type >= 0x0600) {
            return type;
        }
        boolean raw = data.length >= 16 && data[14] == -1 && data[15] == -1;
        return raw ? ETH_P_802_3 : ETH_P_802_2;
    }

    /** 0 for the interface's own address, 1 for broadcast, which loopback does not have, 2 for multicast, 3 for any other. */
    private int packetType(byte[] address, int ifindex) {
        boolean own = true;
        boolean broadcast = ifindex != LOOPBACK;
        for (int i = 0; i < 6; i++) {
            own &= i < address.length && data[i] == address[i];
            broadcast &= data[i] == -1;
        }
        return own ? 0 : (data[0] & 1) == 0 ? 3 : broadcast ? 1 : 2;
    }
}
