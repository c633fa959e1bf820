/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.VerifierHarness.accept;
import static io.github.bpf4j.compiler.verifier.VerifierHarness.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import io.github.bpf4j.runtime.program.ProgramType;
import org.junit.jupiter.api.Test;

/** Whole programs: the tutorial's packet dropper and histogram, and the facts they leave for code generation. */
class VerifierTest {
    private static final String DROPPER = """
            r0 = 0
            r2 = *(u32 *)(r1 + 80)
            r1 = *(u32 *)(r1 + 76)
            r3 = r1
            r3 += 20
            if r3 > r2 goto out
            r3 = *(u8 *)(r1 + 9)
            if r3 != 6 goto out
            r3 = *(u8 *)(r1 + 0)
            r3 <<= 2
            r3 &= 60
            r1 += r3
            r3 = r1
            r3 += 20
            if r3 > r2 goto out
            r1 = *(u16 *)(r1 + 2)
            if r1 != 0x901f goto out
            r1 = map[rdonly][0] + 0 ll
            r2 = 10
            call 6
            r0 = 2
        out:
            exit
        """;

    private static final String HISTOGRAM = """
            r2 = 1
            *(u64 *)(r10 - 16) = r2
            r3 = *(u32 *)(r1 + 0)
            r1 = 1
            if r3 > 0xffff goto a
            r1 = 0
        a:  r1 <<= 4
            r3 >>= r1
            r4 = 1
            if r3 > 0xff goto b
            r4 = 0
        b:  r4 <<= 3
            r3 >>= r4
            r5 = 1
            if r3 > 0xf goto c
            r5 = 0
        c:  r5 <<= 2
            r3 >>= r5
            if r3 > 3 goto d
            r2 = 0
        d:  r2 <<= 1
            r3 >>= r2
            r3 >>= 1
            r1 |= r3
            r1 |= r4
            r1 |= r5
            r1 |= r2
            *(u64 *)(r10 - 8) = r1
            r2 = r10
            r2 += -8
            r1 = map[hash8] ll
            call 1
            if r0 == 0 goto e
            r1 = 1
            lock *(u64 *)(r0 + 0) += r1
            goto f
        e:  r2 = r10
            r2 += -8
            r3 = r10
            r3 += -16
            r1 = map[hash8] ll
            r4 = 0
            call 2
        f:  r0 = 0
            exit
        """;

    @Test
    void acceptsTheDropper() {
        for (ProgramType type : ProgramType.LWT) {
            VerifiedProgram verified = accept(type, DROPPER);
            InstructionFacts last =
                    verified.instructions().get(verified.instructions().size() - 1);
            RegisterFact.Scalar r0 =
                    assertInstanceOf(RegisterFact.Scalar.class, last.registers().get(0));
            assertEquals(0, r0.umin());
            assertEquals(2, r0.umax());
        }
    }

    @Test
    void knowsThePacketPointersOfTheDropper() {
        VerifiedProgram verified = accept(DROPPER);
        RegisterFact.Pointer r1 = assertInstanceOf(
                RegisterFact.Pointer.class,
                verified.instructions().get(15).registers().get(1));
        assertEquals(PointerKind.PACKET, r1.kind());
        assertEquals(0, r1.minOffset());
        assertEquals(60, r1.maxOffset());
        assertNull(verified.instructions().get(18), "the second slot of a 64-bit constant has no facts");
    }

    @Test
    void acceptsTheHistogram() {
        VerifiedProgram verified = accept(ProgramType.LWT_IN, HISTOGRAM);
        VerifiedProgram.Subprogram main = verified.subprograms().get(0);
        assertEquals(16, main.stackDepth());
        assertTrue(main.memoryStackBytes().get(512 - 16));
        assertFalse(main.memoryStackBytes().get(512 - 17));
        // Paths that pruning ended count: the key is a number of any path, not just of the first.
        RegisterFact.Scalar key = assertInstanceOf(
                RegisterFact.Scalar.class,
                verified.instructions().get(27).registers().get(1));
        assertEquals(0, key.umin());
        assertTrue(key.umax() >= 31, key::toString);
    }

    @Test
    void rejectsReadsOfUnsetRegisters() {
        VerifierException e = reject("R2 !read_ok", "r0 = r2\nexit");
        assertEquals(0, e.slot());
        assertEquals(new Rejection.UninitializedRegister(2), e.reason());
    }

    @Test
    void rejectsPacketAccessBehindTheProvenRange() {
        VerifierException e = reject("invalid access to packet, off=14 size=2, R1(id=0,off=14,r=10)", """
                    r2 = *(u32 *)(r1 + 80)
                    r1 = *(u32 *)(r1 + 76)
                    r3 = r1
                    r3 += 10
                    r0 = 0
                    if r3 > r2 goto out
                    r0 = *(u16 *)(r1 + 14)
                out: exit
                """);
        assertEquals(6, e.slot());
        assertEquals(1, e.register());
        assertEquals("pkt(r=10)", e.registerState());
        assertEquals(1, e.path().size());
        assertFalse(e.path().get(0).taken());
    }

    @Test
    void rejectsUncheckedLookups() {
        reject("R0 invalid mem access 'map_value_or_null'", """
                    r1 = map[hash8] ll
                    *(u64 *)(r10 - 8) = 0
                    r2 = r10
                    r2 += -8
                    call 1
                    r0 = *(u64 *)(r0 + 0)
                    exit
                """);
    }

    @Test
    void rejectsContextFieldsThatDoNotExist() {
        reject("invalid bpf_context access off=72 size=4", "r0 = *(u32 *)(r1 + 72)\nexit");
    }

    @Test
    void rejectsPacketWritesWhereTheTypeForbidsThem() {
        reject(ProgramType.LWT_OUT, "cannot write into packet", """
                    r2 = *(u32 *)(r1 + 80)
                    r1 = *(u32 *)(r1 + 76)
                    r3 = r1
                    r3 += 10
                    r0 = 0
                    if r3 > r2 goto out
                    *(u8 *)(r1 + 0) = r0
                out: exit
                """);
    }

    @Test
    void acceptsBoundedLoops() {
        VerifiedProgram verified = accept("""
                    r1 = 0
                    r0 = 0
                top: r0 += r1
                    r1 += 1
                    if r1 < 100 goto top
                    exit
                """);
        assertTrue(verified.statistics().processedInstructions() > 300);
    }

    @Test
    void rejectsInfiniteLoops() {
        VerifierException e =
                reject("infinite loop detected at insn 1", "r0 = 0\ntop: r2 = 1\nif r2 == 1 goto top\nexit");
        assertEquals(new Rejection.InfiniteLoop(), e.reason());
    }

    @Test
    void stopsWhenTheBudgetIsUsedUp() {
        VerifierException e = reject("BPF program is too large. Processed 1000001 insn", """
                    r6 = 0
                top: r6 += 1
                    if r6 != 0x7fffffff goto top
                    r0 = 0
                    exit
                """);
        assertInstanceOf(Rejection.BudgetExhausted.class, e.reason());
    }

    @Test
    void understandsRawLoopsThatNeverEnd() {
        accept(ProgramType.RAW, """
                    r0 = 0
                top: r3 = *(u8 *)(r1 + 0)
                    r0 += r3
                    r1 += 1
                    r2 += -1
                    if r2 != 0 goto top
                    exit
                """);
    }
}
