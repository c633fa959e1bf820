/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

/** What comparing a packet pointer with the end of the packet proves. */
final class PacketRanges {
    private PacketRanges() {}

    /**
     * The register's pointer is not behind the end ({@code strict}: before it), so all bytes up to it exist, for every pointer of the
     * same origin.
     */
    static void proven(VerifierState state, int register, boolean strict) {
        RegisterState pointer = state.frame().register(register);
        if (pointer.off < 0 || (pointer.off == 0 && strict)) {
            return;
        }
        if (Long.compareUnsigned(pointer.umax, MAX_PACKET_OFFSET) > 0
                || pointer.umax + pointer.off > MAX_PACKET_OFFSET) {
            // Pointers that far cannot be told from wrapped ones.
            return;
        }
        int range = pointer.off + (strict ? 1 : 0);
        int id = pointer.id;
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                RegisterState other = frame.register(r);
                if (other.type == PACKET && other.id == id && other.range < range) {
                    state.ownFrame(f).own(r).range = range;
                    frame = state.frame(f);
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                RegisterState other = frame.slot(s);
                if (frame.isSpill(s) && other.type == PACKET && other.id == id && other.range < range) {
                    state.ownFrame(f).ownSlot(s).range = range;
                    frame = state.frame(f);
                }
            }
        }
    }

    /** The register's pointer is at the end or, if {@code beyond}, behind it. */
    static void atEnd(VerifierState state, int register, boolean beyond) {
        if (state.frame().register(register).type == PACKET) {
            state.frame().own(register).range = beyond ? BEYOND_PACKET_END : AT_PACKET_END;
        }
    }

    /** The packet may have moved: every pointer into it is void. */
    static void invalidate(VerifierState state) {
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                if (isPacket(frame.register(r))) {
                    frame = state.ownFrame(f);
                    frame.fresh(r).setUnknownScalar();
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                if (frame.isSpill(s) && isPacket(frame.slot(s))) {
                    frame = state.ownFrame(f);
                    frame.ownSlot(s).setUnknownScalar();
                }
            }
        }
    }

    private static boolean isPacket(RegisterState state) {
        return state.type == PACKET || state.type == PACKET_END || state.packetSlice;
    }
}
