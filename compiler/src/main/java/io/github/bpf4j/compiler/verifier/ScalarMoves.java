/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.AluOp;

/** Moves of scalars between registers, with their sign extensions, and sums that stay linked with what they were made of. */
final class ScalarMoves {
    /** No constant distance. */
    static final long NO_DELTA = Long.MIN_VALUE;

    private ScalarMoves() {}

    /** Turns the range of the moved value into that of the result. */
    static void apply(Instruction.Mov mov, ScalarRange range) {
        boolean is32 = mov.width() == Instruction.Width.W32;
        int extend = mov.signExtendFrom() / 8;
        if (is32 && extend != 0) {
            range.signExtend32(extend);
        } else if (is32) {
            range.zeroExtend32();
        } else if (extend != 0) {
            range.signExtend(extend);
        }
    }

    /** Whether the result is the same number as the moved one, so that both may be refined together. */
    static boolean keepsValue(Instruction.Mov mov, ScalarRange range) {
        if (mov.signExtendFrom() != 0) {
            return keepsValue(mov.signExtendFrom(), range);
        }
        return mov.width() == Instruction.Width.W64 || range.fits32();
    }

    /** Whether a number is its low {@code bits}, sign-extended, because it is not negative in them. */
    static boolean keepsValue(int bits, ScalarRange range) {
        return Long.compareUnsigned(range.umax, 1L << (bits - 1)) < 0;
    }

    /** What an addition or subtraction of a constant adds to a scalar that others are equal to, so that they stay linked. */
    static long linkedDelta(AluOp op, boolean is32, RegisterState scalar, RegisterState right) {
        boolean sum = op == AluOp.ADD || op == AluOp.SUB;
        if (!sum || scalar.id == 0 || !right.isConstant()) {
            return NO_DELTA;
        }
        if (is32 && Long.compareUnsigned(scalar.umax, 0xffff_ffffL) > 0) {
            return NO_DELTA; // the scalars it equals have a high half that the result loses
        }
        long value = is32 ? (int) right.bits.value() : right.bits.value();
        if (value != (int) value || op == AluOp.SUB && value == Integer.MIN_VALUE) {
            return NO_DELTA;
        }
        return op == AluOp.ADD ? value : -value;
    }
}
