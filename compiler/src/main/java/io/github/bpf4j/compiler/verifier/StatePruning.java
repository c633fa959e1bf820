/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.verifier.StateComparison.Exactness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps states at the points where paths meet, and ends a path whose state is covered by one that was explored before. Also recognises loops that
 * make no progress, and loops over iterators and callbacks that have converged.
 */
final class StatePruning {
    private final Analysis a;
    private final Precision precision;
    private final StateComparison comparison;
    private final FactsBuilder facts;
    private final @Nullable List<VerifierState>[] explored;
    private final Loops loops;

    private int jumps;
    private int jumpsAtCheckpoint;
    private long processedAtCheckpoint;
    int totalStates;
    int currentStates;
    int peakStates;
    int maxStatesPerInstruction;

    @SuppressWarnings({"unchecked", "rawtypes"})
    StatePruning(Analysis analysis, Precision precision, FactsBuilder facts) {
        this.a = analysis;
        this.precision = precision;
        this.comparison = new StateComparison(analysis);
        this.facts = facts;
        this.explored = new List[analysis.code.length];
        this.loops = new Loops(analysis, precision);
    }

    void countJump() {
        jumps++;
    }

    /** Comes to a pruning point. Returns whether the path needs not be followed further. */
    boolean visit() throws VerifierException {
        int slot = a.slot;
        VerifierState state = a.state;
        boolean forced = a.graph.forcedCheckpoints.get(slot);
        HistoryStep history = state.history;
        boolean force = forced || (history != null && history.length() > 40);
        boolean add = force || (jumps - jumpsAtCheckpoint >= 2 && a.processed - processedAtCheckpoint >= 8);
        List<VerifierState> list = explored[slot];
        if (list == null) {
            list = new ArrayList<>(2);
            explored[slot] = list;
        }
        for (int i = 0; i < list.size(); i++) {
            VerifierState old = list.get(i);
            if (old.branches > 0) {
                int verdict = compareUnfinished(old, state, slot);
                if (verdict == HIT) {
                    hit(old, state, slot, true);
                    return true;
                }
                if (!force && jumps - jumpsAtCheckpoint < 20 && a.processed - processedAtCheckpoint < 100) {
                    add = false;
                }
            } else {
                boolean loop = loops.isIncomplete(old);
                if (comparison.equal(old, state, loop ? Exactness.RANGE_WITHIN : Exactness.NOT_EXACT)) {
                    hit(old, state, slot, loop);
                    return true;
                }
            }
            if (add) {
                old.misses++;
            }
            int patience = forced && old.branches > 0 ? 64 : 3;
            if (old.misses > old.hits * patience + patience) {
                list.remove(i--);
                currentStates--;
            }
        }
        if (add) {
            addCheckpoint(list, slot);
        }
        return false;
    }

    private static final int MISS = 0;
    private static final int HIT = 1;

    private int compareUnfinished(VerifierState old, VerifierState state, int slot) throws VerifierException {
        FrameState frame = state.frame();
        if (frame.asyncCallback && old.asyncEntries != state.asyncEntries) {
            return MISS;
        }
        if (a.code.kinds[slot] == Code.MAY_GOTO) {
            if (old.mayGotoDepth != state.mayGotoDepth && comparison.equal(old, state, Exactness.RANGE_WITHIN)) {
                return HIT;
            }
        } else if (a.functions.callsBack(slot)) {
            return comparison.equal(old, state, Exactness.RANGE_WITHIN) ? HIT : MISS;
        } else if (a.functions.isIteratorNext(slot)) {
            return comparison.equal(old, state, Exactness.RANGE_WITHIN) && loops.isIteratorActive(state) ? HIT : MISS;
        }
        if (old.mayGotoDepth == state.mayGotoDepth
                && old.callbackUnrollDepth == state.callbackUnrollDepth
                && mayLoop(old, state)
                && comparison.equal(old, state, Exactness.EXACT)
                && !loops.iteratorsDiffer(old, state)) {
            throw a.reject(-1, new Rejection.InfiniteLoop(), "infinite loop detected at insn " + slot);
        }
        return MISS;
    }

    /** A cheap test that all but true loops fail. */
    private static boolean mayLoop(VerifierState old, VerifierState state) {
        if (old.current != state.current) {
            return false;
        }
        FrameState o = old.frame();
        FrameState c = state.frame();
        for (int r = 0; r < 10; r++) {
            RegisterState x = o.register(r);
            RegisterState y = c.register(r);
            if (x != y && (x.type != y.type || x.off != y.off || !x.sameRange(y))) {
                return false;
            }
        }
        return true;
    }

    private void hit(VerifierState old, VerifierState state, int slot, boolean loop) {
        old.hits++;
        for (int f = 0; f <= old.current; f++) {
            state.markRead(f, old.readSlots[f]);
        }
        if (isJumpTarget(slot)) {
            state.record(slot, a.previousSlot, 0, 0);
        }
        precision.propagate(old, state, slot);
        facts.pruned(old, state);
        if (loop) {
            loops.addBackEdge(old, state, slot);
        }
    }

    boolean isJumpTarget(int slot) {
        return a.previousSlot >= 0 && slot != a.previousSlot + a.code.width(a.previousSlot);
    }

    private void addCheckpoint(List<VerifierState> list, int slot) {
        VerifierState state = a.state;
        state.lastSlot = a.previousSlot;
        state.slot = slot;
        VerifierState checkpoint = state.checkpoint();
        checkpoint.branches = 1;
        maxStatesPerInstruction = Math.max(maxStatesPerInstruction, list.size());
        list.add(checkpoint);
        totalStates++;
        currentStates++;
        peakStates = Math.max(peakStates, currentStates);
        jumpsAtCheckpoint = jumps;
        processedAtCheckpoint = a.processed;
        loops.enter(checkpoint);
        state.parent = checkpoint;
        state.firstSlot = slot;
        state.history = null;
        Arrays.fill(state.writtenSlots, 0);
    }

    /** The checkpoint taken at this instruction on the turn of the loop before this one, null on the first. */
    @Nullable
    VerifierState previousTurn(int slot) {
        VerifierState s = a.state.parent;
        return previousCheckpoint(slot, s == null ? null : s.parent);
    }

    /** The checkpoint taken last at an instruction of the same call chain, from {@code from} backwards on the path. */
    @Nullable
    VerifierState previousCheckpoint(int slot, @Nullable VerifierState from) {
        for (VerifierState s = from; s != null; s = s.parent) {
            if (s.slot == slot && s.current == a.state.current && sameCalls(s)) {
                return s;
            }
        }
        return null;
    }

    private boolean sameCalls(VerifierState s) {
        for (int f = 0; f <= s.current; f++) {
            if (s.frame(f).callSite != a.state.frame(f).callSite) {
                return false;
            }
        }
        return true;
    }

    /** The current path is finished; so are the checkpoints that only it kept open. */
    void pathEnds() {
        VerifierState s = a.state.parent;
        while (s != null) {
            if (--s.branches > 0) {
                return;
            }
            loops.leave(s);
            s = s.parent;
        }
    }
}
