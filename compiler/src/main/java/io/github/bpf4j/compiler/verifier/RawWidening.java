/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Raw programs are not proven safe, only understood: where paths meet, their states are joined instead of compared, and ranges that keep growing
 * become unknown. So every loop converges, whether it ends or not.
 */
final class RawWidening {
    private static final int PATIENCE = 4;

    /** The join of all states seen at one instruction of one call chain. */
    private static final class Joined {
        final VerifierState state;
        int visits;

        Joined(VerifierState state) {
            this.state = state;
        }
    }

    private final Analysis a;
    private final Map<List<Integer>, Joined> joins = new HashMap<>();

    RawWidening(Analysis analysis) {
        this.a = analysis;
    }

    /** Joins the current state. Returns whether that brought nothing new. */
    boolean visit() {
        List<Integer> key = new ArrayList<>();
        key.add(a.slot);
        for (int f = 1; f <= a.state.current; f++) {
            key.add(a.state.frame(f).callSite);
        }
        Joined joined = joins.get(key);
        if (joined == null) {
            joins.put(key, new Joined(a.state.fork()));
            return false;
        }
        joined.visits++;
        boolean widen = joined.visits > PATIENCE;
        boolean changed = false;
        for (int f = 0; f <= a.state.current; f++) {
            changed |= join(joined.state.ownFrame(f), a.state.frame(f), widen);
        }
        if (!changed) {
            return true;
        }
        a.state = joined.state.fork();
        return false;
    }

    private static boolean join(FrameState into, FrameState from, boolean widen) {
        boolean changed = false;
        for (int r = 0; r < 10; r++) {
            if (differs(into.register(r), from.register(r))) {
                changed = true;
                merge(into.own(r), from.register(r), widen);
            }
        }
        into.allocate(from.allocatedSlots());
        for (int s = 0; s < into.allocatedSlots(); s++) {
            if (into.slotType(s) != from.slotType(s)) {
                if (into.slotType(s) != FrameState.ALL * FrameState.MISC) {
                    changed = true;
                    into.setSlotType(s, FrameState.ALL * FrameState.MISC);
                    into.clearSlot(s);
                }
            } else if (into.isSpill(s) && differs(into.slot(s), from.slot(s))) {
                changed = true;
                merge(into.ownSlot(s), from.slot(s), widen);
            }
        }
        return changed;
    }

    /** Whether {@code from} has something that {@code into} does not describe. */
    private static boolean differs(RegisterState into, RegisterState from) {
        if (into == from || into.type == MIXED) {
            return false;
        }
        if (into.type != from.type || into.map != from.map || into.frame != from.frame) {
            return true;
        }
        if (into.type == SCALAR) {
            return !into.containsAll(from);
        }
        return into.isPointer() && (into.off != from.off || !into.containsAll(from));
    }

    private static void merge(RegisterState into, RegisterState from, boolean widen) {
        boolean pointers = into.type == from.type && into.map == from.map && into.frame == from.frame;
        if (!pointers) {
            into.setPointer(MIXED);
            into.setUnknown();
            return;
        }
        into.id = 0;
        into.deltaBits = 0;
        if (into.type == SCALAR) {
            into.off = 0;
            if (widen) {
                into.setUnknown();
            } else {
                into.join(from);
            }
        } else if (into.isPointer()) {
            if (widen || into.off != from.off) {
                into.setUnknown();
            } else {
                into.join(from);
            }
        }
    }
}
