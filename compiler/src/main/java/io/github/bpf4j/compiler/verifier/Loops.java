/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loops of the program that are being explored. While one is, the marks of the checkpoints inside are not complete: a path that was ended because its
 * state equals one inside the loop may still add precision and read marks to the states it came from. When the loop's entry is fully
 * explored, the marks are passed along those back edges until none changes.
 */
final class Loops {
    /** A path that was ended inside a loop, and the state it was found equal to. */
    private record BackEdge(VerifierState old, VerifierState state, int slot) {}

    /** One entry into a loop on one call chain. */
    private static final class Visit {
        final VerifierState entry;
        final List<BackEdge> backEdges = new ArrayList<>(0);

        Visit(VerifierState entry) {
            this.entry = entry;
        }
    }

    private final Precision precision;
    /** By slot, the number of the strongly connected component it lies in; 0 outside of loops. */
    private final int[] components;

    private final Map<List<Integer>, Visit> visits = new HashMap<>();

    Loops(Analysis analysis, Precision precision) {
        this.precision = precision;
        this.components = new LoopComponents(analysis).components;
    }

    /** Calls up to the innermost one that lies in a loop, and that loop's number; null outside of loops. */
    private @Nullable List<Integer> chain(VerifierState state) {
        for (int f = state.current; f >= 0; f--) {
            int at = f == state.current ? state.slot : state.frame(f + 1).callSite;
            int component = at < 0 ? 0 : components[at];
            if (component != 0) {
                List<Integer> chain = new ArrayList<>(f + 1);
                for (int i = 1; i <= f; i++) {
                    chain.add(state.frame(i).callSite);
                }
                chain.add(component);
                return chain;
            }
        }
        return null;
    }

    void enter(VerifierState checkpoint) {
        List<Integer> chain = chain(checkpoint);
        if (chain != null) {
            visits.putIfAbsent(chain, new Visit(checkpoint));
        }
    }

    /** Whether marks of a checkpoint may still be missing. */
    boolean isIncomplete(VerifierState checkpoint) {
        List<Integer> chain = visits.isEmpty() ? null : chain(checkpoint);
        Visit visit = chain == null ? null : visits.get(chain);
        return visit != null && !visit.backEdges.isEmpty();
    }

    void addBackEdge(VerifierState old, VerifierState state, int slot) {
        List<Integer> chain = chain(old);
        Visit visit = chain == null ? null : visits.get(chain);
        if (visit != null) {
            visit.backEdges.add(new BackEdge(old, state, slot));
        }
    }

    /** A checkpoint is fully explored. */
    void leave(VerifierState checkpoint) {
        List<Integer> chain = visits.isEmpty() ? null : chain(checkpoint);
        Visit visit = chain == null ? null : visits.get(chain);
        if (visit == null || visit.entry != checkpoint) {
            return;
        }
        int rounds = 0;
        boolean changed = true;
        while (changed && rounds++ < 64) {
            changed = false;
            for (BackEdge edge : visit.backEdges) {
                for (int f = 0; f <= edge.old.current; f++) {
                    edge.state.markRead(f, edge.old.readSlots[f]);
                }
                changed |= precision.propagate(edge.old, edge.state, edge.slot);
            }
        }
        if (changed) {
            // Too many rounds: give up the distinction.
            for (BackEdge edge : visit.backEdges) {
                for (VerifierState s = edge.state.parent; s != null; s = s.parent) {
                    java.util.Arrays.fill(s.preciseRegisters, -1);
                    java.util.Arrays.fill(s.preciseSlots, -1);
                }
            }
        }
        visits.remove(chain);
    }

    /** Whether the iterator that the call at hand advances has an element to give. */
    boolean isIteratorActive(VerifierState state) {
        RegisterState pointer = state.frame().register(1);
        if (pointer.type != RegisterType.STACK || !pointer.hasConstantOffset()) {
            return false;
        }
        long off = pointer.off + pointer.bits.value();
        int slot = (int) ((-off - 1) / 8);
        return off < 0 && state.frame(pointer.frame).slot(slot).objectState == StackObjects.ACTIVE;
    }

    /** Whether some iterator has advanced further in one state than in the other. */
    boolean iteratorsDiffer(VerifierState old, VerifierState state) {
        for (int f = 0; f <= old.current; f++) {
            FrameState o = old.frame(f);
            FrameState c = state.frame(f);
            for (int s = 0; s < o.allocatedSlots(); s++) {
                if (o.byteType(s, 0) == FrameState.ITER
                        && o.slot(s).objectState == StackObjects.ACTIVE
                        && o.slot(s).depth != c.slot(s).depth) {
                    return true;
                }
            }
        }
        return false;
    }
}
