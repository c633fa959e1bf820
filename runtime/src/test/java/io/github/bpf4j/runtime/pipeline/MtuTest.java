/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.helper.Checksum;
import io.github.bpf4j.runtime.helper.PacketHelpers;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of packets that are longer than the MTU of their route. */
class MtuTest {
    private static final int EGRESS = 2;
    private static final int INGRESS = 3;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;

    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final PacketVector vector = new PacketVector();

    @BeforeEach
    void devices() {
        namespace.addDevice(new Device(EGRESS, "out", false).withMtu(1500));
        namespace.addDevice(new Device(INGRESS, "in", false));
        namespace.fib().put(Route.to(IpPrefix.parse("0.0.0.0/0"), EGRESS).build());
        namespace.fib().put(Route.to(IpPrefix.parse("::/0"), EGRESS).build());
    }

    /** An IPv4 packet with a field for flags and fragment offset, and a payload that counts up. */
    private static byte[] ipv4(int length, int fragment, byte... options) {
        int header = 20 + options.length;
        byte[] packet = new byte[length];
        ByteBuffer.wrap(packet)
                .put((byte) (0x40 | header / 4))
                .put((byte) 0)
                .putShort((short) length)
                .putShort((short) 0x1234)
                .putShort((short) fragment)
                .put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0x0a000001)
                .putInt(0x0a000002)
                .put(options);
        for (int i = header; i < length; i++) {
            packet[i] = (byte) i;
        }
        return packet;
    }

    private void add(byte[] packet) {
        System.arraycopy(packet, 0, vector.buffer(packet.length), PacketVector.HEADROOM, packet.length);
        vector.add(LinkType.RAW_IP, packet.length, 0, packet.length);
    }

    private String fate(int i) {
        DropReason reason = vector.dropReason(i);
        return reason == null ? vector.fate(i).toString() : reason + "/" + reason.senderErrno();
    }

    private int field(int i) {
        return ByteBuffer.wrap(vector.packet(i).toByteArray()).getShort(6) & 0xffff;
    }

    @Test
    void fragmentsCarryThePacketInPieces() {
        byte[] packet = ipv4(3000, 0);
        add(packet);
        router.send(vector, null);
        assertEquals("FRAGMENTED", fate(0));
        assertEquals(4, vector.count());
        assertEquals(1, vector.arrived());
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int[] lengths = {1500, 1500, 40};
        for (int i = 1; i < vector.count(); i++) {
            byte[] fragment = vector.packet(i).toByteArray();
            assertEquals("SENT", fate(i));
            assertEquals(EGRESS, vector.ifindex(i));
            assertEquals(lengths[i - 1], fragment.length);
            assertEquals(fragment.length, ByteBuffer.wrap(fragment).getShort(2));
            assertEquals(0x1234, ByteBuffer.wrap(fragment).getShort(4));
            assertEquals(payload.size() / 8 | (i < 3 ? MORE_FRAGMENTS : 0), field(i));
            SkBuff skb = vector.packet(i);
            assertEquals(0, Checksum.fold(Checksum.partial(skb.memory(), skb.data(), 20, 0)));
            payload.write(fragment, 20, fragment.length - 20);
        }
        assertArrayEquals(Arrays.copyOfRange(packet, 20, 3000), payload.toByteArray());
        assertEquals(1, router.counters().packets());
        assertEquals(1, router.counters().fates(Fate.FRAGMENTED));
        assertEquals(3, router.counters().fates(Fate.SENT));
    }

    @ParameterizedTest
    @CsvSource({"1500, 1", "1501, 3", "2980, 3", "2981, 4"})
    void fragmentsAreAsFewAsPossible(int length, int packets) {
        add(ipv4(length, 0));
        router.send(vector, null);
        assertEquals(packets, vector.count());
    }

    @Test
    void fragmentsOfAFragmentGoOnFromItsOffset() {
        add(ipv4(1600, MORE_FRAGMENTS | 185));
        router.send(vector, null);
        assertEquals(MORE_FRAGMENTS | 185, field(1));
        assertEquals(MORE_FRAGMENTS | 185 + 185, field(2));
    }

    @Test
    void optionsThatAreNotCopiedBecomeNops() {
        byte[] options = {1, 7, 3, 4, (byte) 0x83, 3, 5, 0};
        add(ipv4(1600, 0, options));
        router.send(vector, null);
        byte[] first = vector.packet(1).toByteArray();
        byte[] second = vector.packet(2).toByteArray();
        assertArrayEquals(options, Arrays.copyOfRange(first, 20, 28));
        assertArrayEquals(new byte[] {1, 1, 1, 1, (byte) 0x83, 3, 5, 0}, Arrays.copyOfRange(second, 20, 28));
        assertEquals(1500, first.length);
    }

    @Test
    void xmitProgramSeesEachFragment() {
        int[] runs = new int[1];
        attach(new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> {
            runs[0]++;
            return skb.length() == 1500 ? 0 : 2;
        }));
        add(ipv4(1600, 0));
        router.send(vector, null);
        assertEquals(2, runs[0]);
        assertEquals("SENT", fate(1));
        assertEquals("PROGRAM/1", fate(2));
    }

    @Test
    void dropOfAFragmentEndsThePacket() {
        int[] runs = new int[1];
        attach(new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> ++runs[0] == 2 ? 2 : 0));
        add(ipv4(5000, 0));
        router.send(vector, null);
        assertEquals(2, runs[0]);
        assertEquals("SENT", fate(1));
        assertEquals("PROGRAM/1", fate(2));
        assertEquals("FRAGMENT_LOST/0", fate(3));
        assertEquals("FRAGMENT_LOST/0", fate(4));
    }

    private void attach(JavaProgram program) {
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("10.0.0.2/32"), EGRESS)
                        .attach(program)
                        .build());
    }

    @Test
    void withoutPermissionThePacketIsTooLong() {
        add(ipv4(1501, DONT_FRAGMENT));
        byte[] ipv6 = new byte[1501];
        ipv6[0] = 0x60;
        ipv6[7] = 64;
        add(ipv6);
        router.send(vector, null);
        assertEquals("TOO_LONG/" + Errno.EMSGSIZE, fate(0));
        assertEquals("TOO_LONG/" + Errno.EMSGSIZE, fate(1));
    }

    @Test
    void forwardingChecksBeforeTheTtlIsTaken() {
        add(ipv4(1501, DONT_FRAGMENT));
        router.receive(vector, INGRESS, null);
        assertEquals("TOO_LONG/" + Errno.EMSGSIZE, fate(0));
        assertEquals(64, vector.packet(0).toByteArray()[8]);
    }

    /** Behind a reroute the new header's DF counts, and the sender sees success; without one nothing is checked any more. */
    @ParameterizedTest
    @CsvSource({"0x45000000, 128, FRAGMENTED", "0x45004000, 128, TOO_LONG_REROUTED/0", "0x45004000, 0, SENT"})
    void outerHeaderDecides(String flags, int verdict, String expected) {
        namespace.fib().put(Route.to(IpPrefix.parse("10.1.0.0/16"), EGRESS).build());
        attach(new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> {
            byte[] header = ipv4(20, Integer.decode(flags) & 0xffff);
            ByteBuffer.wrap(header).putInt(16, 0x0a010001);
            skb.push(20);
            MemorySegment.copy(MemorySegment.ofArray(header), 0, skb.memory(), skb.data(), 20);
            return verdict;
        }));
        add(ipv4(1490, 0));
        router.send(vector, null);
        assertEquals(expected, fate(0));
    }

    @Test
    void routesOwnMtuAndHeadroomCount() {
        Route.Builder route = Route.to(IpPrefix.parse("10.0.0.2/32"), EGRESS).headroom(100);
        assertEquals(1400, namespace.mtu(route.build()));
        assertEquals(900, namespace.mtu(route.mtu(1000).build()));
        assertEquals(
                Device.NO_MTU,
                namespace.mtu(Route.to(IpPrefix.ANY_IPV6, INGRESS).headroom(9).build()));
        assertThrows(IllegalArgumentException.class, () -> route.mtu(67));
        assertThrows(IllegalArgumentException.class, () -> new Device(1, "x", false).withMtu(67));
    }

    @Test
    void moreFragmentsThanAVectorHoldsAreRefused() {
        namespace.addDevice(new Device(EGRESS, "out", false).withMtu(68));
        for (int i = 0; i < 4; i++) {
            add(ipv4(60_000, 0));
        }
        router.send(vector, null);
        assertEquals("FRAGMENTED", fate(2));
        assertEquals("NO_BUFFERS/" + Errno.ENOMEM, fate(3));
        vector.clear();
        assertEquals(0, vector.count());
    }

    /** The transport header stays, however the program gets there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void changeTailKeepsTheTransportHeader(boolean received) {
        long[] results = new long[2];
        attach(new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> {
            results[0] = PacketHelpers.changeTail(context, skb, 23, 0);
            results[1] = PacketHelpers.changeTail(context, skb, 24, 0);
            return 0;
        }));
        add(ipv4(60, 0, (byte) 1, (byte) 1, (byte) 1, (byte) 1));
        if (received) {
            router.receive(vector, INGRESS, null);
        } else {
            router.send(vector, null);
        }
        assertArrayEquals(new long[] {-Errno.EINVAL, 0}, results);
        assertEquals(0, router.counters().verdicts(HookPoint.XMIT, Counters.Verdict.DROP));
    }
}
