/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.ArrayOfMaps;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.ProgramArrayMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Verified packet programs: maps, helpers that move the packet, callbacks, tail calls. */
class PacketProgramTest {
    private final ExecutionContext context = new ExecutionContext(0);

    private static BpfMap map(MapType type, int keySize, int valueSize, int entries) throws MapException {
        return BpfMaps.create(new MapDefinition("m", type, keySize, valueSize, entries, 0), MapEnvironment.of(1));
    }

    private static BpfProgram compile(Mode mode, ProgramType type, String text, BpfMap... maps)
            throws VerifierException {
        Program program = Program.of("test", type, Assembler.assemble(text).instructions(), List.of(maps));
        return ProgramCompiler.compile(Verifier.verify(program), mode.options);
    }

    private static SkBuff heap(int length) {
        return new SkBuff(new byte[length + 64], 32, length);
    }

    private static SkBuff segment(int length) {
        return new SkBuff(Arena.ofAuto().allocate(length + 64), 32, length);
    }

    /** The JVM wants a local assigned on every path, also where the register cannot be read and is not. */
    @ParameterizedTest
    @EnumSource
    void readsWhatACallMadeUnreadableOnAnotherPath(Mode mode) throws Exception {
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    r6 = r1
                    r9 = *(u32 *)(r6 + 8)
                    r0 = 2
                    if r9 > 3 goto packet
                    call bpf_get_smp_processor_id
                    goto meet
                packet:
                    r4 = *(u32 *)(r6 + 76)
                    r3 = *(u32 *)(r6 + 80)
                    r5 = r4
                    r5 += 1
                    if r5 > r3 goto out
                meet:
                    r0 = 1
                    if r9 <= 3 goto out
                    r0 = *(u8 *)(r4 + 0)
                out:
                    exit
                """);
        for (SkBuff packet : List.of(heap(1), segment(1))) {
            packet.memory().set(ValueLayout.JAVA_BYTE, 32, (byte) 77);
            packet.setMark(3);
            assertEquals(1, program.run(context, packet));
            packet.setMark(4);
            assertEquals(77, program.run(context, packet));
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsInMaps(Mode mode) throws Exception {
        BpfMap histogram = map(MapType.HASH, 4, 8, 16);
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    r2 = *(u32 *)(r1 + 0)
                    *(u32 *)(r10 - 4) = r2
                    *(u64 *)(r10 - 16) = 1
                    r1 = map[0]
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto add
                    r1 = 1
                    lock *(u64 *)(r0 + 0) += r1
                    goto out
                add:
                    r1 = map[0]
                    r2 = r10
                    r2 += -4
                    r3 = r10
                    r3 += -16
                    r4 = 0
                    call bpf_map_update_elem
                out:
                    r0 = 0
                    exit
                """, histogram);
        for (int i = 0; i < 5; i++) {
            assertEquals(0, program.run(context, heap(40)));
            assertEquals(0, program.run(context, segment(60)));
        }
        assertEquals(0, program.run(context, heap(40)));
        assertEquals(6, count(histogram, 40));
        assertEquals(5, count(histogram, 60));
    }

    private static long count(BpfMap map, int key) {
        MemorySegment bytes = Arena.ofAuto().allocate(4, 4);
        bytes.set(ValueLayout.JAVA_INT, 0, key);
        long offset = map.lookup(0, bytes, 0);
        return offset < 0 ? -1 : map.values().get(ValueLayout.JAVA_LONG, offset);
    }

    @ParameterizedTest
    @EnumSource
    void indexesArrays(Mode mode) throws Exception {
        BpfMap array = map(MapType.ARRAY, 4, 8, 4);
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    r2 = *(u32 *)(r1 + 8)
                    *(u32 *)(r10 - 4) = r2
                    r1 = map[0]
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    r6 = r0
                    r0 = 7
                    if r6 == 0 goto out
                    r1 = *(u64 *)(r6 + 0)
                    r1 += 1
                    *(u64 *)(r6 + 0) = r1
                    r0 = r1
                out:
                    exit
                """, array);
        SkBuff skb = heap(40);
        skb.setMark(3);
        assertEquals(1, program.run(context, skb));
        assertEquals(2, program.run(context, skb));
        skb.setMark(4);
        assertEquals(7, program.run(context, skb));
        assertEquals(2, count(array, 3));
    }

    @ParameterizedTest
    @EnumSource
    void followsThePacketThatMoves(Mode mode) throws Exception {
        BpfProgram program = compile(mode, ProgramType.LWT_XMIT, """
                    r6 = r1
                    r2 = 200
                    r3 = 0
                    call bpf_skb_change_head
                    if r0 != 0 goto bad
                    r1 = *(u32 *)(r6 + 76)
                    r2 = *(u32 *)(r6 + 80)
                    r3 = r1
                    r3 += 4
                    if r3 > r2 goto bad
                    *(u32 *)(r1 + 0) = 0x01020304
                    r0 = *(u8 *)(r1 + 0)
                    exit
                bad:
                    r0 = 99
                    exit
                """);
        for (SkBuff skb : List.of(heap(40), segment(40))) {
            assertEquals(4, program.run(context, skb));
            assertEquals(240, skb.length());
            assertEquals(4, skb.memory().get(ValueLayout.JAVA_BYTE, skb.data()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsBack(Mode mode) throws Exception {
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    *(u64 *)(r10 - 8) = 0
                    r1 = 10
                    r2 = func[body]
                    r3 = r10
                    r3 += -8
                    r4 = 0
                    call bpf_loop
                    r1 = *(u64 *)(r10 - 8)
                    r0 *= 1000
                    r0 += r1
                    exit
                body:
                    *(u64 *)(r10 - 8) = r1
                    r3 = *(u64 *)(r2 + 0)
                    r4 = *(u64 *)(r10 - 8)
                    r3 += r4
                    *(u64 *)(r2 + 0) = r3
                    r0 = 0
                    if r1 != 6 goto more
                    r0 = 1
                more:
                    exit
                """);
        assertEquals(7 * 1000 + 21, program.run(context, heap(40)));
        assertEquals(7 * 1000 + 21, program.run(context, segment(40)));
        assertEquals(ExecutionContext.FRAME_SIZE, context.callbackFrame());
    }

    @ParameterizedTest
    @EnumSource
    void callsTails(Mode mode) throws Exception {
        BpfMap programs = map(MapType.PROG_ARRAY, 4, 4, 2);
        String chain = """
                    r6 = r1
                    r7 = *(u32 *)(r1 + 48)
                    r7 += 1
                    *(u32 *)(r1 + 48) = r7
                    r2 = map[0]
                    r3 = 0
                    call bpf_tail_call
                    r0 = *(u32 *)(r6 + 48)
                    exit
                """;
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, chain, programs);
        SkBuff empty = heap(40);
        assertEquals(1, program.run(context, empty));
        assertEquals(0, ((ProgramArrayMap) programs).set(0, program));
        for (SkBuff skb : List.of(heap(40), segment(40))) {
            assertEquals(34, program.run(context, skb));
        }
        int[] verdicts = new int[2];
        program.run(context, new SkBuff[] {heap(40), segment(40)}, 2, verdicts);
        assertEquals(34, verdicts[0]);
        assertEquals(34, verdicts[1]);
    }

    @ParameterizedTest
    @EnumSource
    void tailCallInSubprogramReturnsToItsCaller(Mode mode) throws Exception {
        BpfMap programs = map(MapType.PROG_ARRAY, 4, 4, 2);
        BpfProgram target = compile(mode, ProgramType.LWT_OUT, "*(u64 *)(r10 - 8) = 5\nr0 = 40\nexit\n", programs);
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    *(u64 *)(r10 - 8) = 2
                    call sub
                    r1 = *(u64 *)(r10 - 8)
                    r0 += r1
                    exit
                sub:
                    r6 = r1
                    r2 = map[0]
                    r3 = 1
                    call bpf_tail_call
                    r0 = *(u64 *)(r6 + 48)
                    exit
                """, programs);
        assertEquals(2, program.run(context, heap(40)));
        assertEquals(0, ((ProgramArrayMap) programs).set(1, target));
        assertEquals(42, program.run(context, heap(40)));
    }

    @ParameterizedTest
    @EnumSource
    void resultOfSubprogramMayBeThatOfATailCall(Mode mode) throws Exception {
        BpfMap programs = map(MapType.PROG_ARRAY, 4, 4, 2);
        BpfProgram target = compile(mode, ProgramType.LWT_OUT, "r0 = 0x123456789 ll\nexit\n", programs);
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    call sub
                    if r0 == 5 goto known
                    r0 >>= 4
                    exit
                known:
                    r0 = 1
                    exit
                sub:
                    r2 = map[0]
                    r3 = 1
                    call bpf_tail_call
                    r0 = 5
                    exit
                """, programs);
        assertEquals(1, program.run(context, heap(40)));
        assertEquals(0, ((ProgramArrayMap) programs).set(1, target));
        for (SkBuff skb : List.of(heap(40), segment(40))) {
            assertEquals(0x12345678, program.run(context, skb));
        }
    }

    @ParameterizedTest
    @EnumSource
    void numberFromATailCallIsNoPointer(Mode mode) throws Exception {
        BpfMap programs = map(MapType.PROG_ARRAY, 4, 4, 2);
        BpfMap values = map(MapType.ARRAY, 4, 8, 1);
        BpfProgram target = compile(mode, ProgramType.LWT_OUT, "r0 = 7\nexit\n", programs);
        // the result is a pointer or any number, so that nothing can be done with it but to forget it
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    call sub
                    r6 = r0
                    r0 = 3
                    exit
                sub:
                    r2 = map[0]
                    r3 = 1
                    call bpf_tail_call
                    r0 = map[1][0]
                    exit
                """, programs, values);
        assertEquals(3, program.run(context, heap(40)));
        assertEquals(0, ((ProgramArrayMap) programs).set(1, target));
        assertEquals(3, program.run(context, heap(40)));
    }

    @ParameterizedTest
    @EnumSource
    void lookupInMapOfMapsGivesAMapOrNull(Mode mode) throws Exception {
        BpfMap inner = map(MapType.ARRAY, 4, 8, 1);
        inner.values().set(ValueLayout.JAVA_LONG, 0, 41);
        BpfMap outer = BpfMaps.create(
                new MapDefinition("outer", MapType.ARRAY_OF_MAPS, 4, 4, 2, 0, 0, inner.definition()),
                MapEnvironment.of(1));
        BpfProgram program = compile(mode, ProgramType.LWT_OUT, """
                    r1 = *(u32 *)(r1 + 8)
                    *(u32 *)(r10 - 4) = r1
                    *(u32 *)(r10 - 8) = 0
                    r1 = map[0]
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto out
                    r1 = r0
                    r2 = r10
                    r2 += -8
                    call bpf_map_lookup_elem
                    if r0 == 0 goto out
                    r0 = *(u64 *)(r0 + 0)
                    r0 += 1
                out:
                    exit
                """, outer);
        assertEquals(0, ((ArrayOfMaps) outer).set(1, inner));
        for (SkBuff skb : List.of(heap(40), segment(40))) {
            assertEquals(0, program.run(context, skb));
            skb.setMark(1);
            assertEquals(42, program.run(context, skb));
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorsDropWhatTraps(Mode mode) {
        // the facts claim bounds that nothing checked, so the JVM's own check is what stops the program
        BpfProgram program = ProgramCompiler.compile(SimpleFacts.of(ProgramType.LWT_OUT, """
                            r1 = *(u32 *)(r1 + 76)
                            r0 = *(u8 *)(r1 + 50)
                            exit
                        """), mode.options);
        SkBuff[] packets = {
            new SkBuff(new byte[60], 0, 60),
            new SkBuff(new byte[40], 0, 40),
            new SkBuff(Arena.ofAuto().allocate(40), 0, 40),
            new SkBuff(new byte[60], 0, 60)
        };
        int[] verdicts = {9, 9, 9, 9};
        assertNull(context.lastTrap());
        program.run(context, packets, packets.length, verdicts);
        assertEquals(
                List.of(0, 2, 2, 0), java.util.Arrays.stream(verdicts).boxed().toList());
        assertEquals(2, context.traps());
        assertNotNull(context.lastTrap());
    }
}
