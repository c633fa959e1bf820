/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.interpreter.Value;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches a run and compares every register before every instruction with the facts that the code generator leans on. Everything the run
 * reaches must have facts, every number must lie in its ranges, every pointer must be of its kind and within its offsets, and every
 * branch must go a way that the facts know.
 */
final class FactsCheck implements Interpreter.Observer {
    private static final int MOST_FRAMES = 9;

    private final VerifiedProgram verified;
    private final int[] previous = new int[MOST_FRAMES];
    private @Nullable String violation;
    private long comparisons;

    FactsCheck(VerifiedProgram verified) {
        this.verified = verified;
        Arrays.fill(previous, -1);
    }

    /** The first fact that does not hold, or null. */
    @Nullable
    String violation() {
        return violation;
    }

    /** Registers compared so far. */
    long comparisons() {
        return comparisons;
    }

    @Override
    public void before(int frame, int slot, @Nullable Value[] registers) {
        if (violation != null) {
            return;
        }
        InstructionFacts facts = verified.instructions().get(slot);
        if (facts == null) {
            violation = "insn " + slot + " is reached, but has no facts";
            return;
        }
        checkBranch(previous[frame], slot);
        previous[frame] = slot;
        for (int r = 0; r < registers.length; r++) {
            RegisterFact fact = facts.registers().get(r);
            if (fact instanceof RegisterFact.Unusable) {
                continue;
            }
            comparisons++;
            Value value = registers[r];
            if (value == null || !holds(fact, value, frame)) {
                violation = "insn " + slot + ": r" + r + " is " + value + ", against " + fact;
                return;
            }
        }
    }

    private void checkBranch(int from, int to) {
        if (from < 0
                || !(verified.program().instructions().get(from) instanceof Instruction.Branch branch)
                || branch.offset() == 0) {
            return;
        }
        InstructionFacts facts = verified.instructions().get(from);
        boolean taken = to != from + 1;
        if (facts != null && !(taken ? facts.branchTaken() : facts.branchNotTaken())) {
            violation = "insn " + from + ": the branch is " + (taken ? "" : "not ") + "taken, against the facts";
        }
    }

    private boolean holds(RegisterFact fact, Value value, int frame) {
        return switch (fact) {
            case RegisterFact.Unusable _ -> true;
            case RegisterFact.Scalar scalar -> value.isPointer() || holds(scalar, value.number());
            case RegisterFact.Pointer pointer -> holds(pointer, value, frame);
            // A null pointer is a number, too.
            case RegisterFact.Mixed mixed -> value.isPointer() || mixed.mayBeScalar() || value.number() == 0;
        };
    }

    static boolean holds(RegisterFact.Scalar fact, long number) {
        int low = (int) number;
        return number >= fact.smin()
                && number <= fact.smax()
                && Long.compareUnsigned(number, fact.umin()) >= 0
                && Long.compareUnsigned(number, fact.umax()) <= 0
                && low >= fact.s32min()
                && low <= fact.s32max()
                && Integer.compareUnsigned(low, fact.u32min()) >= 0
                && Integer.compareUnsigned(low, fact.u32max()) <= 0
                && (number & ~fact.tnumMask()) == fact.tnumValue();
    }

    private boolean holds(RegisterFact.Pointer fact, Value value, int frame) {
        if (!value.isPointer()) {
            return fact.maybeNull() && value.number() == 0;
        }
        BpfMap map = fact.map() < 0 ? null : verified.program().maps().get(fact.map());
        return switch (fact.kind()) {
            case CTX -> within(fact, value.number());
            case STACK -> {
                long distance = value.number() - (frame + 1) * (long) ExecutionContext.FRAME_SIZE;
                if (fact.frame() >= 0) {
                    yield within(fact, distance + fact.frame() * (long) ExecutionContext.FRAME_SIZE);
                }
                yield true;
            }
            case PACKET, MEM, RINGBUF_MEM, MAP_KEY -> within(fact, value.number() - value.low());
            case MAP_VALUE ->
                within(fact, value.number() - value.low())
                        && (map == null || map.values().equals(value.base()));
            case MAP -> map == null || map.equals(value.base());
            case PACKET_END, RAW_MEM, SOCK_COMMON, BTF_ID, FUNC -> true;
        };
    }

    private static boolean within(RegisterFact.Pointer fact, long offset) {
        return offset >= fact.minOffset() && offset <= fact.maxOffset();
    }
}
