/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.lwt.IpHeaders;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each return code does at each hook, against the tables observed on Linux 6.18. */
class RouterTest {
    private static final String UDP = "4500001c000100004011" + "26cf" + "0a0000010a000003" + "1389138800080000";
    private static final String UDP6 = "6000000000081140" + "fd000000000000000000000000000001"
            + "fd000000000000000000000000000003" + "1389138800080000";
    private static final int EGRESS = 2;
    private static final int OTHER = 3;
    private static final int INGRESS = 4;

    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final PacketVector vector = new PacketVector();

    @BeforeEach
    void devices() {
        namespace.addDevice(new Device(EGRESS, "out", true, 0xfd00L << 48, 9));
        namespace.addDevice(new Device(OTHER, "other", true));
        namespace.addDevice(new Device(INGRESS, "in", true));
    }

    private void packet(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        System.arraycopy(bytes, 0, vector.buffer(bytes.length), PacketVector.HEADROOM, bytes.length);
        vector.add(LinkType.RAW_IP, bytes.length, 0, bytes.length);
    }

    private Route route(String prefix, JavaProgram... programs) {
        Route.Builder route = Route.to(IpPrefix.parse(prefix), EGRESS);
        for (JavaProgram program : programs) {
            route.attach(program);
        }
        namespace.fib().put(route.build());
        return route.build();
    }

    private static JavaProgram program(ProgramType type, JavaProgram.Body body) {
        return new JavaProgram(type, body);
    }

    private String fate(int i) {
        DropReason reason = vector.dropReason(i);
        return reason == null ? vector.fate(i).toString() : reason + "/" + reason.senderErrno();
    }

    @ParameterizedTest
    @CsvSource({
        "LWT_IN,    0, SENT",
        "LWT_IN,    2, PROGRAM/1",
        "LWT_IN,    7, SENT",
        "LWT_IN, 128, RECURSION_LIMIT/0",
        "LWT_IN, 1, ILLEGAL_VERDICT/22",
        "LWT_OUT,   0, SENT",
        "LWT_OUT,   2, PROGRAM/1",
        "LWT_OUT,   7, SENT",
        "LWT_OUT, 128, SENT",
        "LWT_OUT, -1, ILLEGAL_VERDICT/22",
        "LWT_XMIT,  0, SENT",
        "LWT_XMIT,  2, PROGRAM/1",
        "LWT_XMIT,  7, REDIRECT_FAILED/0",
        "LWT_XMIT, 128, RECURSION_LIMIT/0",
        "LWT_XMIT, 256, ILLEGAL_VERDICT/22",
    })
    void returnCodes(ProgramType type, int verdict, String expected) {
        route("0.0.0.0/0", JavaProgram.returning(type, verdict));
        packet(UDP);
        router.receive(vector, INGRESS, null);
        assertEquals(expected, fate(0));
        HookPoint point = HookPoint.of(type).orElseThrow();
        int runs = expected.startsWith("RECURSION") ? Router.MAX_RUNS : 1;
        assertEquals(runs, router.counters().verdicts(point, Counters.Verdict.of(verdict)));
    }

    @Test
    void senderSeesTheErrorsOfOutAndXmit() {
        assertEquals(Errno.EPERM, DropReason.PROGRAM.senderErrno());
        assertEquals(Errno.ENETUNREACH, DropReason.NO_ROUTE.senderErrno());
    }

    @Test
    void forwardedPacketPassesAllThreeHooks() {
        List<String> seen = new ArrayList<>();
        JavaProgram.Body body = (context, skb) -> {
            seen.add("if=%d iif=%d sk=%b mark=%d prio=%d cb=%d ttl=%d"
                    .formatted(
                            skb.ifindex(),
                            skb.ingressIfindex(),
                            skb.hasSocket(),
                            skb.mark(),
                            skb.priority(),
                            skb.cb(0),
                            skb.memory().get(ValueLayout.JAVA_BYTE, skb.data() + 8L)));
            skb.setMark(skb.mark() + 1);
            skb.setPriority(skb.priority() + 5);
            skb.setCb(0, 0xabc);
            return 0;
        };
        route(
                "10.0.0.0/8",
                program(ProgramType.LWT_IN, body),
                program(ProgramType.LWT_OUT, body),
                program(ProgramType.LWT_XMIT, body));
        packet(UDP);
        router.receive(vector, INGRESS, null);
        assertEquals(
                List.of(
                        "if=4 iif=4 sk=false mark=0 prio=0 cb=0 ttl=64",
                        "if=4 iif=4 sk=false mark=1 prio=0 cb=0 ttl=63",
                        "if=2 iif=4 sk=false mark=2 prio=5 cb=0 ttl=63"),
                seen);
        assertEquals(Fate.SENT, vector.fate(0));
        assertEquals(EGRESS, vector.ifindex(0));
        assertEquals(
                "4500001c00010000" + "3f11" + "27cf" + UDP.substring(24), hex(vector.packet(0)), "TTL and checksum");
    }

    @Test
    void sentPacketPassesOutAndXmit() {
        List<String> seen = new ArrayList<>();
        JavaProgram.Body body = (context, skb) -> {
            seen.add("if=%d iif=%d sk=%b".formatted(skb.ifindex(), skb.ingressIfindex(), skb.hasSocket()));
            return 0;
        };
        route(
                "10.0.0.0/8",
                program(ProgramType.LWT_IN, body),
                program(ProgramType.LWT_OUT, body),
                program(ProgramType.LWT_XMIT, body));
        packet(UDP);
        router.send(vector, null);
        assertEquals(List.of("if=0 iif=0 sk=true", "if=2 iif=0 sk=true"), seen);
        assertEquals(UDP, hex(vector.packet(0)));
    }

    @Test
    void rerouteFollowsTheNewOuterHeader() {
        route("10.0.0.0/8", program(ProgramType.LWT_XMIT, (context, skb) -> {
            pushIpip(skb, 0xac100002);
            return 128;
        }));
        route("172.16.0.0/12", JavaProgram.returning(ProgramType.LWT_XMIT, 0));
        packet(UDP);
        packet(UDP6);
        router.send(vector, null);
        assertEquals(Fate.SENT, vector.fate(0));
        assertEquals(48, vector.packet(0).length());
        assertEquals(DropReason.NO_ROUTE, vector.dropReason(1), "no IPv6 route");
        assertEquals(1, router.counters().verdicts(HookPoint.XMIT, Counters.Verdict.OK));
    }

    private static void pushIpip(SkBuff skb, int destination) {
        skb.ensureRoom(20, 0);
        skb.setBounds(skb.data() - 20, skb.length() + 20);
        byte[] header = HexFormat.of().parseHex("450000300000000040040000ac10000100000000");
        for (int i = 0; i < 20; i++) {
            skb.memory().set(ValueLayout.JAVA_BYTE, skb.data() + (long) i, header[i]);
        }
        skb.memory().set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), skb.data() + 16L, destination);
    }

    @Test
    void ninthRunIsTheLastOverAllHooks() {
        int[] runs = {0};
        JavaProgram.Body count = (context, skb) -> {
            runs[0]++;
            return skb.ifindex() == 0 ? 0 : 128;
        };
        route(
                "0.0.0.0/0",
                program(ProgramType.LWT_OUT, (context, skb) -> {
                    runs[0]++;
                    return 0;
                }),
                program(ProgramType.LWT_XMIT, count));
        packet(UDP);
        router.send(vector, null);
        assertEquals(DropReason.RECURSION_LIMIT, vector.dropReason(0));
        assertEquals(9, runs[0]);
    }

    @Test
    void changedProtocolNeedsAReroute() {
        JavaProgram.Body toIpv6 = (context, skb) -> {
            skb.setProtocol(IpHeaders.PROTOCOL_IPV6);
            return 0;
        };
        route("0.0.0.0/0", program(ProgramType.LWT_XMIT, toIpv6));
        packet(UDP);
        router.send(vector, null);
        assertEquals("PROTOCOL_CHANGED/22", fate(0));
    }

    @ParameterizedTest
    @CsvSource({"3, 14, REDIRECTED", "3, 0, REDIRECT_FAILED/0", "99, 14, REDIRECT_FAILED/0"})
    void redirectNeedsADeviceAndALinkHeader(int ifindex, int linkHeader, String expected) {
        route("0.0.0.0/0", program(ProgramType.LWT_XMIT, (context, skb) -> {
            skb.setBounds(skb.data() - linkHeader, skb.length() + linkHeader);
            skb.addLinkHeader(linkHeader);
            skb.setRedirect(ifindex, false);
            return 7;
        }));
        packet(UDP);
        router.send(vector, null);
        assertEquals(expected, fate(0));
        assertEquals(expected.equals("REDIRECTED") ? 3 : 0, vector.ifindex(0));
    }

    @Test
    void clonesAreCopies() {
        int[] results = new int[2];
        route("0.0.0.0/0", program(ProgramType.LWT_XMIT, (context, skb) -> {
            skb.setBounds(skb.data() - 14, skb.length() + 14);
            results[0] = context.network().cloneRedirect(skb, OTHER, false);
            skb.addLinkHeader(14);
            results[1] = context.network().cloneRedirect(skb, OTHER, false);
            skb.memory().set(ValueLayout.JAVA_BYTE, skb.data() + 14L, (byte) 0x7f);
            return 2;
        }));
        packet(UDP);
        router.send(vector, null);
        assertEquals(-Errno.ERANGE, results[0], "no link header");
        assertEquals(0, results[1]);
        assertEquals(1, vector.cloneCount());
        assertEquals("00".repeat(14) + UDP, hex(vector.clonedPacket(0)));
        assertEquals(OTHER, vector.cloneIfindex(0));
        assertEquals(1, router.counters().clones());
    }

    @Test
    void packetsWithDifferentProgramsAreGrouped() {
        List<Integer> groups = new ArrayList<>();
        JavaProgram.Body drop = (context, skb) -> 2;
        JavaProgram counting = new JavaProgram(ProgramType.LWT_OUT, drop) {
            @Override
            public void run(ExecutionContext context, SkBuff[] packets, int count, int[] verdicts) {
                groups.add(count);
                super.run(context, packets, count, verdicts);
            }
        };
        route("10.0.0.3/32", counting);
        route("10.0.0.4/32", JavaProgram.returning(ProgramType.LWT_OUT, 0));
        for (int i = 0; i < 100; i++) {
            packet(i % 2 == 0 ? UDP : UDP.replace("0a000003", "0a000004"));
        }
        router.send(vector, null);
        assertEquals(List.of(50), groups, "one run for the vector");
        for (int i = 0; i < 100; i++) {
            assertEquals(i % 2 == 0 ? Fate.DROPPED : Fate.SENT, vector.fate(i));
        }
    }

    @Test
    void kindsOfRoutes() {
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("10.0.0.3"), INGRESS)
                        .kind(Route.Kind.LOCAL)
                        .build());
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("10.0.0.4"), EGRESS)
                        .kind(Route.Kind.BLACKHOLE)
                        .build());
        packet(UDP);
        packet(UDP.replace("0a000003", "0a000004"));
        packet(UDP.replace("0a000003", "0a000005"));
        packet("4500");
        packet("00112233");
        packet(UDP.replace("0a000001", "0a000003"));
        router.receive(vector, INGRESS, null);
        assertEquals(
                List.of("DELIVERED", "BLACKHOLE/22", "NO_ROUTE/101", "MALFORMED/22", "BYPASSED", "MARTIAN_SOURCE/0"),
                List.of(fate(0), fate(1), fate(2), fate(3), fate(4), fate(5)));
        namespace.setAcceptLocal(true);
        vector.clear();
        packet(UDP.replace("0a000001", "0a000003"));
        router.receive(vector, INGRESS, null);
        assertEquals("DELIVERED", fate(0));
    }

    @Test
    void lastHopIsNotForwarded() {
        route("0.0.0.0/0");
        packet(UDP.replace("4011", "0111"));
        router.receive(vector, INGRESS, null);
        assertEquals("TTL_EXPIRED/0", fate(0));
    }

    @Test
    void segmentRoutingEndpoint() {
        String header = "6000000000302b40" + "fd090000000000000000000000000001" + "fdb00000000000000000000000000001";
        String srh = "1104040101000000" + "fd990000000000000000000000000009" + "fdb00000000000000000000000000001";
        String udp = "1389138800080000";
        route("::/0");
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("fdb0::/64"), INGRESS)
                        .attach(JavaProgram.returning(ProgramType.LWT_SEG6LOCAL, 0))
                        .build());
        packet(header + srh + udp);
        packet(header + srh.replace("04040101", "04040001") + udp); // no segment left
        packet(UDP6.replace("fd000000000000000000000000000003", "fdb00000000000000000000000000001"));
        router.receive(vector, INGRESS, null);
        assertEquals("SENT", fate(0));
        assertEquals(
                ("6000000000302b3f" + "fd090000000000000000000000000001" + "fd990000000000000000000000000009" + srh
                                + udp)
                        .replace("04040101", "04040001"),
                hex(vector.packet(0)));
        assertEquals("SEGMENT_ROUTING/0", fate(1));
        assertEquals("SEGMENT_ROUTING/0", fate(2));
    }

    @Test
    void sourceAddressIsTheEgressDevices() {
        route("fd00::/16", program(ProgramType.LWT_IN, (context, skb) -> {
            context.network().sourceIpv6(skb, skb.memory(), skb.data() + 8L);
            return 0;
        }));
        packet(UDP6);
        router.receive(vector, INGRESS, null);
        assertTrue(hex(vector.packet(0)).startsWith("600000000008113f" + "fd000000000000000000000000000009"));
    }

    private static String hex(SkBuff skb) {
        return HexFormat.of().formatHex(skb.toByteArray());
    }
}
