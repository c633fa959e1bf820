/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.helper.PacketHelpers;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Redirects with {@code BPF_F_INGRESS}: the device receives the packet, as if it had come in there. */
class IngressRedirectTest {
    private static final String UDP = "4500001c000100004011" + "26cf" + "0a0000010a000003" + "1389138800080000";
    private static final int OUT = 2;
    private static final int ETHERNET = 3;
    private static final int TUNNEL = 4;
    private static final long ADDRESS = 0x0200_0000_0003L;

    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final PacketVector vector = new PacketVector();
    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void network() {
        namespace.addDevice(new Device(OUT, "out", false));
        namespace.addDevice(new Device(ETHERNET, "eth", true).withHardwareAddress(ADDRESS));
        namespace.addDevice(new Device(TUNNEL, "tun", false));
    }

    /** The first time it gets a packet, a program redirects it; the second time it lets it pass. */
    private void send(int ifindex, String linkHeader, boolean clone) {
        byte[] header = HexFormat.of().parseHex(linkHeader);
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("10.0.0.3/32"), OUT)
                        .attach(new JavaProgram(ProgramType.LWT_XMIT, (context, skb) -> {
                            if (skb.mark() == 1) {
                                return 0;
                            }
                            skb.setMark(1);
                            PacketHelpers.changeHead(context, skb, header.length, 0);
                            MemorySegment.copy(
                                    MemorySegment.ofArray(header), 0, skb.memory(), skb.data(), header.length);
                            if (clone) {
                                return -context.network().cloneRedirect(skb, ifindex, true) + 2;
                            }
                            skb.setRedirect(ifindex, true);
                            return 7;
                        }))
                        .attach(new JavaProgram(ProgramType.LWT_IN, (context, skb) -> {
                            seen.add("in if=%d iif=%d sk=%b type=%d len=%d"
                                    .formatted(
                                            skb.ifindex(),
                                            skb.ingressIfindex(),
                                            skb.hasSocket(),
                                            skb.packetType(),
                                            skb.length()));
                            return 0;
                        }))
                        .build());
        byte[] bytes = HexFormat.of().parseHex(UDP);
        System.arraycopy(bytes, 0, vector.buffer(bytes.length), PacketVector.HEADROOM, bytes.length);
        vector.add(LinkType.RAW_IP, bytes.length, 0, bytes.length);
        router.send(vector, null);
    }

    private String fate(int i) {
        DropReason reason = vector.dropReason(i);
        return reason == null ? vector.fate(i) + " by " + vector.ifindex(i) : reason.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "020000000003 020000000001 0800, SENT by 2, 0",
        "ffffffffffff 020000000001 0800, SENT by 2, 1",
        "01005e000001 020000000001 0800, SENT by 2, 2",
        "020000000009 020000000001 0800, OTHER_HOST, -1",
        "020000000003 020000000001 0806, UNKNOWN_PROTOCOL, -1",
    })
    void ethernetDeviceReadsTheLinkHeader(String header, String expected, int packetType) {
        send(ETHERNET, header.replace(" ", ""), false);
        assertEquals(expected, fate(0));
        assertEquals(
                packetType < 0 ? List.of() : List.of("in if=3 iif=3 sk=false type=" + packetType + " len=28"), seen);
    }

    @Test
    void forwardingTakesOneOffTheTtl() {
        send(TUNNEL, "", false);
        assertEquals("SENT by 2", fate(0));
        SkBuff skb = vector.packet(0);
        assertEquals("4500001c00010000" + "3f11", HexFormat.of().formatHex(skb.toByteArray(), 0, 10));
        assertEquals(List.of("in if=4 iif=4 sk=false type=0 len=28"), seen);
    }

    @Test
    void cloneIsReceivedAndThePacketGoesOn() {
        send(TUNNEL, "", true);
        assertEquals("PROGRAM", fate(0));
        assertEquals(2, vector.count());
        assertEquals(1, vector.arrived());
        assertEquals("SENT by 2", fate(1));
        assertEquals(28, vector.packet(1).length());
    }

    @Test
    void missingDeviceIsAnErrorOfTheClone() {
        send(99, "", true);
        assertEquals("ILLEGAL_VERDICT", fate(0));
        assertEquals(1, vector.count());
        assertEquals(-Errno.EINVAL, router.cloneRedirect(vector.packet(0), 99, true));
    }
}
