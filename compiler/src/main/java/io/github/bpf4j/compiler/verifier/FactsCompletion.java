/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Extends facts to the paths that pruning ended. Such a path was covered by an explored state but for scalars that nothing depends on; their ranges
 * may differ. From where they differ, this follows them through the program and widens the facts they reach: a data-flow analysis on
 * ranges only, since nothing else can depend on them.
 */
final class FactsCompletion {
    /** How often a fact may grow before it is taken as unbounded. */
    static final int MAX_GROWTH = 24;

    private final Analysis a;
    private final @Nullable JoinedFact[] @Nullable [] facts;
    private final byte[] outcomes;
    private final SavedRanges saved = new SavedRanges();
    private final EndedPaths ended;
    /** By slot, the registers whose range was widened from outside the explored paths. */
    private final int[] widened;
    /** Slots to follow: the lowest comes first, so that all ways into straight code have met before it is followed. */
    private final BitSet work = new BitSet();

    /** No slot below is in {@link #work}. */
    private int lowest;
    /** By branch, the places whose scalars were refined together with its operands. */
    private final Map<Integer, LinkedPlaces> linked = new HashMap<>();

    /** Registers of the branch's own frame, registers of callers by call, and stack slots by function. */
    private static final class LinkedPlaces {
        int registers;
        final Set<List<Integer>> callerRegisters = new HashSet<>();
        final Set<List<Integer>> savedSlots = new HashSet<>();
    }

    FactsCompletion(Analysis analysis, @Nullable JoinedFact[] @Nullable [] facts, byte[] outcomes) {
        this.a = analysis;
        this.facts = facts;
        this.outcomes = outcomes;
        this.widened = new int[analysis.code.length];
        this.ended = new EndedPaths(analysis, saved);
    }

    /** Remembers where the ended path has ranges that the explored one does not cover. */
    void pruned(VerifierState explored, VerifierState endedPath) {
        ended.add(explored, endedPath);
    }

    /** A comparison of two registers refined scalars linked with its operands. */
    void linked(int branch, VerifierState state, List<int[]> places) {
        LinkedPlaces all = linked.computeIfAbsent(branch, k -> new LinkedPlaces());
        for (int[] place : places) {
            int f = place[0];
            if (place[2] == 0) {
                all.savedSlots.add(List.of(state.frame(f).subprogram, place[1]));
            } else if (f == state.current) {
                all.registers |= 1 << place[1];
            } else {
                all.callerRegisters.add(List.of(state.frame(f + 1).callSite, place[1]));
            }
        }
    }

    void run() {
        ended.forEachRegister(this::widen);
        if (!saved.isEmpty()) {
            enqueueLoads();
        }
        for (int slot = work.nextSetBit(lowest); slot >= 0; slot = work.nextSetBit(lowest)) {
            work.clear(slot);
            lowest = slot;
            follow(slot);
        }
    }

    private void enqueueLoads() {
        for (int i = 0; i < a.code.length; i++) {
            byte kind = a.code.kinds[i];
            if ((kind == Code.LOAD || kind == Code.LOAD_ACQUIRE || kind == Code.ATOMIC) && facts[i] != null) {
                enqueue(i);
            }
        }
    }

    private void enqueue(int slot) {
        work.set(slot);
        lowest = Math.min(lowest, slot);
    }

    /** Adds a range to a fact and follows it if that was news. */
    private void widen(int at, int register, ScalarRange range) {
        if (at >= a.code.length) {
            return;
        }
        @Nullable JoinedFact[] row = facts[at];
        JoinedFact fact = row == null ? null : row[register];
        if (fact == null || (a.liveness.before[at] & 1 << register) == 0) {
            return;
        }
        boolean changed = fact.addScalar(range);
        if (changed && ++fact.growth > MAX_GROWTH) {
            fact.setUnknown();
        }
        if (changed || (widened[at] & 1 << register) == 0) {
            widened[at] |= 1 << register;
            enqueue(at);
        }
    }

    private void follow(int i) {
        int mask = widened[i];
        int writes = a.code.writes(i);
        int reads = a.code.reads(i);
        @Nullable JoinedFact[] row = facts[i];
        if (row == null) {
            return;
        }
        byte kind = a.code.kinds[i];
        int next = i + a.code.width(i);
        switch (kind) {
            case Code.EXIT -> {
                if ((mask & 1) != 0) {
                    returned(i, row[0]);
                }
                return;
            }
            case Code.JUMP -> {
                pass(a.code.targets[i], mask, row);
                return;
            }
            case Code.MAY_GOTO -> {
                pass(a.code.targets[i], mask, row);
                pass(next, mask, row);
                return;
            }
            case Code.BRANCH -> {
                branch(i, mask, row);
                return;
            }
            case Code.CALL_SUBPROGRAM -> {
                pass(a.code.targets[i], mask & 0b111110, row);
            }
            case Code.LOAD, Code.LOAD_ACQUIRE, Code.ATOMIC -> load(i, row, next);
            case Code.STORE -> {
                Instruction.Store store = (Instruction.Store) a.code.instructions[i];
                if (store.src().isRegister() && (mask & 1 << store.src().register()) != 0) {
                    stored(i, row, store);
                }
            }
            default -> {
                if ((reads & mask) != 0 && writes != 0) {
                    arithmetic(i, row, next);
                }
            }
        }
        pass(next, mask & ~writes, row);
    }

    private void pass(int target, int mask, @Nullable JoinedFact[] row) {
        for (int r = 0; r < 10; r++) {
            JoinedFact fact = row[r];
            if ((mask & 1 << r) != 0 && fact != null && fact.hasScalar()) {
                widen(target, r, fact);
            }
        }
    }

    private static ScalarRange copy(@Nullable JoinedFact fact) {
        ScalarRange range = new ScalarRange();
        if (fact != null && fact.isScalarOnly()) {
            range.copyRange(fact);
        }
        return range;
    }

    private static ScalarRange operand(Instruction.Operand operand, @Nullable JoinedFact[] row) {
        if (operand.isRegister()) {
            return operand.register() == 10 ? new ScalarRange() : copy(row[operand.register()]);
        }
        ScalarRange range = new ScalarRange();
        range.setConstant(operand.immediate());
        return range;
    }

    private void arithmetic(int i, @Nullable JoinedFact[] row, int next) {
        switch (a.code.instructions[i]) {
            case Instruction.Alu alu -> {
                ScalarRange result = copy(row[alu.dst()]);
                AluTransfer.apply(alu.op(), alu.width() == Instruction.Width.W32, result, operand(alu.src(), row));
                widenScalar(next, alu.dst(), result);
            }
            case Instruction.Neg neg -> {
                ScalarRange result = copy(row[neg.dst()]);
                AluTransfer.negate(neg.width() == Instruction.Width.W32, result);
                widenScalar(next, neg.dst(), result);
            }
            case Instruction.Mov mov -> {
                ScalarRange result = operand(mov.src(), row);
                ScalarMoves.apply(mov, result);
                widenScalar(next, mov.dst(), result);
            }
            case Instruction.ByteSwap swap -> {
                ScalarRange result = copy(row[swap.dst()]);
                AluTransfer.swap(swap.kind(), swap.bits(), result);
                widenScalar(next, swap.dst(), result);
            }
            default -> {}
        }
    }

    /** Widens the result unless it is a pointer: pointers depend on precise scalars only. */
    private void widenScalar(int next, int register, ScalarRange range) {
        if (next >= a.code.length) {
            return;
        }
        @Nullable JoinedFact[] row = facts[next];
        JoinedFact fact = row == null ? null : row[register];
        if (fact != null && (fact.types & 1 << RegisterType.SCALAR) != 0) {
            widen(next, register, range);
        }
    }

    private void branch(int i, int mask, @Nullable JoinedFact[] row) {
        Instruction.Branch branch = (Instruction.Branch) a.code.instructions[i];
        if (branch.src().isRegister()) {
            int operands = (1 << branch.dst() | 1 << branch.src().register()) & 0x3ff;
            if ((mask & operands) != 0) {
                // Each operand was refined by the other's range, and with it all that is linked to it.
                mask |= operands;
                mask |= unlinked(i);
            }
        }
        for (int taken = 0; taken <= 1; taken++) {
            if ((outcomes[i] & (taken == 1 ? 1 : 2)) == 0) {
                continue;
            }
            int target = taken == 1 ? a.code.targets[i] : i + 1;
            ScalarRange dst = branch.dst() == 10 ? new ScalarRange() : copy(row[branch.dst()]);
            ScalarRange src = operand(branch.src(), row);
            BranchRefinement.refine(branch.condition(), taken == 1, branch.width() == Instruction.Width.W32, dst, src);
            for (int r = 0; r < 10; r++) {
                JoinedFact fact = row[r];
                if ((mask & 1 << r) == 0 || fact == null) {
                    continue;
                }
                if (!fact.hasScalar()) {
                    continue;
                }
                if (r == branch.dst() && fact.isScalarOnly()) {
                    widen(target, r, dst);
                } else if (branch.src().isRegister() && r == branch.src().register() && fact.isScalarOnly()) {
                    widen(target, r, src);
                } else {
                    widen(target, r, fact);
                }
            }
        }
    }

    /** Gives up what linked scalars have learnt at a branch. Returns the registers among them. */
    private int unlinked(int branch) {
        LinkedPlaces places = linked.get(branch);
        if (places == null) {
            return 0;
        }
        boolean changed = false;
        for (List<Integer> slot : places.savedSlots) {
            changed |= saved.addUnknown(slot.get(0), slot.get(1));
        }
        if (changed) {
            enqueueLoads();
        }
        for (List<Integer> register : places.callerRegisters) {
            widenScalar(register.get(0), register.get(1), new ScalarRange());
        }
        return places.registers;
    }

    private void load(int i, @Nullable JoinedFact[] row, int next) {
        int base;
        int dst;
        int offset;
        int size;
        boolean signed = false;
        switch (a.code.instructions[i]) {
            case Instruction.Load load -> {
                base = load.base();
                dst = load.dst();
                offset = load.offset();
                size = load.size().bytes();
                signed = load.signed();
            }
            case Instruction.LoadAcquire load -> {
                base = load.base();
                dst = load.dst();
                offset = load.offset();
                size = load.size().bytes();
            }
            case Instruction.Atomic atomic -> {
                int written = a.code.writes(i);
                if (written == 0) {
                    return;
                }
                base = atomic.base();
                dst = Integer.numberOfTrailingZeros(written);
                offset = atomic.offset();
                size = atomic.size().bytes();
            }
            default -> throw new AssertionError(a.code.instructions[i]);
        }
        if (saved.isEmpty()) {
            return;
        }
        JoinedFact pointer = base == 10 ? null : row[base];
        boolean own = base == 10;
        long at = offset;
        if (pointer != null) {
            if ((pointer.types & 1 << RegisterType.STACK) == 0) {
                return;
            }
            own = pointer.types == 1 << RegisterType.STACK
                    && pointer.frame == 0
                    && pointer.minOffset == pointer.maxOffset;
            at += pointer.minOffset;
        }
        ScalarRange range = new ScalarRange();
        if (own) {
            ScalarRange known = saved.at(a.graph.subprogramOf[i], at);
            if (known == null) {
                return;
            }
            if ((at & 7) == 0) {
                range.copyRange(known);
            }
        }
        if (signed) {
            range.signExtend(size);
        } else {
            range.truncate(size);
        }
        widenScalar(next, dst, range);
    }

    private void stored(int i, @Nullable JoinedFact[] row, Instruction.Store store) {
        JoinedFact pointer = store.base() == 10 ? null : row[store.base()];
        long at = store.offset();
        ScalarRange range = operand(store.src(), row);
        boolean changed = false;
        if (pointer == null && store.base() == 10) {
            changed = saved.addAt(a.graph.subprogramOf[i], at, range);
        } else if (pointer != null && (pointer.types & 1 << RegisterType.STACK) != 0) {
            if (pointer.frame == 0 && pointer.minOffset == pointer.maxOffset) {
                changed = saved.addAt(a.graph.subprogramOf[i], at + pointer.minOffset, range);
            } else {
                // Some slot of some function.
                for (int f = 0; f < a.graph.subprograms.size(); f++) {
                    for (int s = 0; s < FrameState.SLOTS; s++) {
                        changed |= saved.addUnknown(f, s);
                    }
                }
            }
        }
        if (changed) {
            enqueueLoads();
        }
    }

    private void returned(int i, @Nullable JoinedFact result) {
        int subprogram = a.graph.subprogramOf[i];
        if (subprogram == 0 || result == null) {
            return;
        }
        int start = a.graph.subprograms.get(subprogram).start();
        for (int c = 0; c < a.code.length; c++) {
            if (a.code.kinds[c] == Code.CALL_SUBPROGRAM && a.code.targets[c] == start) {
                widenScalar(c + 1, 0, result);
            }
        }
    }
}
