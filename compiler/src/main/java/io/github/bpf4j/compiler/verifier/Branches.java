/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Condition;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import java.util.ArrayList;
import java.util.List;

/** Conditional jumps: which ways are possible, and what each teaches about registers, packet ranges and NULL pointers. */
final class Branches {
    private final Analysis a;
    private final Precision precision;
    private final StatePruning pruning;
    private final FactsBuilder facts;
    private final RegisterState constant = new RegisterState();

    Branches(Analysis analysis, Precision precision, StatePruning pruning, FactsBuilder facts) {
        this.a = analysis;
        this.precision = precision;
        this.pruning = pruning;
        this.facts = facts;
    }

    /** Returns where to go on; the other way, if possible, is explored later. */
    int branch(int slot, Instruction.Branch branch) throws VerifierException {
        boolean is32 = branch.width() == Width.W32;
        int dst = branch.dst();
        int src = branch.src().register();
        boolean hasSource = branch.src().isRegister();
        FrameState frame = a.frame();
        RegisterState left = frame.register(dst);
        RegisterState right = hasSource ? frame.register(src) : constant;
        if (!hasSource) {
            long imm = branch.src().immediate();
            constant.setKnownScalar(is32 ? imm & 0xffff_ffffL : imm);
        }
        int target = a.code.targets[slot];
        int certain = outcome(branch.condition(), is32, left, right);
        if (certain != BranchRefinement.UNKNOWN) {
            if (!left.isPointer()) {
                precision.markRegister(dst);
            }
            if (hasSource && !right.isPointer()) {
                precision.markRegister(src);
            }
            facts.outcome(slot, certain == BranchRefinement.ALWAYS, certain == BranchRefinement.NEVER);
            return certain == BranchRefinement.ALWAYS ? target : slot + 1;
        }
        facts.outcome(slot, true, true);
        List<int[]> linked = linked(left, right, hasSource);
        VerifierState other = a.push(target);
        VerifierState here = a.state;
        if (left.isScalar() && right.isScalar()) {
            refine(branch.condition(), false, is32, here, dst, src, hasSource, linked);
            refine(branch.condition(), true, is32, other, dst, src, hasSource, linked);
        }
        if (!is32) {
            pointerComparison(branch, here, other, left, right);
        }
        return slot + 1;
    }

    private int outcome(Condition condition, boolean is32, RegisterState left, RegisterState right) {
        if (left.isScalar() && right.isScalar()) {
            return BranchRefinement.outcome(condition, is32, left, right);
        }
        if (!is32) {
            if (left.type == PACKET && right.type == PACKET_END) {
                return packetOutcome(condition, left.range);
            }
            if (left.type == PACKET_END && right.type == PACKET) {
                return packetOutcome(flip(condition), right.range);
            }
        }
        RegisterState pointer = left.isPointer() ? left : right;
        RegisterState number = left.isPointer() ? right : left;
        if (neverNull(pointer.type) && number.isScalar() && number.isZero()) {
            return switch (condition) {
                case EQ -> BranchRefinement.NEVER;
                case NE -> BranchRefinement.ALWAYS;
                default -> BranchRefinement.UNKNOWN;
            };
        }
        return BranchRefinement.UNKNOWN;
    }

    private static Condition flip(Condition condition) {
        return switch (condition) {
            case GT -> Condition.LT;
            case GE -> Condition.LE;
            case LT -> Condition.GT;
            case LE -> Condition.GE;
            case SGT -> Condition.SLT;
            case SGE -> Condition.SLE;
            case SLT -> Condition.SGT;
            case SLE -> Condition.SGE;
            default -> condition;
        };
    }

    /** {@code packet condition end}, when an earlier comparison has placed the pointer at or behind the end. */
    private static int packetOutcome(Condition condition, int range) {
        if (range >= 0) {
            return BranchRefinement.UNKNOWN;
        }
        boolean beyond = range == BEYOND_PACKET_END;
        return switch (condition) {
            case LE -> beyond ? BranchRefinement.NEVER : BranchRefinement.UNKNOWN;
            case GT -> beyond ? BranchRefinement.ALWAYS : BranchRefinement.UNKNOWN;
            case LT -> BranchRefinement.NEVER;
            case GE -> BranchRefinement.ALWAYS;
            default -> BranchRefinement.UNKNOWN;
        };
    }

    /** Finds the scalars that are refined together with the operands, and notes them for precision tracking. */
    private List<int[]> linked(RegisterState left, RegisterState right, boolean hasSource) {
        int leftId = left.isScalar() ? left.id : 0;
        int rightId = hasSource && right.isScalar() ? right.id : 0;
        if (a.raw || leftId == 0 && rightId == 0) {
            return List.of();
        }
        List<int[]> places = new ArrayList<>(6);
        Precision.collect(a.state, rightId, places);
        if (leftId != rightId) {
            Precision.collect(a.state, leftId, places);
        }
        if (places.size() > 1) {
            a.state.record(a.slot, a.previousSlot, 0, Precision.pack(places));
            if (hasSource) {
                facts.linked(a.slot, a.state, places);
            }
        }
        return places;
    }

    private final RegisterState left = new RegisterState();
    private final RegisterState right = new RegisterState();

    private void refine(
            Condition condition,
            boolean holds,
            boolean is32,
            VerifierState state,
            int dst,
            int src,
            boolean hasSource,
            List<int[]> linked) {
        FrameState frame = state.frame();
        RegisterState dstState = frame.own(dst);
        RegisterState srcState;
        if (!hasSource) {
            srcState = right;
            srcState.assign(constant);
        } else if (src == dst) {
            // As in Linux, which learns from a comparison of a register with itself what it would learn from any other.
            srcState = dstState;
        } else {
            srcState = frame.own(src);
        }
        BranchRefinement.refine(condition, holds, is32, dstState, srcState);
        if (hasSource && src != dst && srcState.id != 0) {
            synchronize(state, srcState, linked);
        }
        if (dstState.id != 0) {
            synchronize(state, dstState, linked);
        }
    }

    /** Passes what was learnt of a scalar on to its copies and to those a constant away from it. */
    private void synchronize(VerifierState state, RegisterState known, List<int[]> linked) {
        for (int[] place : linked) {
            FrameState frame = state.frame(place[0]);
            boolean isRegister = place[2] == 1;
            RegisterState look = isRegister ? frame.register(place[1]) : frame.slot(place[1]);
            // Sums of different width are not a constant apart.
            boolean mixed = look.deltaBits + known.deltaBits == 32 + 64;
            if (look == known || !look.isScalar() || look.id != known.id || mixed) {
                continue;
            }
            FrameState owned = state.ownFrame(place[0]);
            RegisterState target = isRegister ? owned.own(place[1]) : owned.ownSlot(place[1]);
            if (target == known) {
                continue;
            }
            int targetDelta = target.deltaBits != 0 ? target.off : 0;
            int knownDelta = known.deltaBits != 0 ? known.off : 0;
            if (targetDelta == knownDelta) {
                target.copyRange(known);
            } else {
                left.setKnownScalar((long) targetDelta - knownDelta);
                target.copyRange(known);
                AluTransfer.apply(Instruction.AluOp.ADD, (target.deltaBits | known.deltaBits) == 32, target, left);
            }
        }
    }

    private void pointerComparison(
            Instruction.Branch branch, VerifierState here, VerifierState other, RegisterState l, RegisterState r) {
        Condition condition = branch.condition();
        boolean equality = condition == Condition.EQ || condition == Condition.NE;
        if (!branch.src().isRegister()) {
            if (branch.src().immediate() == 0 && equality && l.maybeNull()) {
                boolean nullWhenTaken = condition == Condition.EQ;
                NullMarking.mark(here, l.id, l.refObjId, !nullWhenTaken);
                NullMarking.mark(other, l.id, l.refObjId, nullWhenTaken);
            }
            return;
        }
        if (equality
                && l.isPointer()
                && r.isPointer()
                && l.maybeNull() != r.maybeNull()
                && l.baseType() != BTF_ID
                && r.baseType() != BTF_ID) {
            // Equal to a pointer that is not NULL.
            RegisterState nullable = l.maybeNull() ? l : r;
            NullMarking.mark(condition == Condition.EQ ? other : here, nullable.id, nullable.refObjId, false);
        }
        if (l.type == PACKET && r.type == PACKET_END) {
            packetComparison(condition, here, other, branch.dst());
        } else if (l.type == PACKET_END && r.type == PACKET) {
            packetComparison(flip(condition), here, other, branch.src().register());
        }
    }

    /** {@code packet condition end}: one way proves bytes to exist, the other tells that the pointer is at or behind the end. */
    private void packetComparison(Condition condition, VerifierState here, VerifierState other, int register) {
        switch (condition) {
            case GT -> {
                PacketRanges.proven(here, register, false);
                PacketRanges.atEnd(other, register, true);
            }
            case LT -> {
                PacketRanges.proven(other, register, true);
                PacketRanges.atEnd(here, register, false);
            }
            case GE -> {
                PacketRanges.proven(here, register, true);
                PacketRanges.atEnd(other, register, false);
            }
            case LE -> {
                PacketRanges.proven(other, register, false);
                PacketRanges.atEnd(here, register, true);
            }
            default -> {}
        }
    }

    /** {@code may_goto}: the loop may end at any turn; the next turn is explored later, from a widened state. */
    int mayGoto(int slot) throws VerifierException {
        facts.outcome(slot, true, true);
        VerifierState previous = pruning.previousTurn(slot);
        VerifierState turn = a.push(slot + 1);
        turn.mayGotoDepth++;
        if (previous != null && !a.raw) {
            Widening.apply(previous, turn);
        }
        return a.code.targets[slot];
    }
}
