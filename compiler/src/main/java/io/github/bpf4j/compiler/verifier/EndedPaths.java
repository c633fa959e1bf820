/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What paths that pruning ended have in their scalars beyond what the explored states have that covered them. */
final class EndedPaths {
    private final Analysis a;
    private final SavedRanges saved;
    /** By slot, what ended paths had in their registers. */
    private final Map<Integer, @Nullable ScalarRange[]> registers = new HashMap<>();

    private final IdMap ids = new IdMap();
    /** Identities on the explored path that not all of their scalars have on the ended one. */
    private final Set<Integer> brokenLinks = new HashSet<>();

    /** Takes a live register's scalar on the explored path and on the ended one. */
    @FunctionalInterface
    private interface RegisterVisitor {
        void visit(int at, int register, RegisterState explored, RegisterState ended);
    }

    /** Takes a saved scalar on the explored path, and on the ended one if it is there, too. */
    @FunctionalInterface
    private interface SlotVisitor {
        void visit(int subprogram, int slot, RegisterState explored, @Nullable RegisterState ended);
    }

    /** Takes a range that ended paths have in a register. */
    @FunctionalInterface
    interface RangeVisitor {
        void visit(int at, int register, ScalarRange range);
    }

    /**
     * No ended paths yet.
     *
     * @param saved receives the ranges of saved scalars
     */
    EndedPaths(Analysis analysis, SavedRanges saved) {
        this.a = analysis;
        this.saved = saved;
    }

    /** Remembers where the ended path has ranges that the explored one does not cover. */
    void add(VerifierState explored, VerifierState ended) {
        ids.reset();
        brokenLinks.clear();
        // First all links, then all ranges: one scalar without its link leaves the others of the explored path linked
        // to nothing.
        forScalars(explored, ended, (_, _, x, y) -> noteLinks(x, y), (_, _, x, y) -> noteLinks(x, y));
        forScalars(
                explored,
                ended,
                (at, register, x, y) -> {
                    if (isBroken(x) || !x.containsAll(y)) {
                        addRegister(at, register, y);
                    }
                },
                (subprogram, slot, x, y) -> {
                    if (y == null) {
                        saved.addUnknown(subprogram, slot);
                    } else if (isBroken(x) || !x.containsAll(y)) {
                        saved.add(subprogram, slot, y);
                    }
                });
    }

    /** Hands out all ranges that registers have on ended paths only. */
    void forEachRegister(RangeVisitor visitor) {
        registers.forEach((at, ranges) -> {
            for (int r = 0; r < ranges.length; r++) {
                ScalarRange range = ranges[r];
                if (range != null) {
                    visitor.visit(at, r, range);
                }
            }
        });
    }

    private void forScalars(VerifierState old, VerifierState state, RegisterVisitor registers, SlotVisitor slots) {
        for (int f = 0; f <= old.current; f++) {
            FrameState o = old.frame(f);
            FrameState c = state.frame(f);
            int at = f == old.current ? old.slot : old.frame(f + 1).callSite;
            int live = at < a.code.length ? a.liveness.before[at] & 0x3ff : 0;
            if (f < old.current) {
                live &= ~0b111111;
            }
            for (int r = 0; r < 10; r++) {
                RegisterState x = o.register(r);
                RegisterState y = c.register(r);
                if ((live & 1 << r) != 0 && y.isScalar() && x.isScalar()) {
                    registers.visit(at, r, x, y);
                }
            }
            for (int s = 0; s < Math.min(o.allocatedSlots(), c.allocatedSlots()); s++) {
                RegisterState x = o.slot(s);
                if (o.isSpill(s) && x.isScalar()) {
                    slots.visit(o.subprogram, s, x, c.isSpill(s) && c.slot(s).isScalar() ? c.slot(s) : null);
                }
            }
        }
    }

    private void addRegister(int at, int register, ScalarRange range) {
        @Nullable ScalarRange[] ranges = registers.computeIfAbsent(at, _ -> new ScalarRange[10]);
        ScalarRange known = ranges[register];
        if (known == null) {
            known = new ScalarRange();
            known.copyRange(range);
            ranges[register] = known;
        } else {
            known.join(range);
        }
    }

    /** Finds out whether whatever the explored path learns of a scalar through others holds on the ended path as well. */
    private void noteLinks(RegisterState explored, @Nullable RegisterState ended) {
        if (explored.id != 0
                && (ended == null
                        || explored.deltaBits != ended.deltaBits
                        || explored.deltaBits != 0 && explored.off != ended.off
                        || !ids.matches(explored.id, ended.id))) {
            brokenLinks.add(explored.id);
        }
    }

    private boolean isBroken(RegisterState explored) {
        return explored.id != 0 && brokenLinks.contains(explored.id);
    }
}
