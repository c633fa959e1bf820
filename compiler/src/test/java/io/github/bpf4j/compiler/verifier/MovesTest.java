/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.VerifierHarness.accept;
import static io.github.bpf4j.compiler.verifier.VerifierHarness.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.bpf4j.compiler.verifier.RegisterFact.Pointer;
import io.github.bpf4j.compiler.verifier.RegisterFact.Scalar;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import org.junit.jupiter.api.Test;

class MovesTest {
    private static RegisterFact behind(String move) {
        VerifiedProgram verified = accept(move + "\nr0 = r2\nexit");
        InstructionFacts facts =
                verified.instructions().get(verified.instructions().size() - 2);
        assertNotNull(facts);
        return facts.registers().get(2);
    }

    private static void assertConstant(long expected, String move) {
        Scalar scalar = assertInstanceOf(Scalar.class, behind(move));
        assertEquals(expected, scalar.smin());
        assertEquals(expected, scalar.smax());
    }

    @Test
    void constantsExtendToTheirWidth() {
        assertConstant(-1, "r2 = -1");
        assertConstant(0xffff_ffffL, "w2 = -1");
        assertConstant(0x1122_3344_5566_7788L, "r2 = 0x1122334455667788 ll");
    }

    @Test
    void movesExtendSigns() {
        assertConstant(-128, "r3 = 0x80\nr2 = (s8)r3");
        assertConstant(0xffff_ff80L, "r3 = 0x80\nw2 = (s8)w3");
    }

    @Test
    void movesOf64BitsKeepPointers() {
        Pointer pointer = assertInstanceOf(Pointer.class, behind("r2 = r10"));
        assertEquals(PointerKind.STACK, pointer.kind());
    }

    @Test
    void movesOf32BitsMakeNumbersOfPointers() {
        Scalar scalar = assertInstanceOf(Scalar.class, behind("w2 = w10"));
        assertEquals(0, scalar.umin());
        assertEquals(0xffff_ffffL, scalar.umax());
    }

    @Test
    void addressesOfMapValuesHaveTheirOffset() {
        Pointer pointer = assertInstanceOf(Pointer.class, behind("r2 = map[array][0] + 8"));
        assertEquals(PointerKind.MAP_VALUE, pointer.kind());
        assertEquals(8, pointer.minOffset());
    }

    @Test
    void rejectsUnsetSourcesAndTheFramePointerAsTarget() {
        reject("R3 !read_ok", "r2 = r3\nr0 = 0\nexit");
        reject("frame pointer is read only", "r10 = r1\nr0 = 0\nexit");
        reject("frame pointer is read only", "r10 = 1\nr0 = 0\nexit");
    }
}
