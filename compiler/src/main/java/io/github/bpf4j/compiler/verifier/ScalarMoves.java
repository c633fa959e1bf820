/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;

/** Moves of scalars between registers, with their sign extensions. */
final class ScalarMoves {
    private ScalarMoves() {}

    /** Turns the range of the moved value into that of the result. */
    static void apply(Instruction.Mov mov, ScalarRange range) {
        boolean is32 = mov.width() == Instruction.Width.W32;
        int extend = mov.signExtendFrom() / 8;
        if (extend != 0) {
            range.signExtend(extend);
        }
        if (is32) {
            range.zeroExtend32();
        }
    }

    /** Whether the result is the same number as the moved one, so that both may be refined together. */
    static boolean keepsValue(Instruction.Mov mov, ScalarRange range) {
        if (mov.signExtendFrom() != 0) {
            return Long.compareUnsigned(range.umax, 1L << (mov.signExtendFrom() - 1)) < 0;
        }
        return mov.width() == Instruction.Width.W64 || range.fits32();
    }
}
