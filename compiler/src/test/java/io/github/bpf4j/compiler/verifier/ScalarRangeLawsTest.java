/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.Condition;
import io.github.bpf4j.compiler.isa.Instruction.Swap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Laws of the number domain: whatever the operands may be, the result of every operation on them is in the range that the abstract operation
 * gives. Ranges are made around concrete numbers, so that there is always something to check.
 */
class ScalarRangeLawsTest {
    private static final long SEED = 0x5ca1a4;
    private static final int CASES = Integer.getInteger("bpf4j.laws.cases", 20_000);

    private final Random random = new Random(SEED);

    private static final long[] CORNERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        31,
        32,
        33,
        63,
        64,
        255,
        256,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffff_8000_0000L,
        0x7fff_ffff_ffff_0000L
    };

    private long number() {
        return switch (random.nextInt(5)) {
            case 0 -> CORNERS[random.nextInt(CORNERS.length)];
            case 1 -> CORNERS[random.nextInt(CORNERS.length)] + random.nextInt(9) - 4;
            case 2 -> random.nextInt();
            case 3 -> random.nextInt(300);
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    /** A range that contains {@code x}: by bits, by bounds of either kind, or all of them. */
    private ScalarRange around(long x) {
        ScalarRange range = new ScalarRange();
        if (random.nextInt(4) == 0) {
            range.setConstant(x);
            return range;
        }
        long y = random.nextBoolean() ? number() : x + random.nextInt(20) - 10;
        int parts = random.nextInt(32);
        if ((parts & 1) != 0) {
            long unknown = random.nextLong() >> random.nextInt(64) << random.nextInt(64);
            range.bits = new Tnum(x & ~unknown, unknown);
        }
        if ((parts & 2) != 0) {
            range.smin = Math.min(x, y);
            range.smax = Math.max(x, y);
        }
        if ((parts & 4) != 0) {
            range.umin = ScalarRange.umin(x, y);
            range.umax = ScalarRange.umax(x, y);
        }
        if ((parts & 8) != 0) {
            range.s32min = Math.min((int) x, (int) y);
            range.s32max = Math.max((int) x, (int) y);
        }
        if ((parts & 16) != 0) {
            range.u32min = ScalarRange.umin((int) x, (int) y);
            range.u32max = ScalarRange.umax((int) x, (int) y);
        }
        range.sync();
        return range;
    }

    private static ScalarRange copy(ScalarRange range) {
        ScalarRange copy = new ScalarRange();
        copy.copyRange(range);
        return copy;
    }

    private static String seed(int i) {
        return "seed " + SEED + " case " + i;
    }

    @Test
    void synchronisingLosesNoNumber() {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            ScalarRange range = around(x);
            assertTrue(range.contains(x), seed(i) + ": " + Long.toHexString(x) + " in " + range);
        }
    }

    @ParameterizedTest
    @EnumSource(AluOp.class)
    void arithmeticContainsEveryResult(AluOp op) {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            long y = number();
            boolean is32 = random.nextBoolean();
            ScalarRange a = around(x);
            ScalarRange b = around(y);
            ScalarRange result = copy(a);
            AluTransfer.apply(op, is32, result, b);
            long concrete = is32 ? concrete32(op, (int) x, (int) y) & 0xffff_ffffL : concrete64(op, x, y);
            assertTrue(
                    result.contains(concrete),
                    seed(i) + ": " + x + " " + op + (is32 ? "32 " : " ") + y + " = " + concrete + " of " + a + " and "
                            + b + " in " + result);
        }
    }

    private static long concrete64(AluOp op, long x, long y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> y == 0 ? 0 : Long.divideUnsigned(x, y);
            case SDIV -> y == 0 ? 0 : x / y;
            case MOD -> y == 0 ? x : Long.remainderUnsigned(x, y);
            case SMOD -> y == 0 ? x : x % y;
            case OR -> x | y;
            case AND -> x & y;
            case XOR -> x ^ y;
            case LSH -> x << y;
            case RSH -> x >>> y;
            case ARSH -> x >> y;
        };
    }

    private static int concrete32(AluOp op, int x, int y) {
        return switch (op) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> y == 0 ? 0 : Integer.divideUnsigned(x, y);
            case SDIV -> y == 0 ? 0 : x / y;
            case MOD -> y == 0 ? x : Integer.remainderUnsigned(x, y);
            case SMOD -> y == 0 ? x : x % y;
            case OR -> x | y;
            case AND -> x & y;
            case XOR -> x ^ y;
            case LSH -> x << y;
            case RSH -> x >>> y;
            case ARSH -> x >> y;
        };
    }

    @Test
    void negationContainsEveryResult() {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            boolean is32 = random.nextBoolean();
            ScalarRange a = around(x);
            ScalarRange result = copy(a);
            AluTransfer.negate(is32, result);
            assertTrue(result.contains(is32 ? -(int) x & 0xffff_ffffL : -x), seed(i) + ": -" + x + " of " + a);
        }
    }

    @Test
    void conversionsContainEveryResult() {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            ScalarRange a = around(x);
            for (int bytes = 1; bytes <= 4; bytes *= 2) {
                int shift = 64 - 8 * bytes;
                ScalarRange zero = copy(a);
                zero.truncate(bytes);
                assertTrue(zero.contains(x << shift >>> shift), seed(i) + ": " + x + " truncated to " + bytes);
                ScalarRange sign = copy(a);
                sign.signExtend(bytes);
                assertTrue(
                        sign.contains(x << shift >> shift),
                        seed(i) + ": " + x + " of " + a + " extended from " + bytes + " in " + sign);
                ScalarRange sign32 = copy(a);
                sign32.signExtend32(bytes);
                assertTrue(sign32.contains((x << shift >> shift) & 0xffff_ffffL), seed(i));
            }
            ScalarRange big = copy(a);
            AluTransfer.swap(Swap.TO_BE, 16, big);
            assertTrue(big.contains(Short.reverseBytes((short) x) & 0xffffL), seed(i));
            ScalarRange swap = copy(a);
            AluTransfer.swap(Swap.BSWAP, 64, swap);
            assertTrue(swap.contains(Long.reverseBytes(x)), seed(i));
            ScalarRange little = copy(a);
            AluTransfer.swap(Swap.TO_LE, 32, little);
            assertTrue(little.contains(x & 0xffff_ffffL), seed(i));
        }
    }

    @ParameterizedTest
    @EnumSource(Condition.class)
    void comparisonsAreRightAndKeepWhatHolds(Condition condition) {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            long y = random.nextInt(3) == 0 ? x + random.nextInt(3) - 1 : number();
            boolean is32 = random.nextBoolean();
            ScalarRange a = around(x);
            ScalarRange b = around(y);
            boolean holds = is32
                    ? holds(condition, (int) x, (int) y, (int) x & 0xffff_ffffL, (int) y & 0xffff_ffffL)
                    : holds64(condition, x, y);
            int outcome = BranchRefinement.outcome(condition, is32, a, b);
            assertTrue(
                    outcome == BranchRefinement.UNKNOWN || (outcome == BranchRefinement.ALWAYS) == holds,
                    seed(i) + ": " + x + " " + condition + (is32 ? "32 " : " ") + y + " of " + a + " and " + b);
            ScalarRange left = copy(a);
            ScalarRange right = copy(b);
            BranchRefinement.refine(condition, holds, is32, left, right);
            assertTrue(
                    left.contains(x) && right.contains(y),
                    seed(i) + ": " + x + " " + condition + (is32 ? "32 " : " ") + y + " is " + holds + ", " + a
                            + " becomes " + left + " and " + b + " becomes " + right);
        }
    }

    private static boolean holds64(Condition condition, long x, long y) {
        return switch (condition) {
            case EQ -> x == y;
            case NE -> x != y;
            case SET -> (x & y) != 0;
            case GT -> Long.compareUnsigned(x, y) > 0;
            case GE -> Long.compareUnsigned(x, y) >= 0;
            case LT -> Long.compareUnsigned(x, y) < 0;
            case LE -> Long.compareUnsigned(x, y) <= 0;
            case SGT -> x > y;
            case SGE -> x >= y;
            case SLT -> x < y;
            case SLE -> x <= y;
        };
    }

    private static boolean holds(Condition condition, int x, int y, long ux, long uy) {
        return switch (condition) {
            case SGT -> x > y;
            case SGE -> x >= y;
            case SLT -> x < y;
            case SLE -> x <= y;
            default -> holds64(condition, ux, uy);
        };
    }

    @Test
    void joinsContainBothSides() {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            long y = number();
            ScalarRange joined = around(x);
            joined.join(around(y));
            assertTrue(joined.contains(x) && joined.contains(y), seed(i));
        }
    }

    @Test
    void inclusionIsWhatItSays() {
        for (int i = 0; i < CASES; i++) {
            long x = number();
            ScalarRange a = around(x);
            ScalarRange b = around(x);
            if (a.containsAll(b)) {
                assertTrue(!b.contains(x) || a.contains(x), seed(i));
            }
        }
    }

    // ---- the result is not wider than it has to be ----

    private static ScalarRange between(long min, long max) {
        ScalarRange range = new ScalarRange();
        range.umin = min;
        range.umax = max;
        range.smin = min;
        range.smax = max;
        range.sync();
        return range;
    }

    @Test
    void smallRangesStayExact() {
        ScalarRange sum = between(1, 3);
        AluTransfer.apply(AluOp.ADD, false, sum, between(10, 20));
        assertEquals("smin=umin=smin32=umin32=11,smax=umax=smax32=umax32=23,var_off=(0x0; 0x1f)", text(sum));
        ScalarRange product = between(2, 3);
        AluTransfer.apply(AluOp.MUL, false, product, between(5, 7));
        assertEquals(10, product.umin);
        assertEquals(21, product.smax);
        ScalarRange masked = new ScalarRange();
        AluTransfer.apply(AluOp.AND, false, masked, between(0x3c, 0x3c));
        assertEquals(new Tnum(0, 0x3c), masked.bits);
        assertEquals(60, masked.s32max);
    }

    @Test
    void quotientsAndUnknownShiftsAreUnknownAsInLinux() {
        for (AluOp op : List.of(AluOp.DIV, AluOp.MOD, AluOp.SDIV, AluOp.SMOD)) {
            ScalarRange quotient = between(100, 200);
            AluTransfer.apply(op, true, quotient, between(10, 10));
            assertTrue(quotient.sameRange(new ScalarRange()), op::name);
        }
        ScalarRange shifted = between(1, 1);
        AluTransfer.apply(AluOp.LSH, true, shifted, between(1, 2));
        assertTrue(shifted.sameRange(new ScalarRange()));
    }

    private static String text(ScalarRange range) {
        return "smin=umin=smin32=umin32=" + range.smin + ",smax=umax=smax32=umax32=" + range.smax + ",var_off="
                + range.bits;
    }

    @Test
    void signExtensionByShiftsIsExact() {
        ScalarRange range = new ScalarRange();
        range.s32min = -5;
        range.s32max = 7;
        range.sync();
        AluTransfer.apply(AluOp.LSH, false, range, between(32, 32));
        AluTransfer.apply(AluOp.ARSH, false, range, between(32, 32));
        assertEquals(-5, range.smin);
        assertEquals(7, range.smax);
    }

    @Test
    void swappingBytesKeepsSmallNumbersSmall() {
        ScalarRange range = new ScalarRange();
        AluTransfer.swap(Swap.TO_BE, 16, range);
        assertEquals(0xffff, range.umax);
        assertEquals(0, range.smin);
    }

    @Test
    void testedBitsAreKnown() {
        ScalarRange range = new ScalarRange();
        ScalarRange mask = between(8, 8);
        BranchRefinement.refine(Condition.SET, true, false, range, mask);
        assertEquals(8, range.bits.value());
        ScalarRange clear = new ScalarRange();
        BranchRefinement.refine(Condition.SET, false, false, clear, between(0xf0, 0xf0));
        assertEquals(~0xf0L, clear.bits.mask());
    }
}
