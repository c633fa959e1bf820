/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.interpreter.InterpretedProgram;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Rejection;
import io.github.bpf4j.runtime.map.MapCodec;
import io.github.bpf4j.runtime.map.MapOperationException;
import io.github.bpf4j.runtime.map.MapView;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import io.github.bpf4j.runtime.trace.RingBufferReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class BpfObjectTest {
    private static final Path SAMPLES = Path.of("../samples/bpf");
    private static final int BPF_OK = 0;
    private static final int BPF_DROP = 2;

    @Test
    void sampleIsLoadedVerifiedAndRun() throws IOException, RejectedProgramException {
        BpfObject object = BpfObject.load(SAMPLES.resolve("drop_egress_8080.o"));
        assertEquals(List.of("drop_egress_port_8080"), List.copyOf(object.programNames()));
        BpfProgram program = object.program("drop_egress_port_8080");

        byte[] to8080 = HexFormat.of()
                .parseHex("4500002c00010000400666c70a0000020a00000330391f90"
                        + "0000000100000000500203e88361000061626364");
        byte[] to8081 = to8080.clone();
        to8081[23]++;
        ExecutionContext context = new ExecutionContext(0);
        assertEquals(BPF_DROP, program.run(context, new SkBuff(to8080, 0, to8080.length)));
        assertEquals(BPF_OK, program.run(context, new SkBuff(to8081, 0, to8081.length)));
    }

    @Test
    void rejectionNamesLineRegisterAndReason() {
        RejectedProgramException rejected = assertThrows(
                RejectedProgramException.class,
                () -> BpfObject.load(Path.of("src/test/resources/mistakes/02-second-bounds-check-removed.o")));

        assertEquals("r1", rejected.diagnosis().register());
        assertTrue(rejected.diagnosis().reason() instanceof Rejection.OutOfBoundsPacketAccess);
        assertTrue(rejected.getMessage().contains("if (bpf_ntohs(tcph->dest) == 8080)"), rejected::getMessage);
        assertEquals(20, rejected.diagnosis().example().packet().length);
    }

    @Test
    void programsReadWhatAMapWasMadeWith() throws RejectedProgramException {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("map_structure.o"));
        Program program =
                ObjectLoader.load(spec, LoadOptions.of(1)).programs().getFirst().program();
        long expected = 1 << 24 | 8 << 16 | 4 << 8 | 34; // a hash of 34 elements, keys of 8 bytes, values of 4
        SkBuff packet = new SkBuff(new byte[20], 0, 20);

        assertEquals(expected, BpfObject.compile(program).run(new ExecutionContext(0), packet));
        assertEquals(expected, new InterpretedProgram(program, 1_000).run(new ExecutionContext(0), packet));
    }

    @Test
    void whatThisRuntimeLacksIsToldFromWhatIsUnsafe() {
        Program lacking = Program.of(
                "task",
                ProgramType.LWT_IN,
                Assembler.assemble("call 158\nr0 = *(u64 *)(r0 + 0)\nexit").instructions(),
                List.of());
        Program unsafe = Program.of(
                "unset", ProgramType.LWT_IN, Assembler.assemble("exit").instructions(), List.of());

        assertTrue(assertThrows(RejectedProgramException.class, () -> BpfObject.verify(lacking))
                .isLimitation());
        assertFalse(assertThrows(RejectedProgramException.class, () -> BpfObject.verify(unsafe))
                .isLimitation());
    }

    @Test
    void failedRelocationIsTheReason() {
        RejectedProgramException rejected = assertThrows(
                RejectedProgramException.class,
                () -> BpfObject.load(Path.of("src/test/resources/mistakes/25-field-not-there.o")));

        assertEquals(
                new Rejection.UnresolvedRelocation(
                        "CO-RE relocation byte_off of struct __sk_buff.colour failed: none of"
                                + " the target's candidates fits (struct __sk_buff)"),
                rejected.diagnosis().reason());
    }

    @Test
    void unknownNamesAreReportedWithTheKnownOnes() throws IOException, RejectedProgramException {
        BpfObject object = BpfObject.load(SAMPLES.resolve("drop_egress_8080.o"));
        String message = assertThrows(NoSuchElementException.class, () -> object.program("drop"))
                .getMessage();
        assertEquals("no program drop; there are [drop_egress_port_8080]", message);
    }

    /** {@code struct inner} of the test object. */
    public record Inner(short port, byte letter, byte small, byte[] bytes) {}

    /** {@code struct key}. */
    public record Key(InetAddress address, int port, byte protocol) {}

    @Test
    void viewsDecodeByTheTypesOfTheMap() throws Exception {
        ObjectSpec spec = ObjectSpec.read(TestObjects.read("map_values.o"));
        BpfObject object = BpfObject.load(spec, LoadOptions.of(2));
        object.program("fill").run(new ExecutionContext(1), new SkBuff(new byte[46], 0, 46));
        Key key = new Key(InetAddress.getByName("10.0.0.1"), 8080, (byte) 6);
        assertEquals(
                "eth0",
                object.view("structs", Key.class, Map.class)
                        .get(key)
                        .orElseThrow()
                        .get("name"));
        assertEquals(
                (byte) 'c',
                object.view("per_cpu_hash", Integer.class, Inner.class)
                        .getPerCpu(1)
                        .orElseThrow()
                        .get(1)
                        .letter());
        assertEquals(42, object.view("per_cpu_array", Integer.class, Long.class).sum(1, Long::longValue));
        assertEquals(
                "map 'untyped' was declared without the types of its elements (__type in C): use MapView.of and MapCodecs",
                assertThrows(IllegalArgumentException.class, () -> object.view("untyped", Integer.class, byte[].class))
                        .getMessage());
        assertThrows(NoSuchElementException.class, () -> object.view("nope", Integer.class, Integer.class));
        List<Inner> events = new ArrayList<>();
        MapCodec<Inner> codec = object.codec("struct inner", Inner.class);
        new RingBufferReader((RingBufferMap) object.map("events"))
                .consume((memory, offset, length) -> events.add(codec.decode(memory, offset)));
        assertEquals(List.of((short) 3), events.stream().map(Inner::port).toList());
    }

    @Test
    void globalVariablesAreShared() throws RejectedProgramException {
        BpfObject object = BpfObject.load(ObjectSpec.read(TestObjects.read("map_values.o")), LoadOptions.of(1));
        var value = object.variable("fill.value", Map.class);
        assertEquals("", value.get().get("name"));
        object.program("fill").run(new ExecutionContext(0), new SkBuff(new byte[46], 0, 46));
        assertEquals("eth0", value.get().get("name"));
        value.set(Map.of("count", 7, "negative", 9));
        assertEquals(BigInteger.valueOf(9), value.get().get("negative"));
        object.program("fill").run(new ExecutionContext(0), new SkBuff(new byte[46], 0, 46));
        assertEquals(BigInteger.valueOf(-5), value.get().get("negative"));
        assertThrows(IllegalArgumentException.class, () -> value.set(Map.of("nothing", 7)));
        assertEquals(
                "no variable nope; there are [fill.value]",
                assertThrows(NoSuchElementException.class, () -> object.variable("nope", Integer.class))
                        .getMessage());
    }

    @Test
    void constantsAreSetBeforeLoading() throws Exception {
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(SAMPLES.resolve("rate_limit.o")));
        BpfObject object = BpfObject.load(spec.withVariable("rate", 7), LoadOptions.of(1));
        GlobalVariable<Long> rate = object.variable("rate", Long.class);
        assertEquals(7, rate.get());
        assertEquals(
                "update of map '.rodata' (ARRAY) failed with EPERM",
                assertThrows(MapOperationException.class, () -> rate.set(8L)).getMessage());
        assertEquals(7, rate.get());
    }

    /** Of {@code struct bucket} what one wants to see. */
    public record Bucket(int dropped, long tokensNs) {}

    @Test
    void recordsShowPartsOfStructs() throws Exception {
        BpfObject object = BpfObject.load(
                ObjectSpec.read(Files.readAllBytes(SAMPLES.resolve("rate_limit.o")))
                        .withVariable("rate", 1)
                        .withVariable("burst", 0), // no packet may pass, however much time goes by
                LoadOptions.of(1));
        byte[] packet = HexFormat.of().parseHex("4500001400010000401166c70a0000070a000003");
        SkBuff skb = new SkBuff(packet, 0, packet.length);
        skb.setProtocol(0x0008); // IPv4, in network byte order
        for (int i = 0; i < 5; i++) {
            object.program("rate_limit").run(new ExecutionContext(0), skb);
        }
        MapView<InetAddress, Bucket> buckets = object.view("buckets", InetAddress.class, Bucket.class);
        InetAddress source = InetAddress.getByName("10.0.0.7");
        assertEquals(5, buckets.get(source).orElseThrow().dropped());
        for (Map.Entry<InetAddress, Bucket> entry : buckets) {
            assertEquals(source, entry.getKey());
            assertEquals(new Bucket(5, 0), entry.getValue());
        }
        assertThrows(UnsupportedOperationException.class, () -> buckets.put(source, new Bucket(0, 0)));
    }
}
