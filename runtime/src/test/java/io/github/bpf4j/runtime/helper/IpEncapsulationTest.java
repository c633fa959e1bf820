/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.GsoType;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpEncapsulationTest {
    private static final String ADDRESSES = "0a0900010a090002";
    private final ExecutionContext ctx = new ExecutionContext(0);

    private static SkBuff gsoPacket(int type) {
        SkBuff skb = new SkBuff(new byte[512 + 3000], 512, 3000);
        skb.setProtocol(0x0008);
        skb.setGsoSize(1400);
        skb.setGsoSegments(3);
        skb.setGsoType(type);
        return skb;
    }

    private long push(SkBuff skb, String header) {
        byte[] bytes = HexFormat.of().parseHex(header);
        return LwtHelpers.pushEncapXmit(ctx, skb, 2, MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    private static String ipv4(String protocol) {
        return "4500000012340000" + "40" + protocol + "0000" + ADDRESSES;
    }

    @ParameterizedTest
    @CsvSource({
        "GRE, 2f, 00000800, 0, 64",
        "GRE with checksum, 2f, 80000800, 0, 128",
        "GRE cut off, 2f, 000008, -22, 0",
        "UDP, 11, 1388138800080000, 0, 1024",
        "UDP with checksum, 11, 1388138800081234, 0, 2048",
        "IPv4 number 0, 00, '', 0, 256",
        "IPv6 inside, 29, '', 0, 256",
        "IPv4 inside, 04, '', -93, 0"
    })
    void tellsSegmentationAboutTheNewHeaders(String what, String protocol, String rest, long result, int type) {
        SkBuff skb = gsoPacket(GsoType.TCPV4);
        int pushed = 20 + rest.length() / 2;
        assertEquals(result, push(skb, ipv4(protocol) + rest), what);
        assertEquals(3000 + pushed, skb.length(), "the header stays in any case");
        assertEquals(result == 0 ? GsoType.TCPV4 | GsoType.DODGY | type : GsoType.TCPV4, skb.gsoType());
        assertEquals(result == 0 ? 1400 - pushed : 1400, skb.gsoSize());
        assertEquals(result == 0 ? 0 : 3, skb.gsoSegments());
    }

    @Test
    void onlyTcpCanBeSegmented() {
        SkBuff skb = gsoPacket(GsoType.UDP_TUNNEL);
        assertEquals(-Errno.ENOTSUPP, push(skb, ipv4("2f") + "00000800"));
        assertEquals(3024, skb.length());
    }

    @Test
    void leavesThePayloadWhereItIs() {
        SkBuff skb = gsoPacket(GsoType.TCPV4);
        byte[] before = skb.array();
        skb.setHash(7);
        assertEquals(0, push(skb, ipv4("2f") + "00000800"));
        assertSame(before, skb.array());
        assertEquals(512 - 24, skb.data());
        assertEquals(0, skb.hash());
    }

    @Test
    void pushesOftenerThanTheHeadroomAllows() {
        SkBuff skb = new SkBuff(new byte[60], 10, 50);
        skb.setProtocol(0x0008);
        for (int i = 1; i <= 30; i++) {
            assertEquals(0, push(skb, ipv4("04")));
            assertEquals(50 + 20 * i, skb.length());
        }
    }

    @Test
    void encapsulatedPacketsKeepTheirLength() {
        SkBuff skb = new SkBuff(new byte[300], 100, 100);
        assertEquals(0, push(skb, ipv4("04")));
        assertEquals(-Errno.ENOTSUPP, PacketHelpers.changeTail(ctx, skb, 60, 0));
    }
}
