/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction.Condition;

/** Comparisons of scalars: whether the outcome is certain, and what each outcome says about the operands. */
final class BranchRefinement {
    /** The comparison is never true. */
    static final int NEVER = 0;

    /** The comparison is always true. */
    static final int ALWAYS = 1;

    /** Both outcomes are possible. */
    static final int UNKNOWN = -1;

    private BranchRefinement() {}

    /** Whether {@code a condition b} is certain. */
    static int outcome(Condition condition, boolean is32, ScalarRange a, ScalarRange b) {
        long amin = is32 ? a.u32min & 0xffff_ffffL : a.umin;
        long amax = is32 ? a.u32max & 0xffff_ffffL : a.umax;
        long bmin = is32 ? b.u32min & 0xffff_ffffL : b.umin;
        long bmax = is32 ? b.u32max & 0xffff_ffffL : b.umax;
        long asmin = is32 ? a.s32min : a.smin;
        long asmax = is32 ? a.s32max : a.smax;
        long bsmin = is32 ? b.s32min : b.smin;
        long bsmax = is32 ? b.s32max : b.smax;
        Tnum abits = is32 ? a.bits.low32() : a.bits;
        Tnum bbits = is32 ? b.bits.low32() : b.bits;
        return switch (condition) {
            case EQ, NE -> {
                int equal = UNKNOWN;
                if (abits.isConstant() && bbits.isConstant()) {
                    equal = abits.value() == bbits.value() ? ALWAYS : NEVER;
                } else if (!abits.overlaps(bbits)
                        || above(amin, bmax)
                        || above(bmin, amax)
                        || asmin > bsmax
                        || asmax < bsmin) {
                    equal = NEVER;
                } else if (!is32
                        && (Integer.compareUnsigned(a.u32min, b.u32max) > 0
                                || Integer.compareUnsigned(a.u32max, b.u32min) < 0
                                || a.s32min > b.s32max
                                || a.s32max < b.s32min)) {
                    equal = NEVER;
                }
                yield condition == Condition.EQ || equal == UNKNOWN ? equal : 1 - equal;
            }
            case SET -> {
                Tnum mask = bbits;
                Tnum tested = abits;
                if (!mask.isConstant()) {
                    Tnum swap = mask;
                    mask = tested;
                    tested = swap;
                }
                if (!mask.isConstant()) {
                    yield UNKNOWN;
                }
                if ((tested.value() & mask.value()) != 0) {
                    yield ALWAYS;
                }
                yield ((tested.value() | tested.mask()) & mask.value()) == 0 ? NEVER : UNKNOWN;
            }
            case GT -> above(amin, bmax) ? ALWAYS : above(amax, bmin) ? UNKNOWN : NEVER;
            case GE -> !above(bmax, amin) ? ALWAYS : above(bmin, amax) ? NEVER : UNKNOWN;
            case LT -> above(bmin, amax) ? ALWAYS : above(bmax, amin) ? UNKNOWN : NEVER;
            case LE -> !above(amax, bmin) ? ALWAYS : above(amin, bmax) ? NEVER : UNKNOWN;
            case SGT -> asmin > bsmax ? ALWAYS : asmax <= bsmin ? NEVER : UNKNOWN;
            case SGE -> asmin >= bsmax ? ALWAYS : asmax < bsmin ? NEVER : UNKNOWN;
            case SLT -> asmax < bsmin ? ALWAYS : asmin >= bsmax ? NEVER : UNKNOWN;
            case SLE -> asmax <= bsmin ? ALWAYS : asmin > bsmax ? NEVER : UNKNOWN;
        };
    }

    private static boolean above(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    /** Sharpens both operands by {@code a condition b} being {@code holds}. */
    static void refine(Condition condition, boolean holds, boolean is32, ScalarRange a, ScalarRange b) {
        switch (condition) {
            case EQ, NE -> {
                if ((condition == Condition.EQ) == holds) {
                    equal(is32, a, b);
                } else {
                    notEqual(is32, a, b);
                }
            }
            case SET -> bitTest(holds, is32, a, b);
            case GT -> unsigned(holds, is32, true, b, a);
            case LT -> unsigned(holds, is32, true, a, b);
            case GE -> unsigned(holds, is32, false, b, a);
            case LE -> unsigned(holds, is32, false, a, b);
            case SGT -> signed(holds, is32, true, b, a);
            case SLT -> signed(holds, is32, true, a, b);
            case SGE -> signed(holds, is32, false, b, a);
            case SLE -> signed(holds, is32, false, a, b);
        }
        settle(a);
        settle(b);
    }

    private static void settle(ScalarRange range) {
        range.sync();
        if (range.isEmpty() || !range.boundsFitConstant()) {
            // This outcome cannot happen, which the coarser test above did not see; any claim is sound. Linux keeps the
            // bits.
            range.setUnbounded();
        }
    }

    private static void equal(boolean is32, ScalarRange a, ScalarRange b) {
        if (is32) {
            a.u32min = ScalarRange.umax(a.u32min, b.u32min);
            a.u32max = ScalarRange.umin(a.u32max, b.u32max);
            a.s32min = Math.max(a.s32min, b.s32min);
            a.s32max = Math.min(a.s32max, b.s32max);
            b.u32min = a.u32min;
            b.u32max = a.u32max;
            b.s32min = a.s32min;
            b.s32max = a.s32max;
            Tnum low = a.bits.low32().intersect(b.bits.low32());
            a.bits = a.bits.withLow32(low);
            b.bits = b.bits.withLow32(low);
            return;
        }
        a.umin = ScalarRange.umax(a.umin, b.umin);
        a.umax = ScalarRange.umin(a.umax, b.umax);
        a.smin = Math.max(a.smin, b.smin);
        a.smax = Math.min(a.smax, b.smax);
        a.u32min = ScalarRange.umax(a.u32min, b.u32min);
        a.u32max = ScalarRange.umin(a.u32max, b.u32max);
        a.s32min = Math.max(a.s32min, b.s32min);
        a.s32max = Math.min(a.s32max, b.s32max);
        a.bits = a.bits.intersect(b.bits);
        b.copyRange(a);
    }

    private static void notEqual(boolean is32, ScalarRange a, ScalarRange b) {
        ScalarRange range = a;
        ScalarRange constant = b;
        if (is32 ? !b.isConstant32() : !b.isConstant()) {
            range = b;
            constant = a;
            if (is32 ? !a.isConstant32() : !a.isConstant()) {
                return;
            }
        }
        // Only a value at the end of a range can be taken away.
        if (is32) {
            int value = (int) constant.bits.value();
            if (range.u32min == value) {
                range.u32min++;
            }
            if (range.u32max == value) {
                range.u32max--;
            }
            if (range.s32min == value) {
                range.s32min++;
            }
            if (range.s32max == value) {
                range.s32max--;
            }
        } else {
            long value = constant.bits.value();
            if (range.umin == value) {
                range.umin++;
            }
            if (range.umax == value) {
                range.umax--;
            }
            if (range.smin == value) {
                range.smin++;
            }
            if (range.smax == value) {
                range.smax--;
            }
        }
    }

    private static void bitTest(boolean holds, boolean is32, ScalarRange a, ScalarRange b) {
        ScalarRange tested = a;
        ScalarRange mask = b;
        if (is32 ? !b.isConstant32() : !b.isConstant()) {
            tested = b;
            mask = a;
            if (is32 ? !a.isConstant32() : !a.isConstant()) {
                return;
            }
        }
        long value = is32 ? mask.bits.value() & 0xffff_ffffL : mask.bits.value();
        if (holds) {
            // Some bit is set; only if a single one was asked for is it known which.
            if (Long.bitCount(value) != 1) {
                return;
            }
            tested.bits = new Tnum(tested.bits.value() | value, tested.bits.mask() & ~value);
        } else {
            // As in Linux, which forgets the ranges lest they contradict the bits.
            tested.setUnbounded();
            tested.bits = new Tnum(tested.bits.value() & ~value, tested.bits.mask() & ~value);
        }
    }

    /** {@code low < high} or {@code low <= high}, or the opposite of it. */
    private static void unsigned(boolean holds, boolean is32, boolean strict, ScalarRange low, ScalarRange high) {
        if (!holds) {
            unsigned(true, is32, !strict, high, low);
            return;
        }
        if (is32) {
            int step = strict ? 1 : 0;
            if (!strict || high.u32max != 0) {
                low.u32max = ScalarRange.umin(low.u32max, high.u32max - step);
            }
            if (!strict || low.u32min != -1) {
                high.u32min = ScalarRange.umax(low.u32min + step, high.u32min);
            }
        } else {
            long step = strict ? 1 : 0;
            if (!strict || high.umax != 0) {
                low.umax = ScalarRange.umin(low.umax, high.umax - step);
            }
            if (!strict || low.umin != -1) {
                high.umin = ScalarRange.umax(low.umin + step, high.umin);
            }
        }
    }

    private static void signed(boolean holds, boolean is32, boolean strict, ScalarRange low, ScalarRange high) {
        if (!holds) {
            signed(true, is32, !strict, high, low);
            return;
        }
        if (is32) {
            int step = strict ? 1 : 0;
            if (!strict || high.s32max != Integer.MIN_VALUE) {
                low.s32max = Math.min(low.s32max, high.s32max - step);
            }
            if (!strict || low.s32min != Integer.MAX_VALUE) {
                high.s32min = Math.max(low.s32min + step, high.s32min);
            }
        } else {
            long step = strict ? 1 : 0;
            if (!strict || high.smax != Long.MIN_VALUE) {
                low.smax = Math.min(low.smax, high.smax - step);
            }
            if (!strict || low.smin != Long.MAX_VALUE) {
                high.smin = Math.max(low.smin + step, high.smin);
            }
        }
    }
}
