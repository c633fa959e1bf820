/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.Swap;

/**
 * Abstract arithmetic on scalars (RFC 9669 section 4.1): each operation turns the range of the destination into one that contains every
 * result. For 32-bit operations the caller sees the zero-extended result.
 */
final class AluTransfer {
    private AluTransfer() {}

    /** {@code dst = dst op src}. {@code src} is not changed and may be {@code dst}. */
    static void apply(AluOp op, boolean is32, ScalarRange dst, ScalarRange src) {
        boolean knownOperand = is32 ? src.isConstant32() : src.isConstant();
        if (op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH) {
            int count = (int) src.umin;
            if (!knownOperand || Long.compareUnsigned(src.umax, is32 ? 32 : 64) >= 0) {
                // As in Linux, not even the upper half of a 32-bit result is known, and of a count all 64 bits matter.
                dst.setUnknown();
                return;
            }
            if (op == AluOp.LSH) {
                shiftLeft(dst, count, is32);
            } else if (op == AluOp.RSH) {
                shiftRight(dst, count, is32);
            } else {
                shiftRightArithmetic(dst, count, is32);
            }
        } else {
            switch (op) {
                case ADD -> {
                    add32(dst, src);
                    add64(dst, src);
                    dst.bits = dst.bits.add(src.bits);
                }
                case SUB -> {
                    subtract32(dst, src);
                    subtract64(dst, src);
                    dst.bits = dst.bits.subtract(src.bits);
                }
                case MUL -> {
                    Tnum product = dst.bits.multiply(src.bits);
                    multiply32(dst, src);
                    multiply64(dst, src);
                    dst.bits = product;
                }
                case AND -> and(dst, src);
                case OR -> or(dst, src);
                case XOR -> xor(dst, src);
                case DIV, MOD, SDIV, SMOD -> {
                    // As in Linux 6.18, not even the upper half of a 32-bit result is known.
                    dst.setUnknown();
                    return;
                }
                default -> throw new AssertionError(op);
            }
        }
        if (is32) {
            dst.zeroExtend32();
        } else {
            dst.sync();
        }
    }

    /** {@code dst = -dst}. */
    static void negate(boolean is32, ScalarRange dst) {
        ScalarRange old = new ScalarRange();
        old.copyRange(dst);
        dst.setConstant(0);
        subtract32(dst, old);
        subtract64(dst, old);
        dst.bits = old.bits.negate();
        if (is32) {
            dst.zeroExtend32();
        } else {
            dst.sync();
        }
    }

    /** Byte order conversion on a little-endian machine. */
    static void swap(Swap kind, int bits, ScalarRange dst) {
        if (kind == Swap.TO_LE) {
            dst.truncate(bits / 8);
            return;
        }
        Tnum swapped = dst.bits.reverseBytes().shiftRight(64 - bits);
        dst.setUnbounded();
        dst.bits = swapped;
        dst.sync();
    }

    private static void add64(ScalarRange dst, ScalarRange src) {
        long min = dst.smin + src.smin;
        long max = dst.smax + src.smax;
        if (addOverflows(dst.smin, src.smin, min) || addOverflows(dst.smax, src.smax, max)) {
            dst.smin = Long.MIN_VALUE;
            dst.smax = Long.MAX_VALUE;
        } else {
            dst.smin = min;
            dst.smax = max;
        }
        long umin = dst.umin + src.umin;
        long umax = dst.umax + src.umax;
        boolean minWraps = Long.compareUnsigned(umin, src.umin) < 0;
        boolean maxWraps = Long.compareUnsigned(umax, src.umax) < 0;
        // If both ends wrap, every sum does, and the interval stays one.
        if (!minWraps && maxWraps) {
            dst.umin = 0;
            dst.umax = -1;
        } else {
            dst.umin = umin;
            dst.umax = umax;
        }
    }

    private static void add32(ScalarRange dst, ScalarRange src) {
        long min = (long) dst.s32min + src.s32min;
        long max = (long) dst.s32max + src.s32max;
        if (min != (int) min || max != (int) max) {
            dst.s32min = Integer.MIN_VALUE;
            dst.s32max = Integer.MAX_VALUE;
        } else {
            dst.s32min = (int) min;
            dst.s32max = (int) max;
        }
        int umin = dst.u32min + src.u32min;
        int umax = dst.u32max + src.u32max;
        boolean minWraps = Integer.compareUnsigned(umin, src.u32min) < 0;
        boolean maxWraps = Integer.compareUnsigned(umax, src.u32max) < 0;
        if (!minWraps && maxWraps) {
            dst.u32min = 0;
            dst.u32max = -1;
        } else {
            dst.u32min = umin;
            dst.u32max = umax;
        }
    }

    private static void subtract64(ScalarRange dst, ScalarRange src) {
        long srcMin = src.smin;
        long srcMax = src.smax;
        long min = dst.smin - srcMax;
        long max = dst.smax - srcMin;
        if (subtractOverflows(dst.smin, srcMax, min) || subtractOverflows(dst.smax, srcMin, max)) {
            dst.smin = Long.MIN_VALUE;
            dst.smax = Long.MAX_VALUE;
        } else {
            dst.smin = min;
            dst.smax = max;
        }
        long srcUmin = src.umin;
        long srcUmax = src.umax;
        boolean minWraps = Long.compareUnsigned(dst.umin, srcUmax) < 0;
        boolean maxWraps = Long.compareUnsigned(dst.umax, srcUmin) < 0;
        if (minWraps && !maxWraps) {
            dst.umin = 0;
            dst.umax = -1;
        } else {
            long umin = dst.umin - srcUmax;
            dst.umax = dst.umax - srcUmin;
            dst.umin = umin;
        }
    }

    private static void subtract32(ScalarRange dst, ScalarRange src) {
        long min = (long) dst.s32min - src.s32max;
        long max = (long) dst.s32max - src.s32min;
        if (min != (int) min || max != (int) max) {
            dst.s32min = Integer.MIN_VALUE;
            dst.s32max = Integer.MAX_VALUE;
        } else {
            dst.s32min = (int) min;
            dst.s32max = (int) max;
        }
        int srcUmin = src.u32min;
        int srcUmax = src.u32max;
        boolean minWraps = Integer.compareUnsigned(dst.u32min, srcUmax) < 0;
        boolean maxWraps = Integer.compareUnsigned(dst.u32max, srcUmin) < 0;
        if (minWraps && !maxWraps) {
            dst.u32min = 0;
            dst.u32max = -1;
        } else {
            int umin = dst.u32min - srcUmax;
            dst.u32max = dst.u32max - srcUmin;
            dst.u32min = umin;
        }
    }

    private static void multiply64(ScalarRange dst, ScalarRange src) {
        long umin = dst.umin * src.umin;
        long umax = dst.umax * src.umax;
        if (Math.unsignedMultiplyHigh(dst.umax, src.umax) != 0) {
            umin = 0;
            umax = -1;
        }
        long a = dst.smin * src.smin;
        long b = dst.smin * src.smax;
        long c = dst.smax * src.smin;
        long d = dst.smax * src.smax;
        if (multiplyOverflows(dst.smin, src.smin, a)
                || multiplyOverflows(dst.smin, src.smax, b)
                || multiplyOverflows(dst.smax, src.smin, c)
                || multiplyOverflows(dst.smax, src.smax, d)) {
            dst.smin = Long.MIN_VALUE;
            dst.smax = Long.MAX_VALUE;
        } else {
            dst.smin = Math.min(Math.min(a, b), Math.min(c, d));
            dst.smax = Math.max(Math.max(a, b), Math.max(c, d));
        }
        dst.umin = umin;
        dst.umax = umax;
    }

    private static void multiply32(ScalarRange dst, ScalarRange src) {
        long low = (dst.u32min & 0xffff_ffffL) * (src.u32min & 0xffff_ffffL);
        long high = (dst.u32max & 0xffff_ffffL) * (src.u32max & 0xffff_ffffL);
        boolean unsignedOverflow = high >>> 32 != 0;
        long a = (long) dst.s32min * src.s32min;
        long b = (long) dst.s32min * src.s32max;
        long c = (long) dst.s32max * src.s32min;
        long d = (long) dst.s32max * src.s32max;
        long min = Math.min(Math.min(a, b), Math.min(c, d));
        long max = Math.max(Math.max(a, b), Math.max(c, d));
        boolean signedOverflow = min != (int) min || max != (int) max;
        dst.s32min = signedOverflow ? Integer.MIN_VALUE : (int) min;
        dst.s32max = signedOverflow ? Integer.MAX_VALUE : (int) max;
        dst.u32min = unsignedOverflow ? 0 : (int) low;
        dst.u32max = unsignedOverflow ? -1 : (int) high;
    }

    private static void and(ScalarRange dst, ScalarRange src) {
        dst.bits = dst.bits.and(src.bits);
        dst.umin = dst.bits.value();
        dst.umax = ScalarRange.umin(dst.umax, src.umax);
        dst.u32min = (int) dst.bits.value();
        dst.u32max = ScalarRange.umin(dst.u32max, src.u32max);
        signedFromUnsigned(dst);
    }

    private static void or(ScalarRange dst, ScalarRange src) {
        dst.bits = dst.bits.or(src.bits);
        long all = dst.bits.value() | dst.bits.mask();
        dst.umin = ScalarRange.umax(dst.umin, src.umin);
        dst.umax = all;
        dst.u32min = ScalarRange.umax(dst.u32min, src.u32min);
        dst.u32max = (int) all;
        signedFromUnsigned(dst);
    }

    private static void xor(ScalarRange dst, ScalarRange src) {
        dst.bits = dst.bits.xor(src.bits);
        long all = dst.bits.value() | dst.bits.mask();
        dst.umin = dst.bits.value();
        dst.umax = all;
        dst.u32min = (int) dst.bits.value();
        dst.u32max = (int) all;
        signedFromUnsigned(dst);
    }

    private static void signedFromUnsigned(ScalarRange dst) {
        boolean same64 = dst.umin <= dst.umax;
        dst.smin = same64 ? dst.umin : Long.MIN_VALUE;
        dst.smax = same64 ? dst.umax : Long.MAX_VALUE;
        boolean same32 = dst.u32min <= dst.u32max;
        dst.s32min = same32 ? dst.u32min : Integer.MIN_VALUE;
        dst.s32max = same32 ? dst.u32max : Integer.MAX_VALUE;
    }

    /** As in Linux, bounds are kept up to the one that comes out as the highest bit. */
    private static void shiftLeft(ScalarRange dst, int count, boolean is32) {
        if (is32) {
            Tnum low = dst.bits.low32().shiftLeft(count);
            if (Integer.compareUnsigned(dst.u32max, 1 << (31 - count)) <= 0) {
                dst.u32min <<= count;
                dst.u32max <<= count;
            } else {
                dst.u32min = 0;
                dst.u32max = -1;
            }
            dst.s32min = Integer.MIN_VALUE;
            dst.s32max = Integer.MAX_VALUE;
            dst.bits = low.low32();
            dst.setUnbounded64();
            return;
        }
        if (count == 32) {
            // A sign extension begins with this shift: the signed low half becomes the upper one, and order is kept.
            dst.smin = (long) dst.s32min << 32;
            dst.smax = (long) dst.s32max << 32;
        } else {
            dst.smin = Long.MIN_VALUE;
            dst.smax = Long.MAX_VALUE;
        }
        if (Long.compareUnsigned(dst.umax, 1L << (63 - count)) <= 0) {
            dst.umin <<= count;
            dst.umax <<= count;
        } else {
            dst.umin = 0;
            dst.umax = -1;
        }
        dst.bits = dst.bits.shiftLeft(count);
        dst.setUnbounded32();
    }

    private static void shiftRight(ScalarRange dst, int count, boolean is32) {
        if (is32) {
            dst.bits = dst.bits.low32().shiftRight(count);
            dst.u32min >>>= count;
            dst.u32max >>>= count;
            dst.s32min = Integer.MIN_VALUE;
            dst.s32max = Integer.MAX_VALUE;
            dst.setUnbounded64();
            return;
        }
        dst.smin = Long.MIN_VALUE;
        dst.smax = Long.MAX_VALUE;
        dst.bits = dst.bits.shiftRight(count);
        dst.umin >>>= count;
        dst.umax >>>= count;
        dst.setUnbounded32();
    }

    private static void shiftRightArithmetic(ScalarRange dst, int count, boolean is32) {
        if (is32) {
            dst.s32min >>= count;
            dst.s32max >>= count;
            dst.bits = dst.bits.shiftRightArithmetic(count, 32);
            dst.u32min = 0;
            dst.u32max = -1;
            dst.setUnbounded64();
            return;
        }
        dst.smin >>= count;
        dst.smax >>= count;
        dst.bits = dst.bits.shiftRightArithmetic(count, 64);
        dst.umin = 0;
        dst.umax = -1;
        dst.setUnbounded32();
    }

    static boolean addOverflows(long a, long b, long sum) {
        return ((a ^ sum) & (b ^ sum)) < 0;
    }

    static boolean subtractOverflows(long a, long b, long difference) {
        return ((a ^ b) & (a ^ difference)) < 0;
    }

    private static boolean multiplyOverflows(long a, long b, long product) {
        return Math.multiplyHigh(a, b) != product >> 63;
    }
}
