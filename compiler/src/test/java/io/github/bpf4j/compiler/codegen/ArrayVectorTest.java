/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors of arrays do what vectors of {@code SkBuff}s do, with or without an {@code SkBuff} behind the scenes. */
class ArrayVectorTest {
    private static final int VECTOR = 256;
    private static final int VECTORS = 100;
    private static final long SEED = 20_8080;

    /** A program, and whether it can do without an {@code SkBuff}. */
    enum Case {
        DROPPER(true, ProgramCompilerTest.DROPPER),
        LENGTHS(true, """
                    r0 = *(u32 *)(r1 + 0)
                    r2 = *(u8 *)(r1 + 0)
                    r0 += r2
                    r2 = *(u16 *)(r1 + 0)
                    r0 += r2
                    r2 = *(u32 *)(r1 + 80)
                    r1 = *(u32 *)(r1 + 76)
                    r2 -= r1
                    r0 -= r2
                    exit
                """),
        WRITER(true, """
                    r0 = 0
                    r2 = *(u32 *)(r1 + 80)
                    r1 = *(u32 *)(r1 + 76)
                    r3 = r1
                    r3 += 16
                    if r3 > r2 goto out
                    r0 = *(u64 *)(r1 + 8)
                    *(u64 *)(r1 + 1) = r0
                    *(u16 *)(r1 + 14) = 0x1234
                    *(u8 *)(r1 + 0) = 69
                    r0 = *(u32 *)(r1 + 0)
                out:
                    exit
                """),
        COUNTER(true, """
                    r6 = *(u32 *)(r1 + 0)
                    w6 &= 3
                    *(u32 *)(r10 - 4) = r6
                    r1 = map[0]
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto none
                    r1 = 1
                    r1 = atomic_fetch_add((u64 *)(r0 + 0), r1)
                    r0 = r1
                    exit
                none:
                    r0 = 2
                    exit
                """),
        METADATA(false, """
                    r0 = *(u32 *)(r1 + 48)
                    r2 = *(u32 *)(r1 + 8)
                    r0 += r2
                    r2 = *(u32 *)(r1 + 0)
                    *(u32 *)(r1 + 48) = r2
                    *(u32 *)(r1 + 8) = r2
                    exit
                """),
        HELPER(false, """
                    r6 = r1
                    r2 = 4
                    r3 = r10
                    r3 += -8
                    r4 = 8
                    *(u64 *)(r10 - 8) = 0
                    call bpf_skb_load_bytes
                    r6 = *(u32 *)(r10 - 8)
                    r0 += r6
                    exit
                """),
        PACKET_KEY(false, """
                    r0 = 5
                    r3 = *(u32 *)(r1 + 80)
                    r2 = *(u32 *)(r1 + 76)
                    r4 = r2
                    r4 += 4
                    if r4 > r3 goto out
                    *(u32 *)(r2 + 0) = 1
                    r1 = map[0]
                    call bpf_map_lookup_elem
                    if r0 == 0 goto out
                    r0 = 6
                out:
                    exit
                """),
        SUBPROGRAM(false, """
                    call sub
                    exit
                sub:
                    r0 = *(u32 *)(r1 + 0)
                    exit
                """);

        private final boolean withoutBuffer;
        private final String text;

        Case(boolean withoutBuffer, String text) {
            this.withoutBuffer = withoutBuffer;
            this.text = text;
        }
    }

    private static BpfMap counters() throws MapException {
        return BpfMaps.create(
                new MapDefinition("counters", MapType.ARRAY, Integer.BYTES, Long.BYTES, 4, 0), MapEnvironment.of(1));
    }

    private static BpfProgram compile(String text, CompilerOptions options, BpfMap map) throws VerifierException {
        Program program = Program.of(
                "test", ProgramType.LWT_XMIT, Assembler.assemble(text).instructions(), List.of(map));
        return ProgramCompiler.compile(Verifier.verify(program), options);
    }

    private static boolean hasOwnMethod(BpfProgram program) {
        return Arrays.stream(program.getClass().getDeclaredMethods())
                .anyMatch(method -> method.getName().equals("arrayVector"));
    }

    private static byte[] packet(Random random) {
        byte[] packet = new byte[random.nextInt(100)];
        random.nextBytes(packet);
        if (packet.length > 34 && random.nextInt(4) != 0) {
            int words = 5 + random.nextInt(11);
            packet[0] = (byte) (0x40 | words);
            packet[9] = 6;
            if (packet.length > 4 * words + 3 && random.nextBoolean()) {
                packet[4 * words + 2] = 0x1f;
                packet[4 * words + 3] = (byte) 0x90;
            }
        }
        return packet;
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithBuffers(Case test) throws Exception {
        BpfMap countersOfBuffers = counters();
        BpfMap countersOfArrays = counters();
        BpfProgram onBuffers = compile(test.text, CompilerOptions.DEFAULT, countersOfBuffers);
        BpfProgram onArrays = compile(test.text, CompilerOptions.DEFAULT, countersOfArrays);
        assertEquals(test.withoutBuffer, hasOwnMethod(onArrays));
        ExecutionContext context = new ExecutionContext(0);
        Random random = new Random(SEED);
        for (int vector = 0; vector < VECTORS; vector++) {
            byte[][] arrays = new byte[VECTOR][];
            SkBuff[] buffers = new SkBuff[VECTOR];
            for (int i = 0; i < VECTOR; i++) {
                arrays[i] = packet(random);
                buffers[i] = new SkBuff(arrays[i].clone(), 0, arrays[i].length);
            }
            int count = random.nextInt(VECTOR + 1);
            int[] expected = new int[VECTOR];
            int[] actual = new int[VECTOR];
            onBuffers.run(context, buffers, count, expected);
            onArrays.run(context, arrays, count, actual);
            assertArrayEquals(expected, actual, "seed " + SEED + ", vector " + vector);
            for (int i = 0; i < VECTOR; i++) {
                assertArrayEquals(buffers[i].toByteArray(), arrays[i], "seed " + SEED + ", vector " + vector);
            }
        }
        assertEquals(0, context.traps());
        assertArrayEquals(
                countersOfBuffers.values().toArray(ValueLayout.JAVA_BYTE),
                countersOfArrays.values().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void debuggedProgramsRunOnArraysToo() throws Exception {
        BpfProgram program = compile(Case.LENGTHS.text, CompilerOptions.DEBUG, counters());
        int[] verdicts = new int[2];
        program.run(new ExecutionContext(0), new byte[][] {new byte[40], new byte[300]}, 2, verdicts);
        assertArrayEquals(new int[] {80, 300 % 256 + 300}, verdicts);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void dropsWhatTraps(Mode mode) {
        // the facts claim bounds that nothing checked, so the JVM's own check is what stops the program
        BpfProgram program = ProgramCompiler.compile(SimpleFacts.of(ProgramType.LWT_OUT, """
                    r1 = *(u32 *)(r1 + 76)
                    r0 = *(u8 *)(r1 + 50)
                    exit
                """), mode.options);
        ExecutionContext context = new ExecutionContext(0);
        int[] verdicts = {9, 9, 9};
        program.run(context, new byte[][] {new byte[60], new byte[40], new byte[60]}, 3, verdicts);
        assertArrayEquals(new int[] {0, 2, 0}, verdicts);
        assertEquals(1, context.traps());
    }

    @ParameterizedTest
    @EnumSource(names = {"DROPPER", "METADATA"})
    void aMissingPacketIsTheCallersMistake(Case test) throws Exception {
        BpfProgram program = compile(test.text, CompilerOptions.DEFAULT, counters());
        ExecutionContext context = new ExecutionContext(0);
        byte[][] packets = new byte[1][];
        int[] verdicts = new int[1];
        assertThrows(NullPointerException.class, () -> program.run(context, packets, 1, verdicts));
        assertEquals(0, context.traps());
    }

    @Test
    void rawProgramsHaveNoPackets() {
        BpfProgram program =
                ProgramCompiler.compile(SimpleFacts.of(ProgramType.RAW, "r0 = 1\nexit\n"), CompilerOptions.DEFAULT);
        byte[][] packets = {new byte[20]};
        assertThrows(
                UnsupportedOperationException.class,
                () -> program.run(new ExecutionContext(0), packets, 1, new int[1]));
    }
}
