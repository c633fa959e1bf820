/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.NetworkStack;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** End.BPF and its helpers; results as seen on live traffic through Linux 6.18. */
class SegmentRoutingTest {
    private static final int IPV6 = 0xdd86;
    private static final String SOURCE = "fd550000000000000000000000000001";
    private static final String SID = "fdb50000000000000000000000000001";
    private static final String LAST = "fd990000000000000000000000000009";

    /** IPv6, a segment routing header of 40 bytes with two segments and one left, UDP. */
    private static final String PACKET = "6000000000382b40" + SOURCE + SID + "1104040101000000" + LAST + SID
            + "03e807d000100000" + "6162636465666768";

    private final ExecutionContext ctx = new ExecutionContext(0);
    private final MemorySegment bytes = MemorySegment.ofArray(new byte[64]);
    private SkBuff skb = packet(PACKET);

    private static SkBuff packet(String hex) {
        byte[] packet = HexFormat.of().parseHex(hex);
        byte[] memory = new byte[128 + packet.length];
        System.arraycopy(packet, 0, memory, 128, packet.length);
        SkBuff skb = new SkBuff(memory, 128, packet.length);
        skb.setProtocol(IPV6);
        return skb;
    }

    @BeforeEach
    void reachTheProgram() {
        ctx.setNetwork(new AnyRoute());
        assertTrue(SegmentRouting.beforeProgram(skb));
    }

    private String hex() {
        return HexFormat.of().formatHex(skb.toByteArray());
    }

    private long store(long offset, long size) {
        return LwtHelpers.seg6StoreBytes(ctx, skb, offset, bytes, 0, size);
    }

    private long adjust(long offset, long change) {
        return LwtHelpers.seg6AdjustSrh(ctx, skb, offset, change);
    }

    private long action(int action, String parameter) {
        byte[] value = HexFormat.of().parseHex(parameter);
        return LwtHelpers.seg6Action(ctx, skb, action, MemorySegment.ofArray(value), 0, value.length);
    }

    @Test
    void advancesToTheNextSegment() {
        assertEquals(PACKET.replaceFirst(SID, LAST).replaceFirst("11040401", "11040400"), hex());
        assertTrue(SegmentRouting.afterProgram(skb));
    }

    @ParameterizedTest
    @CsvSource({
        "segments left 0, 11040401, 11040400",
        "another routing type, 11040401, 11040301",
        "longer than the packet, 11040401, 110f0401",
        "more segments than fit, 11040401010, 11040401020"
    })
    void refusesPackets(String why, String old, String changed) {
        assertFalse(SegmentRouting.beforeProgram(packet(PACKET.replaceFirst(old, changed))), why);
    }

    @ParameterizedTest
    @CsvSource({
        "45, 3, 0",
        "44, 1, -14",
        "47, 1, 0",
        "47, 2, -14",
        "71, 1, -14",
        "72, 8, 0",
        "72, 1, 0",
        "79, 1, 0",
        "79, 2, -14",
        "80, 1, -14"
    })
    void storesWhereLinuxDoes(long offset, long size, long expected) {
        assertEquals(expected, store(offset, size));
    }

    @Test
    void adjustsWhereLinuxDoes() {
        assertEquals(-Errno.EFAULT, adjust(72, 8));
        assertEquals(0, adjust(80, 8));
        assertEquals(0, adjust(88, 8));
        assertEquals(0, adjust(80, -16));
        assertEquals(-Errno.EFAULT, adjust(80, -1));
    }

    @Test
    void growsWithZerosAndCompletesTheHeaderAtTheEnd() {
        assertEquals(0, adjust(80, 8));
        assertEquals(-Errno.EFAULT, store(80, 9));
        bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 5);
        bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 1, (byte) 6);
        assertEquals(0, store(80, 8));
        assertTrue(SegmentRouting.afterProgram(skb));
        assertEquals(
                "6000000000402b40" + SOURCE + LAST + "1105040001000000" + LAST + SID + "0506000000000000"
                        + "03e807d000100000" + "6162636465666768",
                hex());
    }

    @Test
    void dropsAHeaderThatIsNoMultipleOfEight() {
        assertEquals(0, adjust(80, 3));
        assertFalse(SegmentRouting.afterProgram(skb));
        assertEquals(-Errno.EBADMSG, action(2, LAST));
    }

    @Test
    void dropsTlvsThatRunPastTheHeader() {
        assertEquals(0, adjust(80, 8));
        bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 5);
        bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 1, (byte) 99);
        assertEquals(0, store(80, 8));
        assertFalse(SegmentRouting.afterProgram(skb));
    }

    @Test
    void actionsCheckTheirParameter() {
        assertEquals(0, action(2, LAST));
        assertEquals(-Errno.EINVAL, action(2, LAST.substring(2)));
        assertEquals(-Errno.EINVAL, action(99, LAST));
        assertEquals(-Errno.EINVAL, action(3, LAST));
        assertEquals(-Errno.EINVAL, action(3, "61 1e 00 00".replace(" ", "")), "no such table");
        assertEquals(-Errno.EBADMSG, action(7, "fe000000"), "no inner IPv6 packet");
    }

    @Test
    void endDt6TakesTheOuterHeadersOff() {
        String inner = "6000000000003b40" + SOURCE + LAST;
        skb = packet("6000000000502b40" + SOURCE + SID + "2904040101000000" + LAST + SID + inner);
        assertTrue(SegmentRouting.beforeProgram(skb));
        assertEquals(0, action(7, "fe000000"));
        assertEquals(inner, hex());
        assertTrue(SegmentRouting.afterProgram(skb));
    }

    @Test
    void endB6PutsAnotherHeaderIn() {
        assertEquals(0, action(9, "0002040000000000" + SOURCE));
        assertEquals(
                "6000000000502b40" + SOURCE + LAST + "2b02040000000000" + LAST + "1104040001000000" + LAST + SID
                        + "03e807d000100000" + "6162636465666768",
                hex());
    }

    /** Every address has a route; table 7777 does not exist. */
    private static final class AnyRoute implements NetworkStack {
        @Override
        public int routeIpv6(SkBuff skb, MemorySegment address, long offset, int table) {
            return table == 7777 ? -Errno.EINVAL : 0;
        }

        @Override
        public void sourceIpv6(SkBuff skb, MemorySegment address, long offset) {
            address.asSlice(offset, 16).fill((byte) 0);
        }

        @Override
        public int cloneRedirect(SkBuff skb, int ifindex, boolean ingress) {
            return -Errno.EINVAL;
        }
    }
}
