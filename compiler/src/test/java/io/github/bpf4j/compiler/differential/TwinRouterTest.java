/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.kernel.RequiresNetworkNamespace;
import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random packets through Linux and through the router here: fragments, reroutes, segment routing, which test runs cannot show. Property
 * {@code bpf4j.fuzz.packets} says how many, {@code bpf4j.fuzz.seed} which.
 */
@RequiresKernel
@RequiresNetworkNamespace
class TwinRouterTest {
    private static final int PACKETS = Integer.getInteger("bpf4j.fuzz.packets", 60);
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 20261121);

    private static final int DONT_FRAGMENT = 0x4000;

    /** r6 = context, r7 = area: three numbers at 0, bytes from 64 on; results go to 32. */
    private static final String PROLOGUE = """
                r6 = r1
                r7 = map[area][0]
            """;

    private static void compare(
            TwinRouters twins, Random random, Function<Random, byte[]> packets, Function<Random, byte[]> areas)
            throws Exception {
        int forwarded = 0;
        for (int i = 0; i < PACKETS; i++) {
            byte[] packet = packets.apply(random);
            byte[] area = areas.apply(random);
            List<String> expected = twins.linux(packet, area);
            String context = "packet " + i + ": " + HexFormat.of().formatHex(packet) + " area "
                    + HexFormat.of().formatHex(area, 0, 160);
            // fragments of fragments come behind all others here
            assertEquals(sorted(expected), sorted(twins.here(packet, area)), context);
            assertEquals(twins.linuxAreas(), twins.areas(), context);
            forwarded += expected.isEmpty() ? 0 : 1;
        }
        assertTrue(forwarded > 0, "nothing was forwarded");
    }

    private static String sorted(List<String> packets) {
        return String.join("\n", packets.stream().sorted().toList());
    }

    private static byte[] nothing(Random random) {
        return new byte[TwinRouters.AREA];
    }

    /** A valid IPv4 packet to 10.9.0.1, sometimes with options, with a payload of random length. */
    private static byte[] ipv4(Random random) {
        int options = random.nextInt(3) == 0 ? 4 * random.nextInt(5) : 0;
        int header = 20 + options;
        int length = header + 8 + random.nextInt(random.nextBoolean() ? 3_600 : 1_500);
        byte[] packet = new byte[length];
        random.nextBytes(packet);
        int offset = random.nextInt(4) == 0 ? random.nextInt(2) << 13 | random.nextInt(1000) : 0;
        ByteBuffer.wrap(packet)
                .put((byte) (0x40 | header / 4))
                .put((byte) (random.nextInt(256) & ~3))
                .putShort((short) length)
                .putShort((short) random.nextInt())
                .putShort((short) (random.nextInt(4) == 0 ? DONT_FRAGMENT : offset))
                .put((byte) (2 + random.nextInt(100)))
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0x0a010001)
                .putInt(0x0a090001);
        for (int at = 20; at < header; at += 4) {
            // experimental options of 4 bytes (RFC 4727), some of which are to be copied, or NOPs
            byte type = (byte) (random.nextInt(3) == 0 ? 1 : random.nextBoolean() ? 30 : 158);
            packet[at] = type;
            packet[at + 1] = type == 1 ? type : (byte) 4;
            packet[at + 2] = 1;
            packet[at + 3] = 1;
        }
        int check = ~sum(packet, header);
        packet[10] = (byte) (check >> 8);
        packet[11] = (byte) check;
        return packet;
    }

    private static int sum(byte[] packet, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += (packet[i] & 0xff) << 8 | packet[i + 1] & 0xff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }

    @Test
    void fragmentsOfForwardedPackets() throws Exception {
        try (TwinRouters twins = new TwinRouters()) {
            twins.route("10.9.0.0/16");
            compare(twins, new Random(SEED), TwinRouterTest::ipv4, TwinRouterTest::nothing);
        }
    }

    @Test
    void headroomOfTheRouteMakesFragmentsShorter() throws Exception {
        try (TwinRouters twins = new TwinRouters()) {
            twins.route("10.9.0.0/16", ProgramType.LWT_XMIT, PROLOGUE + """
                        r0 = *(u32 *)(r6 + 0)
                        *(u64 *)(r7 + 32) = r0
                        r0 = 0
                        exit
                    """, 100);
            compare(twins, new Random(SEED), TwinRouterTest::ipv4, TwinRouterTest::nothing);
        }
    }

    /** A program that pushes up to 127 bytes more than {@code least} of the area, or drops the packet if that fails. */
    private static String encapsulate(int type, int least, int verdict) {
        return PROLOGUE + """
                    r1 = r6
                    r2 = %d
                    r3 = r7
                    r3 += 64
                    r4 = *(u64 *)(r7 + 0)
                    r4 &= 0x7f
                    r4 += %d
                    call bpf_lwt_push_encap
                    *(u64 *)(r7 + 32) = r0
                    r1 = r0
                    r0 = 2
                    if r1 != 0 goto drop
                    r0 = %d
                drop:
                    exit
                """.formatted(type, least, verdict);
    }

    /** Packets that a program encapsulates and sends along another route, to 10.2.0.1. */
    @ParameterizedTest
    @CsvSource({"LWT_XMIT, 128", "LWT_IN, 128", "LWT_XMIT, 0", "LWT_IN, 0"})
    void encapsulatedInIpv4(ProgramType type, int verdict) throws Exception {
        try (TwinRouters twins = new TwinRouters()) {
            twins.route("10.9.0.0/16", type, encapsulate(2, 20, verdict), 0);
            compare(twins, new Random(SEED), TwinRouterTest::ipv4, random -> {
                ByteBuffer area = ByteBuffer.wrap(nothing(random)).order(ByteOrder.LITTLE_ENDIAN);
                area.putLong(random.nextInt(60));
                byte[] header = new byte[256];
                random.nextBytes(header);
                ByteBuffer.wrap(header)
                        .put((byte) 0x45)
                        .put((byte) (random.nextInt(256) & ~3))
                        .putInt(random.nextInt())
                        .putShort((short) (random.nextInt(3) == 0 ? DONT_FRAGMENT : 0))
                        .put((byte) 9)
                        .put((byte) (random.nextBoolean() ? 47 : 4))
                        .putShort((short) 0)
                        .putInt(0x0a010009)
                        .putInt(0x0a020001);
                area.position(64).put(header);
                return area.array();
            });
        }
    }

    /** An IPv6 packet to fd09::1 with a payload of random length; on the way to a segment if there are any. */
    private static byte[] ipv6(Random random, byte[] routing) {
        int payload = routing.length + 8 + random.nextInt(random.nextInt(4) == 0 ? 1_500 : 200);
        byte[] packet = new byte[40 + payload];
        random.nextBytes(packet);
        ByteBuffer.wrap(packet)
                .putInt(0x60000000 | random.nextInt(1 << 28) & 0xff0ffff)
                .putShort((short) payload)
                .put((byte) (routing.length > 0 ? 43 : 17))
                .put((byte) (2 + random.nextInt(100)))
                .put(address(0xfd0a, 1))
                .put(address(routing.length > 0 ? 0xfd0c : 0xfd09, 1))
                .put(routing);
        return packet;
    }

    private static byte[] address(int network, int host) {
        return ByteBuffer.allocate(16)
                .putShort((short) network)
                .putShort(14, (short) host)
                .array();
    }

    /** A segment routing header whose segments are all in fd0b::/64, reached by plain routes. */
    private static byte[] segments(Random random, int nextHeader, int least) {
        int segments = least + random.nextInt(3);
        byte[] tlvs = random.nextInt(3) == 0 ? new byte[] {4, 6, 0, 0, 0, 0, 0, 0} : new byte[0];
        ByteBuffer header = ByteBuffer.allocate(8 + 16 * segments + tlvs.length)
                .put((byte) nextHeader)
                .put((byte) (2 * segments + tlvs.length / 8))
                .put((byte) 4)
                .put((byte) Math.max(least - 1, random.nextInt(segments)))
                .put((byte) (segments - 1))
                .put((byte) 0)
                .putShort((short) random.nextInt());
        for (int i = 0; i < segments; i++) {
            header.put(address(0xfd0b, 100 + i));
        }
        return header.put(tlvs).array();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 128", "1, 0", "1, 128"})
    void encapsulatedInSegmentRouting(int mode, int verdict) throws Exception {
        try (TwinRouters twins = new TwinRouters()) {
            twins.route("fd09::/64", ProgramType.LWT_IN, encapsulate(mode, 8, verdict), 0);
            compare(twins, new Random(SEED), random -> ipv6(random, new byte[0]), random -> {
                byte[] header = segments(random, 0, 1);
                if (random.nextInt(4) == 0) {
                    header[random.nextInt(6)] = (byte) random.nextInt(16);
                }
                return ByteBuffer.wrap(nothing(random))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length - 8 + (random.nextInt(6) == 0 ? random.nextInt(17) - 8 : 0) & 0x7f)
                        .position(64)
                        .put(header)
                        .array();
            });
        }
    }

    /** Random edits of the segment routing header, then an action or none. */
    @ParameterizedTest
    @CsvSource({"bpf_lwt_seg6_store_bytes, 0", "bpf_lwt_seg6_adjust_srh, 0", "bpf_lwt_seg6_action, 7"})
    void endpointPrograms(String helper, int verdict) throws Exception {
        String call = switch (helper) {
            case "bpf_lwt_seg6_store_bytes" -> """
                        r3 = r7
                        r3 += 64
                        r4 = *(u64 *)(r7 + 8)
                        r4 &= 0x1f
                        r4 += 1
                    """;
            case "bpf_lwt_seg6_adjust_srh" -> "r3 = *(u64 *)(r7 + 8)\n";
            default -> """
                        r3 = r7
                        r3 += 64
                        r4 = *(u64 *)(r7 + 8)
                        r4 &= 0x3f
                        r4 += 1
                    """;
        };
        try (TwinRouters twins = new TwinRouters()) {
            twins.route(
                    "fd0c::/64",
                    ProgramType.LWT_SEG6LOCAL,
                    PROLOGUE + "r1 = r6\nr2 = *(u64 *)(r7 + 0)\n" + call + "call " + helper
                            + "\n*(u64 *)(r7 + 32) = r0\nr0 = " + verdict + "\nexit\n",
                    0);
            compare(
                    twins,
                    new Random(SEED),
                    random -> ipv6(random, segments(random, 17, 2)),
                    random -> endpointArea(random, helper));
        }
    }

    /** A header that claims to be authenticated, with or without the TLV; neither side has keys. */
    private static byte[] authenticated(Random random) {
        byte[] header = segments(random, 17, 2);
        int segments = header[4] + 1;
        byte[] signed = Arrays.copyOf(header, 8 + 16 * segments + 40);
        signed[1] = (byte) (2 * segments + 5);
        signed[5] = (byte) (random.nextInt(4) == 0 ? 0 : 8);
        int tlv = 8 + 16 * segments;
        signed[tlv] = (byte) (random.nextInt(4) == 0 ? 4 : 5);
        signed[tlv + 1] = (byte) 38;
        return signed;
    }

    @Test
    void authenticatedHeadersWithoutKeys() throws Exception {
        try (TwinRouters twins = new TwinRouters()) {
            twins.route(
                    "fd0c::/64",
                    ProgramType.LWT_SEG6LOCAL,
                    PROLOGUE + "r0 = 1\n*(u64 *)(r7 + 32) = r0\nr0 = 0\nexit\n",
                    0);
            compare(twins, new Random(SEED), random -> ipv6(random, authenticated(random)), TwinRouterTest::nothing);
        }
    }

    private static byte[] endpointArea(Random random, String helper) {
        ByteBuffer area = ByteBuffer.wrap(nothing(random)).order(ByteOrder.LITTLE_ENDIAN);
        switch (helper) {
            case "bpf_lwt_seg6_store_bytes" -> {
                area.putLong(40 + random.nextInt(80)).putLong(random.nextInt(4));
                area.position(64)
                        .put((byte) random.nextInt(6))
                        .put((byte) random.nextInt(8))
                        .putLong(random.nextLong());
            }
            case "bpf_lwt_seg6_adjust_srh" ->
                area.putLong(80 + 8L * random.nextInt(8) + random.nextInt(4) / 3)
                        .putLong(random.nextInt(3) == 0 ? random.nextInt(20) - 10 : 8 * (random.nextInt(4) - 2));
            default -> {
                int[] actions = {2, 3, 9, 10, random.nextInt(16)};
                int action = actions[random.nextInt(actions.length)];
                byte[] header = segments(random, 0, 1);
                int size = action == 2 ? 16 : action == 3 ? 4 : header.length;
                area.putLong(action).putLong((random.nextInt(8) == 0 ? random.nextInt(64) : size - 1));
                area.position(64);
                if (action == 2) {
                    area.put(address(0xfd0b, 7));
                } else if (action == 3) {
                    area.putInt(random.nextInt(3) == 0 ? 77 : 254);
                } else {
                    area.put(header);
                }
            }
        }
        return area.array();
    }
}
