/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Facts that hold are confirmed, facts made wrong are found. */
class FactsCheckTest {
    private static final String TEXT = """
            r6 = *(u32 *)(r1 + 8)
            r6 &= 7
            if r6 > 7 goto dead
            r2 = r10
            r2 += -8
            *(u64 *)(r2 + 0) = r6
            r0 = r6
            exit
            dead:
            r0 = 1
            exit
            """;

    private static VerifiedProgram verified() throws VerifierException {
        return Verifier.verify(Program.of(
                "facts", ProgramType.LWT_XMIT, Assembler.assemble(TEXT).instructions(), List.of()));
    }

    private static FactsCheck run(VerifiedProgram verified) {
        SkBuff skb = new SkBuff(new byte[64], 32, 20);
        skb.setMark(13);
        FactsCheck check = new FactsCheck(verified);
        Interpreter.run(verified.program(), new ExecutionContext(0), skb, 100, check);
        return check;
    }

    private static VerifiedProgram with(VerifiedProgram verified, int slot, @Nullable InstructionFacts facts) {
        List<@Nullable InstructionFacts> all = new ArrayList<>(verified.instructions());
        all.set(slot, facts);
        return new VerifiedProgram(verified.program(), verified.subprograms(), all, verified.statistics());
    }

    private static VerifiedProgram with(VerifiedProgram verified, int slot, int register, RegisterFact fact) {
        InstructionFacts old =
                java.util.Objects.requireNonNull(verified.instructions().get(slot));
        List<RegisterFact> registers = new ArrayList<>(old.registers());
        registers.set(register, fact);
        return with(
                verified, slot, new InstructionFacts(registers, old.branchTaken(), old.branchNotTaken(), old.arena()));
    }

    @Test
    void whatTheVerifierSaysHolds() throws VerifierException {
        FactsCheck check = run(verified());
        assertNull(check.violation());
        assertTrue(check.comparisons() > 8);
    }

    @Test
    void aNumberOutsideItsRangeIsFound() throws VerifierException {
        RegisterFact four = new RegisterFact.Scalar(0, 4, 0, 4, 0, 4, 0, 4, 0, 7);
        String violation = run(with(verified(), 6, 6, four)).violation();
        assertEquals("insn 6: r6 is Value[number=5, base=null, low=0, high=0], against " + four, violation);
    }

    @Test
    void aPointerElsewhereIsFound() throws VerifierException {
        VerifiedProgram verified = verified();
        RegisterFact.Pointer stack = (RegisterFact.Pointer)
                java.util.Objects.requireNonNull(verified.instructions().get(5))
                        .registers()
                        .get(2);
        RegisterFact wrong =
                new RegisterFact.Pointer(stack.kind(), stack.maybeNull(), stack.map(), stack.frame(), -16, -16);
        assertTrue(String.valueOf(run(with(verified, 5, 2, wrong)).violation()).startsWith("insn 5: r2 is "));
    }

    @Test
    void anInstructionThatCannotBeReachedAndIsIsFound() throws VerifierException {
        assertEquals(
                "insn 3 is reached, but has no facts",
                run(with(verified(), 3, null)).violation());
    }

    @Test
    void aBranchThatGoesTheOtherWayIsFound() throws VerifierException {
        VerifiedProgram verified = verified();
        InstructionFacts old =
                java.util.Objects.requireNonNull(verified.instructions().get(2));
        assertEquals(
                "insn 2: the branch is not taken, against the facts",
                run(with(verified, 2, new InstructionFacts(old.registers(), true, false, false)))
                        .violation());
    }
}
