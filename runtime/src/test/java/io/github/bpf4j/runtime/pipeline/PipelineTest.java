/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.PcapWriter;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpHeaders;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineTest {
    private static final int PACKETS = 5_000;

    /** Ethernet frames with and without VLAN tags, IPv4 whose identification counts up, and every tenth one ARP. */
    private static byte[] capture() throws IOException {
        Random random = new Random(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapWriter writer = new PcapWriter(out, LinkType.ETHERNET, true, ByteOrder.LITTLE_ENDIAN)) {
            for (int i = 0; i < PACKETS; i++) {
                int link = i % 7 == 0 ? 18 : 14;
                byte[] frame = new byte[link + 20 + random.nextInt(i == 1000 ? 60_000 : 200)];
                random.nextBytes(frame);
                frame[12] = (byte) (link == 18 ? 0x81 : 8);
                frame[13] = (byte) (link == 14 && i % 10 == 0 ? 6 : 0);
                if (link == 18) {
                    frame[16] = 8;
                    frame[17] = 0;
                }
                frame[link] = 0x45;
                frame[link + 4] = (byte) (i >>> 8);
                frame[link + 5] = (byte) i;
                writer.write(i, frame, 0, frame.length, frame.length);
            }
        }
        return out.toByteArray();
    }

    private static byte[] run(byte[] capture, int workers, JavaProgram program, Counters total) throws Exception {
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.addDevice(new Device(1, "eth0", true));
        Route route = Route.to(IpPrefix.ANY_IPV4, 1).attach(program).build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Router[] routers = new Router[workers];
        try (CaptureSource source = new CaptureSource(CaptureReader.of(new ByteArrayInputStream(capture)));
                CaptureSink sink = new CaptureSink(out, () -> LinkType.ETHERNET, () -> true)) {
            Pipeline.run(
                    source,
                    workers,
                    cpu -> {
                        routers[cpu] = new Router(namespace, new ExecutionContext(cpu));
                        return vector -> routers[cpu].send(vector, new Router.Entry(route, route));
                    },
                    vector -> {
                        for (int i = 0; i < vector.count(); i++) {
                            if (vector.fate(i) != Fate.DROPPED) {
                                sink.packet(vector, i);
                            }
                        }
                    });
        }
        for (Router router : routers) {
            total.add(router.counters());
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void untouchedPacketsComeOutAsTheyWentIn(int workers) throws Exception {
        byte[] capture = capture();
        Counters total = new Counters();
        assertArrayEquals(capture, run(capture, workers, JavaProgram.returning(ProgramType.LWT_OUT, 0), total));
        assertEquals(PACKETS, total.packets());
        assertEquals(PACKETS, total.latency().getTotalCount());
        assertTrue(total.latency().getMaxValue() > 0);
        assertEquals(PACKETS, total.fates(Fate.SENT) + total.fates(Fate.BYPASSED));
        assertTrue(total.fates(Fate.BYPASSED) > 0);
        assertEquals(capture.length - 24 - 16L * PACKETS, total.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void droppedOnesAreMissingWhicheverWorkerHadThem(int workers) throws Exception {
        JavaProgram oddOnes = new JavaProgram(
                ProgramType.LWT_OUT,
                (context, skb) -> skb.memory().get(ValueLayout.JAVA_BYTE, skb.data() + 5L) % 2 == 0 ? 0 : 2);
        Counters total = new Counters();
        byte[] out = run(capture(), workers, oddOnes, total);
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        long last = -1;
        int kept = 0;
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(out))) {
            while (reader.next(frame, 0) >= 0) {
                assertTrue(reader.timestampNanos() > last, "order");
                last = reader.timestampNanos();
                assertEquals(0, last % 2);
                kept++;
            }
        }
        assertEquals(PACKETS / 2, kept);
        assertEquals(PACKETS / 2, total.fates(Fate.DROPPED));
    }

    @Test
    void ethertypeFollowsTheProtocol() throws Exception {
        JavaProgram change = new JavaProgram(ProgramType.LWT_OUT, (context, skb) -> {
            skb.setProtocol(IpHeaders.PROTOCOL_IPV6);
            return 0;
        });
        byte[] out = run(capture(), 1, change, new Counters());
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(out))) {
            int length;
            while ((length = reader.next(frame, 0)) >= 0) {
                int protocol = LinkType.protocol(LinkType.ETHERNET.locate(frame, 0, length));
                assertTrue(protocol == LinkType.ETH_P_IPV6 || protocol == 0x0806, () -> Integer.toHexString(protocol));
            }
        }
    }

    @Test
    void packetsBeforeAFaultAreKept() throws Exception {
        byte[] capture = capture();
        byte[] cut = java.util.Arrays.copyOf(capture, capture.length - 1);
        Counters total = new Counters();
        run(cut, 1, JavaProgram.returning(ProgramType.LWT_OUT, 0), total);
        assertEquals(PACKETS - 1, total.packets());
        try (CaptureSource source = new CaptureSource(CaptureReader.of(new ByteArrayInputStream(cut)))) {
            PacketVector vector = new PacketVector();
            while (source.fill(vector) > 0) {
                vector.clear();
            }
            assertTrue(Objects.requireNonNull(source.fault()).getMessage().contains("cut short"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void failingWorkerEndsTheRun(int workers) throws Exception {
        byte[] capture = capture();
        JavaProgram failing = new JavaProgram(ProgramType.LWT_OUT, (context, skb) -> {
            throw new UnsupportedOperationException("no");
        });
        RuntimeException e = assertThrows(RuntimeException.class, () -> run(capture, workers, failing, new Counters()));
        assertEquals(
                "no",
                workers == 1
                        ? e.getMessage()
                        : Objects.requireNonNull(e.getCause()).getMessage());
    }

    @Test
    void nothingIsAllocatedPerPacket() throws Exception {
        byte[] capture = capture();
        NetworkNamespace namespace = new NetworkNamespace();
        namespace
                .fib()
                .put(Route.to(IpPrefix.ANY_IPV4, 1)
                        .attach(JavaProgram.returning(ProgramType.LWT_OUT, 0))
                        .build());
        Router router = new Router(namespace, new ExecutionContext(0));
        PacketVector vector = new PacketVector();
        CaptureSink sink =
                new CaptureSink(java.io.OutputStream.nullOutputStream(), () -> LinkType.ETHERNET, () -> true);
        long packets = 0;
        long allocated = 0;
        for (int round = 0; round < 12; round++) {
            CaptureSource source = new CaptureSource(CaptureReader.of(new ByteArrayInputStream(capture)));
            long before = allocatedBytes();
            while (source.fill(vector) > 0) {
                router.send(vector, null);
                for (int i = 0; i < vector.count(); i++) {
                    sink.packet(vector, i);
                }
                if (round >= 4) {
                    packets += vector.count();
                }
                vector.clear();
            }
            allocated += round >= 4 ? allocatedBytes() - before : 0;
        }
        assertEquals(8 * PACKETS, packets);
        // One frame of each round is larger than the buffers that are kept; all others must cost nothing.
        assertTrue(allocated < 8 * 130_000, allocated + " bytes for " + packets + " packets");
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
