/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.VerifierHarness.accept;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.bpf4j.compiler.verifier.RegisterFact.Scalar;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import org.junit.jupiter.api.Test;

/** Paths that pruning ended count in the facts although nobody followed them to their end. */
class EndedPathsTest {
    private static Scalar register(VerifiedProgram verified, int slot, int register) {
        InstructionFacts facts = verified.instructions().get(slot);
        assertNotNull(facts);
        return assertInstanceOf(Scalar.class, facts.registers().get(register));
    }

    /** Enough instructions and jumps for Linux and this verifier to keep the state at the next place where paths meet. */
    private static final String PREFIX = "goto +0\n" + "r3 = 0\n".repeat(8);

    private static VerifiedProgram acceptWithOnePathEnded(String text) {
        VerifiedProgram verified = accept(PREFIX + text);
        assertEquals(
                verified.instructions().size() + 1,
                verified.statistics().processedInstructions(),
                "every instruction once, and the one at which the second path ends");
        return verified;
    }

    @Test
    void registersOfEndedPathsAreFollowed() {
        VerifiedProgram verified = acceptWithOnePathEnded("""
                    r2 = *(u32 *)(r1 + 8)
                    r6 = 1
                    if r2 == 0 goto join
                    r6 = 5
                join:
                    r7 = r6
                    r7 += 1
                    *(u32 *)(r1 + 8) = r7
                    r0 = 0
                    exit
                """);
        assertEquals(1, register(verified, 13, 6).umin());
        assertEquals(5, register(verified, 13, 6).umax());
        assertEquals(2, register(verified, 15, 7).umin());
        assertEquals(6, register(verified, 15, 7).umax());
    }

    @Test
    void scalarsThatEndedPathsSavedComeBackFromTheStack() {
        VerifiedProgram verified = acceptWithOnePathEnded("""
                    r2 = *(u32 *)(r1 + 8)
                    r6 = 1
                    *(u64 *)(r10 - 8) = r6
                    if r2 == 0 goto join
                    r6 = 5
                    *(u64 *)(r10 - 8) = r6
                join:
                    r7 = *(u64 *)(r10 - 8)
                    *(u32 *)(r1 + 8) = r7
                    r0 = 0
                    exit
                """);
        assertEquals(1, register(verified, 16, 7).umin());
        assertEquals(5, register(verified, 16, 7).umax());
    }
}
