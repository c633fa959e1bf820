/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** Makes loops converge: a scalar that need not be precise and differs from one turn to the next may have any value. */
final class Widening {
    private Widening() {}

    /** Widens the current state against the one at the turn before. */
    static void apply(VerifierState old, VerifierState state) {
        for (int f = 0; f <= Math.min(old.current, state.current); f++) {
            FrameState before = old.frame(f);
            FrameState now = state.frame(f);
            for (int r = 0; r < 10; r++) {
                boolean precise = (old.preciseRegisters[f] & 1 << r) != 0;
                if (!precise && differs(before.register(r), now.register(r))) {
                    now = state.ownFrame(f);
                    now.fresh(r).setUnknownScalar();
                }
            }
            int slots = Math.min(before.allocatedSlots(), now.allocatedSlots());
            for (int s = 0; s < slots; s++) {
                boolean precise = (old.preciseSlots[f] & 1L << s) != 0;
                if (!precise && before.isSpill(s) && now.isSpill(s) && differs(before.slot(s), now.slot(s))) {
                    now = state.ownFrame(f);
                    now.ownSlot(s).setUnknownScalar();
                }
            }
        }
    }

    private static boolean differs(RegisterState a, RegisterState b) {
        return a.isScalar()
                && b.isScalar()
                && a != b
                && !(a.sameRange(b) && a.id == b.id && a.deltaBits == b.deltaBits && a.off == b.off);
    }
}
