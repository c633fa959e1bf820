/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import org.jspecify.annotations.Nullable;

/**
 * A step of the path that precision tracking walks back: a jump, or an instruction that touched the stack through a pointer or refined
 * linked scalars. Straight-line steps are implied. Immutable, so paths that fork share their past.
 *
 * @param previous the step before in the same state, null for the first
 * @param slot the instruction
 * @param previousSlot the instruction executed before it, -1 if none
 * @param stackAccess frame and slot of the stack access as {@code 1 + frame * 64 + slot}, or 0
 * @param linked registers and slots that were refined together, packed, or 0
 * @param length steps up to this one
 */
record HistoryStep(
        @Nullable HistoryStep previous, int slot, int previousSlot, int stackAccess, long linked, int length) {
    static HistoryStep append(@Nullable HistoryStep tail, int slot, int previousSlot, int stackAccess, long linked) {
        boolean detail = stackAccess != 0 || linked != 0;
        if (detail && tail != null && tail.slot == slot && tail.previousSlot == previousSlot) {
            // More about the same step: one entry per executed instruction.
            return new HistoryStep(
                    tail.previous,
                    slot,
                    previousSlot,
                    stackAccess != 0 ? stackAccess : tail.stackAccess,
                    linked != 0 ? linked : tail.linked,
                    tail.length);
        }
        return new HistoryStep(tail, slot, previousSlot, stackAccess, linked, tail == null ? 1 : tail.length + 1);
    }
}
