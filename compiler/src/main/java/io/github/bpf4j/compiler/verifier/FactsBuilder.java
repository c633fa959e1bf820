/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what holds at each instruction over all explored paths. At the start of straight-line code all live registers are joined, inside of it
 * only those that the instruction reads or the one before wrote; the rest cannot have changed. Paths that pruning ended count, too:
 * {@link FactsCompletion} extends the facts by what they would have added.
 */
final class FactsBuilder {
    private static final int ALL = 0x3ff;

    private final Analysis a;
    private final @Nullable JoinedFact[] @Nullable [] facts;
    /** By slot, the registers joined when it is visited. */
    private final int[] joinMask;

    private final byte[] outcomes;
    private final BitSet[] memoryStack;
    private final int[] stackDepth;
    private final FactsCompletion completion;

    FactsBuilder(Analysis analysis) {
        this.a = analysis;
        int n = a.code.length;
        facts = new JoinedFact[n][];
        outcomes = new byte[n];
        joinMask = new int[n];
        int previousWrites = 0;
        for (int i = 0; i < n; i++) {
            if (a.code.kinds[i] == Code.SECOND_SLOT) {
                continue;
            }
            int live = a.liveness.before[i] & ALL;
            joinMask[i] = a.graph.blockHeads.get(i) ? live : (a.code.reads(i) | previousWrites) & live;
            previousWrites = a.code.writes(i);
        }
        int functions = a.graph.subprograms.size();
        memoryStack = new BitSet[functions];
        for (int i = 0; i < functions; i++) {
            memoryStack[i] = new BitSet(512);
        }
        stackDepth = new int[functions];
        completion = new FactsCompletion(analysis, facts, outcomes);
    }

    /** Adds the state before the current instruction. */
    void visit() {
        int slot = a.slot;
        JoinedFact[] row = facts[slot];
        if (row == null) {
            row = new JoinedFact[10];
            facts[slot] = row;
        }
        FrameState frame = a.state.frame();
        int mask = joinMask[slot];
        while (mask != 0) {
            int r = Integer.numberOfTrailingZeros(mask);
            mask &= mask - 1;
            JoinedFact fact = row[r];
            if (fact == null) {
                fact = new JoinedFact();
                row[r] = fact;
            }
            fact.add(frame.register(r), a.state.current);
        }
    }

    void outcome(int slot, boolean taken, boolean notTaken) {
        outcomes[slot] |= (byte) ((taken ? 1 : 0) | (notTaken ? 2 : 0));
    }

    /** A branch on two registers refines scalars that are linked with its operands. */
    void linked(int slot, VerifierState state, java.util.List<int[]> places) {
        completion.linked(slot, state, places);
    }

    /** A path ended because {@code old} covers it. */
    void pruned(VerifierState old, VerifierState state) {
        if (!a.raw) {
            completion.pruned(old, state);
        }
    }

    /** Bytes {@code min} (inclusive) to {@code max} (exclusive) from {@code r10} are reached through an address. */
    void stackInMemory(int subprogram, long min, long max) {
        int from = Math.clamp(min + 512, 0, 512);
        int to = Math.clamp(max + 512, 0, 512);
        if (from < to) {
            memoryStack[subprogram].set(from, to);
        }
    }

    void stackUsed(int subprogram, int bytes) {
        stackDepth[subprogram] = Math.max(stackDepth[subprogram], bytes);
    }

    int stackDepth(int subprogram) {
        return stackDepth[subprogram];
    }

    /** Everything, joined. */
    List<@Nullable InstructionFacts> instructions() {
        fillIn();
        completion.run();
        joinedAccesses();
        int n = a.code.length;
        List<@Nullable InstructionFacts> result = new ArrayList<>(n);
        RegisterFact framePointer = new RegisterFact.Pointer(PointerKind.STACK, false, -1, 0, 0, 0);
        for (int i = 0; i < n; i++) {
            JoinedFact[] row = facts[i];
            if (row == null) {
                result.add(null);
                continue;
            }
            RegisterFact[] registers = new RegisterFact[11];
            Arrays.fill(registers, RegisterFact.Unusable.INSTANCE);
            int live = a.liveness.before[i];
            for (int r = 0; r < 10; r++) {
                JoinedFact fact = row[r];
                if ((live & 1 << r) != 0 && fact != null) {
                    registers[r] = fact.toFact();
                }
            }
            registers[10] = framePointer;
            boolean conditional = a.code.kinds[i] == Code.BRANCH || a.code.kinds[i] == Code.MAY_GOTO;
            boolean taken = !conditional || (outcomes[i] & 1) != 0;
            boolean notTaken = !conditional || (outcomes[i] & 2) != 0;
            result.add(new InstructionFacts(List.of(registers), taken, notTaken, a.arenaInstructions.get(i)));
        }
        return java.util.Collections.unmodifiableList(result);
    }

    /**
     * An access whose offset is constant on each path but differs between paths has no constant offset in the facts: what it reaches
     * lives in memory too.
     */
    private void joinedAccesses() {
        for (ControlFlowGraph.Subprogram s : a.graph.subprograms) {
            for (int slot = s.start(); slot < s.end(); slot++) {
                switch (a.code.instructions[slot]) {
                    case Instruction.Load i -> joinedAccess(s, slot, i.base(), i.offset(), i.size());
                    case Instruction.Store i -> joinedAccess(s, slot, i.base(), i.offset(), i.size());
                    case Instruction.Atomic i -> joinedAccess(s, slot, i.base(), i.offset(), i.size());
                    case Instruction.LoadAcquire i -> joinedAccess(s, slot, i.base(), i.offset(), i.size());
                    case Instruction.StoreRelease i -> joinedAccess(s, slot, i.base(), i.offset(), i.size());
                    default -> {}
                }
            }
        }
    }

    private void joinedAccess(ControlFlowGraph.Subprogram s, int slot, int base, int offset, Instruction.Size size) {
        JoinedFact[] row = facts[slot];
        JoinedFact joined = row == null || base == 10 ? null : row[base];
        if (joined == null) {
            return;
        }
        switch (joined.toFact()) {
            case RegisterFact.Pointer p
            when p.kind() == PointerKind.STACK && !p.hasConstantOffset() -> {
                if (p.frame() <= 0) {
                    stackInMemory(s.index(), p.minOffset() + offset, p.maxOffset() + offset + size.bytes());
                }
            }
            case RegisterFact.Mixed mixed
            when mixed.kinds().contains(PointerKind.STACK) -> stackInMemory(s.index(), -512, 0);
            default -> {}
        }
    }

    /** Registers that straight-line code leaves alone keep their fact. */
    private void fillIn() {
        int previous = -1;
        for (int i = 0; i < a.code.length; i++) {
            if (a.code.kinds[i] == Code.SECOND_SLOT) {
                continue;
            }
            JoinedFact[] row = facts[i];
            if (row != null && previous >= 0 && !a.graph.blockHeads.get(i)) {
                JoinedFact[] before = facts[previous];
                int missing = a.liveness.before[i] & ALL & ~joinMask[i];
                for (int r = 0; r < 10 && before != null; r++) {
                    JoinedFact source = before[r];
                    if ((missing & 1 << r) != 0 && source != null) {
                        JoinedFact copy = new JoinedFact();
                        copy.copyFrom(source);
                        row[r] = copy;
                    }
                }
            }
            previous = i;
        }
    }

    List<VerifiedProgram.Subprogram> subprograms() {
        List<VerifiedProgram.Subprogram> result = new ArrayList<>();
        for (ControlFlowGraph.Subprogram s : a.graph.subprograms) {
            BitSet memory = (BitSet) memoryStack[s.index()].clone();
            result.add(new VerifiedProgram.Subprogram(
                    s.start(), s.end(), s.name(), a.graph.callbacks.get(s.start()), stackDepth[s.index()], memory));
        }
        return List.copyOf(result);
    }
}
