/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.RequiresNetworkNamespace;
import io.github.bpf4j.compiler.kernel.TestNetworkNamespace;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.io.TunDevice;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.Counters.Verdict;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.pipeline.TunRouter;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Segment routing with Linux on both sides: namespace A (fd0a::1) — TUN device — the node here — TUN device — namespace B (fd0b::1).
 * A sends datagrams to B with segment routing; the answers come back without.
 */
@RequiresNetworkNamespace
class LiveSegmentRoutingTest {
    private static final int TO_A = 1;
    private static final int TO_B = 2;

    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private TestNetworkNamespace a;
    private TestNetworkNamespace b;
    private TunDevice toA;
    private TunDevice toB;
    private TunRouter node;
    private Thread thread;

    @BeforeEach
    void connect() throws IOException {
        TwinRouters.assumeSegmentRouting();
        a = TestNetworkNamespace.create();
        b = TestNetworkNamespace.create();
        toA = open(a, "fd0a::1");
        toB = open(b, "fd0b::1");
        namespace.addDevice(new Device(TO_A, toA.name(), false, 0xfd0aL << 48, 0xff));
        namespace.addDevice(new Device(TO_B, toB.name(), false, 0xfd0bL << 48, 0xff));
        namespace.fib().put(Route.to(IpPrefix.parse("fd0a::/64"), TO_A).build());
        namespace.fib().put(Route.to(IpPrefix.parse("fd0b::/64"), TO_B).build());
        node = new TunRouter(router, Map.of(TO_A, toA, TO_B, toB));
        thread = Thread.ofPlatform().daemon().unstarted(() -> {
            try {
                node.run();
            } catch (IOException | RuntimeException e) {
                failure.set(e);
            }
        });
    }

    /** A device whose other end has an address in a namespace, with everything else routed to it. */
    private static TunDevice open(TestNetworkNamespace namespace, String address) {
        TunDevice device;
        try {
            device = TunDevice.open("bpf4js%d");
        } catch (IOException e) {
            assumeTrue(false, "TUN devices cannot be made here: " + e.getMessage());
            throw new AssertionError(e);
        }
        namespace.adopt(device.name());
        namespace.ip("link set " + device.name() + " addrgenmode none");
        namespace.ip("-6 addr add " + address + "/64 dev " + device.name() + " nodad");
        namespace.ip("link set " + device.name() + " up");
        namespace.ip("-6 route add default dev " + device.name());
        return device;
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        node.stop();
        thread.join();
        toA.close();
        toB.close();
        a.close();
        b.close();
    }

    private static BpfProgram compile(ProgramType type, String text) throws VerifierException {
        Program program = Program.of("live", type, Assembler.assemble(text).instructions(), List.of());
        return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
    }

    /** Three datagrams from A to B and back. */
    private void converse() throws IOException {
        thread.start();
        Process echo = b.start(UdpPeer.echo("fd0b::1"));
        assertEquals("ready", echo.inputReader().readLine());
        TestNetworkNamespace.CommandResult result = a.exec(UdpPeer.ask("fd0b::1", 3));
        assertEquals("datagram 0\ndatagram 1\ndatagram 2\n", result.output(), result.errors());
        assertNull(failure.get());
    }

    /** Linux encapsulates, End.BPF here forwards to the next segment, End.DT6 of Linux takes the packet out. */
    @Test
    void endpointBetweenTwoLinuxNodes() throws VerifierException, IOException {
        a.ip("-6 route add fd0b::1 encap seg6 mode encap segs fd0c::1,fd0b::d6 dev " + toA.name());
        b.sysctl("net.ipv6.conf.all.seg6_enabled", "1");
        b.sysctl("net.ipv6.conf." + toB.name() + ".seg6_enabled", "1");
        b.ip("-6 route add fd0b::d6 encap seg6local action End.DT6 table 255 dev " + toB.name());
        BpfProgram tag = compile(ProgramType.LWT_SEG6LOCAL, """
                    *(u16 *)(r10 - 2) = 0xf40b
                    r2 = 46
                    r3 = r10
                    r3 += -2
                    r4 = 2
                    call bpf_lwt_seg6_store_bytes
                    if r0 == 0 goto ok
                    r0 = 2
                ok:
                    exit
                """);
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("fd0c::/64"), TO_B).attach(tag).build());
        converse();
        assertEquals(3, router.counters().verdicts(HookPoint.SEG6LOCAL, Verdict.OK));
    }

    /** A program at lwt_in encapsulates, with a reroute to the segment; End.DT6 of Linux takes the packet out. */
    @Test
    void encapsulationThatLinuxTakesApart() throws VerifierException, IOException {
        b.sysctl("net.ipv6.conf.all.seg6_enabled", "1");
        b.sysctl("net.ipv6.conf." + toB.name() + ".seg6_enabled", "1");
        b.ip("-6 route add fd0b::d6 encap seg6local action End.DT6 table 255 dev " + toB.name());
        BpfProgram encapsulate = compile(ProgramType.LWT_IN, """
                    *(u64 *)(r10 - 24) = 0x00040200
                    r2 = 0x0bfd
                    *(u64 *)(r10 - 16) = r2
                    r2 = 0xd600000000000000 ll
                    *(u64 *)(r10 - 8) = r2
                    r2 = 0
                    r3 = r10
                    r3 += -24
                    r4 = 24
                    call bpf_lwt_push_encap
                    if r0 == 0 goto ok
                    r0 = 2
                    exit
                ok:
                    r0 = 128
                    exit
                """);
        namespace
                .fib()
                .put(Route.to(IpPrefix.parse("fd0b::1/128"), TO_B)
                        .attach(encapsulate)
                        .build());
        converse();
        assertEquals(3, router.counters().verdicts(HookPoint.IN, Verdict.REROUTE));
    }
}
