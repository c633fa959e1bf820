/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramCompilerTest {
    static final String DROPPER = """
                r6 = r1
                w0 = 0
                r2 = *(u32 *)(r6 + 80)
                r1 = *(u32 *)(r6 + 76)
                r3 = r1
                r3 += 20
                if r3 > r2 goto out
                r4 = *(u8 *)(r1 + 9)
                if r4 != 6 goto out
                r4 = *(u8 *)(r1 + 0)
                w4 &= 15
                w4 <<= 2
                r1 += r4
                r3 = r1
                r3 += 4
                if r3 > r2 goto out
                r5 = *(u16 *)(r1 + 2)
                w0 = 2
                if w5 == 0x901f goto out
                w0 = 0
            out:
                exit
            """;

    private final ExecutionContext context = new ExecutionContext(0);

    private static byte[] tcp(int headerWords, int port, int length) {
        byte[] packet = new byte[length];
        packet[0] = (byte) (0x40 | headerWords);
        if (length > 9) {
            packet[9] = 6;
        }
        int at = headerWords * 4 + 2;
        if (at + 1 < length) {
            packet[at] = (byte) (port >> 8);
            packet[at + 1] = (byte) port;
        }
        return packet;
    }

    @ParameterizedTest
    @EnumSource
    void dropsPort8080(Mode mode) {
        BpfProgram program = ProgramCompiler.compile(SimpleFacts.of(ProgramType.LWT_OUT, DROPPER), mode.options);
        byte[][] packets = {tcp(5, 8080, 40), tcp(5, 80, 40), tcp(8, 8080, 60), tcp(5, 8080, 19), tcp(15, 8080, 40)};
        long[] expected = {2, 0, 2, 0, 0};
        SkBuff[] vector = new SkBuff[2 * packets.length];
        for (int i = 0; i < packets.length; i++) {
            vector[2 * i] = new SkBuff(packets[i], 0, packets[i].length);
            MemorySegment memory = Arena.ofAuto().allocate(packets[i].length);
            memory.copyFrom(MemorySegment.ofArray(packets[i]));
            vector[2 * i + 1] = new SkBuff(memory, 0, packets[i].length);
            assertEquals(expected[i], program.run(context, vector[2 * i]));
            assertEquals(expected[i], program.run(context, vector[2 * i + 1]));
        }
        int[] verdicts = new int[vector.length];
        program.run(context, vector, vector.length, verdicts);
        for (int i = 0; i < vector.length; i++) {
            assertEquals(expected[i / 2], verdicts[i]);
        }
    }

    private long raw(String text, Mode mode, long... words) {
        MemorySegment memory = Arena.ofAuto().allocate(8L * words.length, 8);
        for (int i = 0; i < words.length; i++) {
            memory.set(java.lang.foreign.ValueLayout.JAVA_LONG, 8L * i, words[i]);
        }
        return ProgramCompiler.compile(SimpleFacts.of(ProgramType.RAW, text), mode.options)
                .run(context, memory);
    }

    @ParameterizedTest
    @EnumSource
    void computes(Mode mode) {
        assertEquals(55, raw("""
                    r0 = 0
                    r1 = 10
                again:
                    r0 += r1
                    r1 -= 1
                    if r1 != 0 goto again
                    exit
                """, mode));
        assertEquals(12, raw("""
                    r0 = *(u64 *)(r1 + 0)
                    r3 = *(u64 *)(r1 + 8)
                    r0 += r3
                    exit
                """, mode, 5, 7));
        assertEquals(0xffffffffL, raw("w0 = -1\nexit", mode));
        assertEquals(-1L, raw("r0 = -1\nexit", mode));
        assertEquals(0, raw("r0 = 5\nr1 = 0\nr0 /= r1\nexit", mode));
        assertEquals(5, raw("r0 = 5\nr1 = 0\nr0 %= r1\nexit", mode));
        assertEquals(0x2211, raw("r0 = 0x1122\nr0 = be16 r0\nexit", mode));
    }

    @ParameterizedTest
    @EnumSource
    void keepsStackInLocalsAndMemory(Mode mode) {
        assertEquals(0x0506_0304_0102L, raw("""
                    *(u16 *)(r10 - 8) = 0x0102
                    *(u16 *)(r10 - 6) = 0x0304
                    *(u32 *)(r10 - 4) = 0x0506
                    r0 = *(u64 *)(r10 - 8)
                    exit
                """, mode));
        assertEquals(7 + 3, raw("""
                    *(u64 *)(r10 - 8) = 7
                    r1 = r10
                    r1 += -8
                    call add
                    r0 = *(u64 *)(r10 - 8)
                    exit
                add:
                    r2 = *(u64 *)(r1 + 0)
                    r2 += 3
                    *(u64 *)(r1 + 0) = r2
                    r0 = 0
                    exit
                """, mode));
    }

    @ParameterizedTest
    @EnumSource
    void spillsPointers(Mode mode) {
        assertEquals(99, raw("""
                    *(u64 *)(r10 - 8) = r1
                    r2 = *(u64 *)(r10 - 8)
                    r0 = *(u64 *)(r2 + 8)
                    exit
                """, mode, 1, 99));
        assertEquals(99, raw("""
                    *(u64 *)(r10 - 16) = r1
                    r1 = r10
                    r1 += -16
                    call fetch
                    exit
                fetch:
                    r2 = *(u64 *)(r1 + 0)
                    r0 = *(u64 *)(r2 + 8)
                    exit
                """, mode, 1, 99));
    }

    @ParameterizedTest
    @EnumSource
    void atomics(Mode mode) {
        assertEquals(5 + 12, raw("""
                    r3 = 7
                    r3 = atomic_fetch_add((u64 *)(r1 + 0), r3)
                    r0 = *(u64 *)(r1 + 0)
                    r0 += r3
                    exit
                """, mode, 5));
    }

    @Test
    void trapsNameTheInstruction() {
        ProgramTrapException trap =
                assertThrows(ProgramTrapException.class, () -> raw("r0 = *(u64 *)(r1 + 8)\nexit", Mode.HIDDEN, 5));
        assertTrue(trap.getMessage().startsWith("test: run-time check at instruction 0"), trap.getMessage());
    }
}
