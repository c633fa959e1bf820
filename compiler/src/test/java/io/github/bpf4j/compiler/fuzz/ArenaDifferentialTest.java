/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A slice of what {@link ArenaDifferential} compares. */
@RequiresKernel
class ArenaDifferentialTest {
    private static final ArenaPair.Extent COMPILED = new ArenaPair.Extent(false, false);

    @Test
    void programsLeaveTheSamePagesAsInLinux() {
        int runs = ArenaDifferential.compare(300, 20261121, 150);
        assertTrue(runs > 200, runs + " programs ran");
    }

    /** Linux decides for an instruction and not for a path whether it is done in 32 bits. The interpreter only knows paths. */
    @Test
    void arithmeticIsDoneIn32BitsOnPathsWithoutAnArenaPointerToo() {
        byte[] pages = new byte[ArenaPages.BYTES];
        try (ArenaPair pair = new ArenaPair(0x1000_0000_0000L, 0)) {
            for (byte taken = 0; taken <= 1; taken++) {
                pages[100] = taken;
                assertEquals("", pair.difference(assemble("""
                                r1 = map[pages]
                                r2 = 100
                                r2 = addr_space_cast(r2, 0, 1)
                                r3 = 0x500000007 ll
                                r4 = *(u8 *)(r2 + 0)
                                if r4 == 0 goto +1
                                r3 = r2
                                r3 += 1
                                *(u64 *)(r2 + 8) = r3
                                r5 = 0
                                if r4 != 0 goto +2
                                r3 >>= 32
                                r5 = r3
                                r0 = r5
                                exit
                                """), pages, COMPILED));
            }
            assertEquals(2, pair.runs());
        }
    }

    /** On the path without an arena pointer, the map's value is at an offset of 4 to Linux, and of 4 minus 2 to the power of 32 in fact. */
    @Test
    void whoReliesOn64BitResultsOfSuchArithmeticIsRefused() {
        try (ArenaPair pair = new ArenaPair(0x1000_0000_0000L, 0)) {
            String difference = pair.difference(assemble("""
                    r1 = map[pages]
                    r2 = 100
                    r2 = addr_space_cast(r2, 0, 1)
                    *(u64 *)(r10 - 8) = 0
                    r3 = 0x100000004 ll
                    r5 = 0x100000000 ll
                    r4 = *(u8 *)(r2 + 0)
                    if r4 == 0 goto +1
                    r3 = r2
                    r3 += 0
                    r0 = 0
                    if r4 != 0 goto +4
                    r3 -= r5
                    r6 = r10
                    r6 += r3
                    r0 = *(u8 *)(r6 - 8)
                    exit
                    """), new byte[ArenaPages.BYTES], COMPILED);
            assertTrue(difference.startsWith("refused here only"), difference);
        }
    }

    /**
     * Linux takes an atomic operation that works on the arena on one path and on the stack on another, and then on the latter takes the stack's address
     * for one in the arena. Here it is refused as any other access of that kind.
     */
    @Test
    void anAtomicOperationMustNotWorkOnTheArenaOnSomePathsOnly() {
        try (ArenaPair pair = new ArenaPair(0x1000_0000_0000L, 0)) {
            String difference = pair.difference(assemble("""
                    r1 = map[pages]
                    *(u64 *)(r10 - 8) = 0
                    r2 = 8
                    r2 = addr_space_cast(r2, 0, 1)
                    r4 = *(u8 *)(r2 + 0)
                    r3 = 1
                    if r4 == 0 goto +1
                    r2 = r10
                    lock *(u64 *)(r2 - 8) += r3
                    r0 = 0
                    exit
                    """), new byte[ArenaPages.BYTES], COMPILED);
            assertTrue(
                    difference.startsWith("refused here only")
                            && difference.contains("same insn cannot be used with different pointers"),
                    difference);
        }
    }

    private static List<Instruction> assemble(String text) {
        return Assembler.assemble(text, List.of("pages")).instructions();
    }
}
