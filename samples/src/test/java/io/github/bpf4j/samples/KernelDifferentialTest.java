/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.kernel.TestRunResult;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.lwt.TestRunException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.pipeline.CaptureSource;
import io.github.bpf4j.runtime.pipeline.Pipeline;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The samples here and in the host's kernel: same return code for every packet of the sample capture and for generated ones, same counts
 * in the histogram. {@code -Dbpf4j.differential.packets=100000} generates more packets.
 */
@RequiresKernel
class KernelDifferentialTest {
    private static final Path CAPTURE = Path.of("captures/mixed.pcap");
    private static final int GENERATED = Integer.getInteger("bpf4j.differential.packets", 5_000);
    private static final long SEED = Long.getLong("bpf4j.differential.seed", 20_260_711);
    /** An ethertype that neither side gives a meaning, for packets shorter than the kernel accepts as IP. */
    private static final int LOCAL_EXPERIMENTAL = 0x88b5;

    private static Program load(String name, ProgramType type) throws IOException {
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(Path.of("bpf", name + ".o")));
        return ObjectLoader.load(spec, LoadOptions.of(1).withDefaultType(type))
                .programs()
                .get(0)
                .program();
    }

    private static BpfProgram compile(Program program) throws Exception {
        return ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
    }

    /** What a test needs of each packet: the frame for a test run, whose packet is what the pipeline shows a program. */
    private interface Packets {
        void frame(byte[] frame) throws Exception;
    }

    private static void capturedFrames(Packets to) throws Exception {
        byte[] buffer = new byte[CaptureReader.MAX_RECORD];
        try (CaptureReader reader = CaptureReader.open(CAPTURE)) {
            int length;
            while ((length = reader.next(buffer, 0)) >= 0) {
                ipFrame(buffer, length, to);
            }
        }
    }

    /** Frames like those of the capture, one in three of them damaged anywhere. */
    private static void generatedFrames(Packets to) throws Exception {
        MixedTraffic traffic = new MixedTraffic(SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < GENERATED; i++) {
            byte[] frame = traffic.next();
            if (random.nextInt(3) == 0) {
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    frame[random.nextInt(Math.min(frame.length, 60))] = (byte) random.nextInt();
                }
                frame = Arrays.copyOf(frame, 14 + random.nextInt(frame.length - 13));
            }
            ipFrame(frame, frame.length, to);
        }
    }

    /** Hands on the packet that the pipeline would show, behind a plain link header; what the pipeline shows no program is left out. */
    private static void ipFrame(byte[] frame, int length, Packets to) throws Exception {
        long located = LinkType.ETHERNET.locate(frame, 0, length);
        if (located == LinkType.RUNT) {
            return;
        }
        int protocol = LinkType.protocol(located);
        int at = LinkType.networkOffset(located);
        int size = length - at;
        if (protocol != LinkType.ETH_P_IP && protocol != LinkType.ETH_P_IPV6) {
            return;
        }
        int type = size < (protocol == LinkType.ETH_P_IP ? 20 : 40) ? LOCAL_EXPERIMENTAL : protocol;
        byte[] plain = new byte[14 + size];
        plain[12] = (byte) (type >>> 8);
        plain[13] = (byte) type;
        System.arraycopy(frame, at, plain, 14, size);
        to.frame(plain);
    }

    @ParameterizedTest
    @CsvSource({"drop_egress_8080, LWT_OUT", "drop_ingress_8080, LWT_IN"})
    void sameReturnCode(String name, ProgramType type) throws Exception {
        Program program = load(name, type);
        BpfProgram here = compile(program);
        ExecutionContext worker = new ExecutionContext(0);
        long[] counts = new long[3];
        try (KernelLoader.Loaded kernel = KernelLoader.load(program)) {
            assertTrue(kernel.accepted(), kernel.log());
            Packets compare = frame -> {
                TestRunResult there = kernel.program()
                        .testRun(io.github.bpf4j.compiler.kernel.TestRun.of(frame)
                                .verdictOnly());
                int verdict = there.errno() != 0 ? -there.errno() : there.value();
                assertEquals(
                        verdict,
                        verdict(here, worker, frame),
                        () -> "seed " + SEED + ", frame " + HexFormat.of().formatHex(frame));
                counts[0]++;
                counts[verdict == 2 ? 1 : 2]++;
            };
            capturedFrames(compare);
            assertTrue(counts[1] > 100 && counts[2] > 100, Arrays.toString(counts));
            generatedFrames(compare);
        }
        System.out.printf("%s: %d packets, %d dropped, 0 differences, seed %d%n", name, counts[0], counts[1], SEED);
    }

    private static int verdict(BpfProgram program, ExecutionContext worker, byte[] frame) {
        try {
            return new TestRun(frame).run(program, worker).returnValue();
        } catch (TestRunException e) {
            return -e.errno();
        }
    }

    @Test
    void sameHistogram() throws Exception {
        Program program = load("len_hist", ProgramType.LWT_XMIT);
        BpfProgram here = compile(program);
        Route route = Route.to(IpPrefix.ANY_IPV4, 1).attach(here).build();
        Router router = new Router(new NetworkNamespace(), new ExecutionContext(0));
        try (CaptureSource source = new CaptureSource(CaptureReader.open(CAPTURE))) {
            Pipeline.run(source, 1, cpu -> vector -> router.send(vector, new Router.Entry(route, route)), vector -> {});
        }
        try (KernelLoader.Loaded kernel = KernelLoader.load(program)) {
            assertTrue(kernel.accepted(), kernel.log());
            capturedFrames(frame -> assertEquals(
                    0,
                    kernel.program()
                            .testRun(io.github.bpf4j.compiler.kernel.TestRun.of(frame)
                                    .verdictOnly())
                            .checkedValue()));
            Map<Long, Long> there = histogram(kernel.maps().get(0));
            assertEquals(there, histogram(program.maps().get(0)));
            assertTrue(there.size() > 5, there::toString);
        }
    }

    private static Map<Long, Long> histogram(KernelMap map) {
        Map<Long, Long> counts = new TreeMap<>();
        byte[] key = null;
        byte[] next = new byte[8];
        while (map.nextKey(key, next) == 0) {
            key = next.clone();
            byte[] values = new byte[map.userValueSize()];
            assertEquals(0, map.lookup(key, values, 0));
            counts.put(number(key, 0), sum(values));
        }
        return counts;
    }

    private static Map<Long, Long> histogram(BpfMap map) {
        Map<Long, Long> counts = new TreeMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(8, 8);
            MemorySegment next = arena.allocate(8, 8);
            MemorySegment values = arena.allocate(map.userValueSize(), 8);
            for (int found = map.nextKey(null, 0, next, 0); found == 0; found = map.nextKey(key, 0, next, 0)) {
                key.copyFrom(next);
                assertEquals(0, map.lookupElement(key, 0, values, 0, 0));
                counts.put(key.get(ValueLayout.JAVA_LONG, 0), sum(values.toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return counts;
    }

    private static long sum(byte[] values) {
        long sum = 0;
        for (int at = 0; at < values.length; at += 8) {
            sum += number(values, at);
        }
        return sum;
    }

    private static long number(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong(at);
    }

    @Test
    void testRunsOfSamplesChangePacketsAsTheKernelDoes() throws Exception {
        Program program = load("dnat", ProgramType.LWT_XMIT);
        BpfProgram here = compile(program);
        ExecutionContext worker = new ExecutionContext(0);
        int[] changed = {0};
        try (KernelLoader.Loaded kernel = KernelLoader.load(program)) {
            assertTrue(kernel.accepted(), kernel.log());
            Packets compare = frame -> {
                TestRunResult there = kernel.program().testRun(frame);
                if (there.errno() != 0) {
                    assertEquals(-there.errno(), verdict(here, worker, frame));
                    return;
                }
                TestRun.Result result = new TestRun(frame).run(here, worker);
                assertEquals(there.value(), result.returnValue());
                assertArrayEquals(
                        there.data(),
                        result.data(),
                        () -> "seed " + SEED + ", frame " + HexFormat.of().formatHex(frame));
                changed[0] += Arrays.equals(result.data(), frame) ? 0 : 1;
            };
            capturedFrames(compare);
            generatedFrames(compare);
        }
        assertTrue(changed[0] > 100, "only " + changed[0] + " packets were rewritten");
    }
}
