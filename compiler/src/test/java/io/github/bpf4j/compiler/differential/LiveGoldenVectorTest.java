/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.Fate;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets captured on a wire behind Linux 6.18: the same packet through the same routes here. Node A (10.9.0.1, fd09::1 on a0) sends, node
 * B (10.9.0.2, fd09::2 on b0; 10.9.1.2, fd09:1::2 on b1) forwards.
 */
class LiveGoldenVectorTest {
    private static final int A0 = 2;
    private static final int B0 = 2;
    private static final int B1 = 3;

    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final PacketVector vector = new PacketVector();

    static Stream<GoldenVector> vectors() {
        return GoldenVector.all().stream().filter(GoldenVector::isLive);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void leavesAsOnLinux(GoldenVector golden) throws VerifierException {
        byte[] packet = golden.bytes("in_l3");
        System.arraycopy(packet, 0, vector.buffer(packet.length), PacketVector.HEADROOM, packet.length);
        vector.add(LinkType.RAW_IP, packet.length, 0, packet.length);
        if (golden.type() == ProgramType.LWT_XMIT) {
            namespace.addDevice(new Device(A0, "a0", true, 0xfd09L << 48, 1));
            connect("10.9.0.0/24", A0);
            connect("fd09::/64", A0);
            attach(golden, A0);
            router.send(vector, null);
        } else {
            namespace.setAcceptLocal(true);
            namespace.addDevice(new Device(B0, "b0", true, 0xfd09L << 48, 2));
            namespace.addDevice(new Device(B1, "b1", true, 0xfd09_0001L << 32, 2));
            connect("10.9.0.0/24", B0);
            connect("fd09::/64", B0);
            connect("10.9.1.0/24", B1);
            connect("fd09:1::/64", B1);
            connect("fd99::/64", B1);
            attach(golden, B1);
            router.receive(vector, B0, null);
        }
        boolean redirected = golden.name().contains("redirect");
        assertEquals(redirected ? Fate.REDIRECTED : Fate.SENT, vector.fate(0), () -> "" + vector.dropReason(0));
        String expected = golden.get(redirected ? "out_frame" : "out_l3");
        assertEquals(expected, HexFormat.of().formatHex(vector.packet(0).toByteArray()));
    }

    private void connect(String prefix, int ifindex) {
        namespace.fib().put(Route.to(IpPrefix.parse(prefix), ifindex).build());
    }

    /** Reads the prefix from the {@code ip route} command of the capture. */
    private void attach(GoldenVector golden, int ifindex) throws VerifierException {
        List<String> words = Arrays.asList(golden.get("attach").split(" "));
        IpPrefix prefix = IpPrefix.parse(words.get(words.indexOf("encap") - 1));
        namespace.fib().put(Route.to(prefix, ifindex).attach(golden.compile()).build());
    }
}
