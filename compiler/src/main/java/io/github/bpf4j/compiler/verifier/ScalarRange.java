/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/**
 * What is known of a 64-bit number: known bits, signed and unsigned bounds of all 64 and of the low 32 bits. Mutable. After each
 * operation {@link #sync} lets every part sharpen every other. A set of concrete numbers is described if each of them lies in every part.
 *
 * <p>A range whose minimum is above its maximum describes no number; it occurs on branches that cannot be taken.
 */
class ScalarRange {
    long smin;
    long smax;
    long umin;
    long umax;
    int s32min;
    int s32max;
    int u32min;
    int u32max;
    Tnum bits = Tnum.UNKNOWN;

    ScalarRange() {
        setUnbounded();
    }

    /** Any number. */
    final void setUnknown() {
        bits = Tnum.UNKNOWN;
        setUnbounded();
    }

    final void setUnbounded() {
        setUnbounded64();
        setUnbounded32();
    }

    final void setUnbounded64() {
        smin = Long.MIN_VALUE;
        smax = Long.MAX_VALUE;
        umin = 0;
        umax = -1;
    }

    final void setUnbounded32() {
        s32min = Integer.MIN_VALUE;
        s32max = Integer.MAX_VALUE;
        u32min = 0;
        u32max = -1;
    }

    /** One number. */
    final void setConstant(long value) {
        bits = Tnum.constant(value);
        smin = value;
        smax = value;
        umin = value;
        umax = value;
        int low = (int) value;
        s32min = low;
        s32max = low;
        u32min = low;
        u32max = low;
    }

    final void copyRange(ScalarRange other) {
        smin = other.smin;
        smax = other.smax;
        umin = other.umin;
        umax = other.umax;
        s32min = other.s32min;
        s32max = other.s32max;
        u32min = other.u32min;
        u32max = other.u32max;
        bits = other.bits;
    }

    final boolean isConstant() {
        return bits.isConstant();
    }

    /** Whether the low half is known. */
    final boolean isConstant32() {
        return (int) bits.mask() == 0;
    }

    final boolean isZero() {
        return bits.isConstant() && bits.value() == 0;
    }

    /** Whether the upper half is known to be zero. */
    final boolean fits32() {
        return Long.compareUnsigned(umax, 0xffff_ffffL) <= 0;
    }

    /** Whether a concrete number is described. */
    final boolean contains(long x) {
        int low = (int) x;
        return smin <= x
                && x <= smax
                && Long.compareUnsigned(umin, x) <= 0
                && Long.compareUnsigned(x, umax) <= 0
                && s32min <= low
                && low <= s32max
                && Integer.compareUnsigned(u32min, low) <= 0
                && Integer.compareUnsigned(low, u32max) <= 0
                && bits.contains(x);
    }

    /** Whether everything {@code other} describes is described by this. */
    final boolean containsAll(ScalarRange other) {
        return Long.compareUnsigned(umin, other.umin) <= 0
                && Long.compareUnsigned(umax, other.umax) >= 0
                && smin <= other.smin
                && smax >= other.smax
                && Integer.compareUnsigned(u32min, other.u32min) <= 0
                && Integer.compareUnsigned(u32max, other.u32max) >= 0
                && s32min <= other.s32min
                && s32max >= other.s32max
                && bits.containsAll(other.bits);
    }

    final boolean sameRange(ScalarRange o) {
        return smin == o.smin
                && smax == o.smax
                && umin == o.umin
                && umax == o.umax
                && s32min == o.s32min
                && s32max == o.s32max
                && u32min == o.u32min
                && u32max == o.u32max
                && bits.value() == o.bits.value()
                && bits.mask() == o.bits.mask();
    }

    /** Extends this to describe what {@code other} describes, too. Returns whether anything changed. */
    final boolean join(ScalarRange other) {
        if (containsAll(other)) {
            return false;
        }
        smin = Math.min(smin, other.smin);
        smax = Math.max(smax, other.smax);
        umin = umin(umin, other.umin);
        umax = umax(umax, other.umax);
        s32min = Math.min(s32min, other.s32min);
        s32max = Math.max(s32max, other.s32max);
        u32min = umin(u32min, other.u32min);
        u32max = umax(u32max, other.u32max);
        bits = bits.union(other.bits);
        return true;
    }

    /** Whether some part describes no number. */
    final boolean isEmpty() {
        return smin > smax
                || Long.compareUnsigned(umin, umax) > 0
                || s32min > s32max
                || Integer.compareUnsigned(u32min, u32max) > 0;
    }

    /** Whether, of a number whose bits are all known, or of a known low half, the bounds say the same. */
    final boolean boundsFitConstant() {
        long value = bits.value();
        int low = (int) value;
        return (!isConstant() || smin == value && smax == value && umin == value && umax == value)
                && (!isConstant32() || s32min == low && s32max == low && u32min == low && u32max == low);
    }

    /** Makes the low half known; what is known of the upper half stays. */
    final void setLow(int value) {
        long upper = -1L << 32;
        bits = new Tnum(bits.value() & upper | value & ~upper, bits.mask() & upper);
        s32min = value;
        s32max = value;
        u32min = value;
        u32max = value;
        sync();
    }

    /** Lets known bits and the four ranges sharpen each other. */
    final void sync() {
        boundsFromBits();
        deduce();
        deduce();
        deduce();
        bitsFromBounds();
        boundsFromBits();
    }

    private void deduce() {
        deduce32();
        deduce64();
        deduceMixed();
    }

    private void boundsFromBits() {
        long value = bits.value();
        long mask = bits.mask();
        long all = value | mask;
        smin = Math.max(smin, value | (mask & Long.MIN_VALUE));
        smax = Math.min(smax, value | (mask & Long.MAX_VALUE));
        umin = umax(umin, value);
        umax = umin(umax, all);
        int value32 = (int) value;
        int mask32 = (int) mask;
        s32min = Math.max(s32min, value32 | (mask32 & Integer.MIN_VALUE));
        s32max = Math.min(s32max, value32 | (mask32 & Integer.MAX_VALUE));
        u32min = umax(u32min, value32);
        u32max = umin(u32max, value32 | mask32);
        onlyCommonNumber();
    }

    /**
     * The number, if only one has the known bits and lies within the unsigned bounds. Where none does, as on branches that cannot be taken, any
     * claim is sound; Linux takes the greatest with these bits if that is what comes next.
     */
    private void onlyCommonNumber() {
        long next = bits.next(umin);
        if (bits.contains(umin)) {
            if (Long.compareUnsigned(next, umax) > 0) {
                setConstant(umin);
            }
        } else if (next == (bits.value() | bits.mask())
                || Long.compareUnsigned(next, umax) <= 0 && Long.compareUnsigned(bits.next(next), umax) > 0) {
            setConstant(next);
        }
    }

    private void bitsFromBounds() {
        Tnum all = bits.intersect(Tnum.range(umin, umax));
        Tnum low = all.low32().intersect(Tnum.range(u32min & 0xffff_ffffL, u32max & 0xffff_ffffL));
        bits = all.withLow32(low);
    }

    private void deduce32() {
        low32From(umin, umax);
        low32From(smin, smax);
        // A non-negative 32-bit interval is the same in both readings; so is one that is negative throughout.
        if (u32min <= u32max) {
            s32min = Math.max(s32min, u32min);
            s32max = Math.min(s32max, u32max);
        }
        if (Integer.compareUnsigned(s32min, s32max) <= 0) {
            u32min = umax(u32min, s32min);
            u32max = umin(u32max, s32max);
        } else if (Integer.compareUnsigned(u32max, s32min) < 0) {
            // Signed, the numbers cross zero; unsigned, they stay below the negative ones.
            s32min = 0;
            u32max = umin(u32max, s32max);
        } else if (Integer.compareUnsigned(s32max, u32min) < 0) {
            s32max = -1;
            u32min = umax(u32min, s32min);
        }
    }

    /** What an interval of 64-bit numbers says about their low halves. */
    private void low32From(long min, long max) {
        int low = (int) min;
        int high = (int) max;
        if (min >>> 32 == max >>> 32) {
            if (Integer.compareUnsigned(low, high) <= 0) {
                u32min = umax(u32min, low);
                u32max = umin(u32max, high);
            }
            if (low <= high) {
                s32min = Math.max(s32min, low);
                s32max = Math.min(s32max, high);
            }
        } else if ((int) (min >>> 32) + 1 == (int) (max >>> 32) && low < 0 && high >= 0) {
            // The interval wraps once, through zero: as signed numbers the low halves are one interval.
            s32min = Math.max(s32min, low);
            s32max = Math.min(s32max, high);
        }
    }

    private void deduce64() {
        if (Long.compareUnsigned(smin, smax) <= 0) {
            umin = umax(umin, smin);
            umax = umin(umax, smax);
        }
        if (umin <= umax) {
            // As in Linux, which gives up the upper bound of signed numbers that cross zero.
            smin = Math.max(smin, umin);
            smax = umax;
        } else if (Long.compareUnsigned(umax, smin) < 0) {
            // Signed, the numbers cross zero; unsigned, they stay below the negative ones.
            smin = 0;
            umax = umin(umax, smax);
        } else if (Long.compareUnsigned(smax, umin) < 0) {
            smax = -1;
            umin = umax(umin, smin);
        }
    }

    private void deduceMixed() {
        final long upper = ~0xffff_ffffL;
        long low = u32min & 0xffff_ffffL;
        long high = u32max & 0xffff_ffffL;
        umin = umax(umin, (umin & upper) | low);
        umax = umin(umax, (umax & upper) | high);
        smin = Math.max(smin, (smin & upper) | low);
        smax = Math.min(smax, (smax & upper) | high);
        if (smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
            smin = Math.max(smin, s32min);
            smax = Math.min(smax, s32max);
        }
    }

    /** Keeps the low half, zero-extended. */
    final void zeroExtend32() {
        bits = bits.low32();
        umin = u32min & 0xffff_ffffL;
        umax = u32max & 0xffff_ffffL;
        if (s32min >= 0) {
            smin = s32min;
            smax = s32max;
        } else {
            smin = 0;
            smax = 0xffff_ffffL;
        }
        sync();
    }

    /** Keeps the low {@code bytes}, zero-extended. */
    final void truncate(int bytes) {
        if (bytes == 8) {
            return;
        }
        if (bytes == 4) {
            zeroExtend32();
            return;
        }
        bits = bits.truncate(bytes);
        long keep = (1L << (bytes * 8)) - 1;
        if ((umin & ~keep) == (umax & ~keep)) {
            umin &= keep;
            umax &= keep;
        } else {
            umin = 0;
            umax = keep;
        }
        smin = umin;
        smax = umax;
        setUnbounded32();
        sync();
    }

    /**
     * Sign-extends the low {@code bytes} (1, 2 or 4) to 64 bits. As in Linux, which then forgets what it knew of single bits and of the low
     * half.
     */
    final void signExtend(int bytes) {
        if (isConstant()) {
            setConstant(bits.signExtend(bytes).value());
            return;
        }
        int width = bytes * 8;
        long newMin = -1L << (width - 1);
        long newMax = ~newMin;
        if (smin >> width == smax >> width) {
            int shift = 64 - width;
            long min = smin << shift >> shift;
            long max = smax << shift >> shift;
            if (min <= max) {
                newMin = min;
                newMax = max;
            }
        }
        setUnknown();
        smin = newMin;
        smax = newMax;
        sync();
    }

    /** Sign-extends the low {@code bytes} (1 or 2) to 32 bits, and those with zeroes. */
    final void signExtend32(int bytes) {
        if (isConstant32()) {
            int low = (int) bits.value();
            setConstant(low);
        } else {
            smin = s32min;
            smax = s32max;
        }
        signExtend(bytes);
        zeroExtend32();
    }

    static long umin(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static long umax(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    static int umin(int a, int b) {
        return Integer.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static int umax(int a, int b) {
        return Integer.compareUnsigned(a, b) >= 0 ? a : b;
    }

    /** In the kernel's notation: {@code smin=0,smax=umax=255,var_off=(0x0; 0xff)}. */
    @Override
    public String toString() {
        return isConstant() ? Long.toString(bits.value()) : StateText.ranges(this);
    }
}
