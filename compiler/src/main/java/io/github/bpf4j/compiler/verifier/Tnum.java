/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/**
 * A tristate number: each of 64 bits is known to be zero, known to be one, or unknown. Bits of {@code value} that are unknown are zero,
 * so {@code (value & mask) == 0}. Immutable. The abstract operations return numbers that contain every concrete result.
 *
 * @param value bits known to be one
 * @param mask bits not known
 */
record Tnum(long value, long mask) {
    /** Every number. */
    static final Tnum UNKNOWN = new Tnum(0, -1);

    /** Only zero. */
    static final Tnum ZERO = new Tnum(0, 0);

    static Tnum constant(long value) {
        return new Tnum(value, 0);
    }

    /** The tightest tristate number that contains all unsigned numbers from {@code min} to {@code max}. */
    static Tnum range(long min, long max) {
        long differing = min ^ max;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(differing);
        if (bits > 63) {
            return UNKNOWN;
        }
        long delta = (1L << bits) - 1;
        return new Tnum(min & ~delta, delta);
    }

    boolean isConstant() {
        return mask == 0;
    }

    boolean isUnknown() {
        return mask == -1;
    }

    /** Whether the concrete number may occur. */
    boolean contains(long number) {
        return ((number ^ value) & ~mask) == 0;
    }

    /** Whether every number of {@code other} is a number of this. */
    boolean containsAll(Tnum other) {
        return (other.mask & ~mask) == 0 && (other.value & ~mask) == value;
    }

    /** The least number above {@code number}, unsigned; the greatest of all if none is above. */
    long next(long number) {
        long greatest = value | mask;
        if (Long.compareUnsigned(number, greatest) >= 0) {
            return greatest;
        }
        long wrong = Long.highestOneBit((number ^ value) & ~mask);
        long fromWrong = wrong == 0 ? 0 : (wrong << 1) - 1;
        if ((value & wrong) != 0) {
            return number & ~fromWrong | value & fromWrong;
        }
        // The lowest bit above that may be set and is not, with the least number below it.
        long raised = Long.lowestOneBit(mask & ~number & ~fromWrong);
        return number & -raised | raised | value & (raised - 1);
    }

    Tnum add(Tnum other) {
        long sumOfMasks = mask + other.mask;
        long sumOfValues = value + other.value;
        long carries = (sumOfMasks + sumOfValues) ^ sumOfValues;
        long unknown = carries | mask | other.mask;
        return new Tnum(sumOfValues & ~unknown, unknown);
    }

    Tnum subtract(Tnum other) {
        long difference = value - other.value;
        long borrows = (difference + mask) ^ (difference - other.mask);
        long unknown = borrows | mask | other.mask;
        return new Tnum(difference & ~unknown, unknown);
    }

    Tnum negate() {
        return ZERO.subtract(this);
    }

    Tnum and(Tnum other) {
        long possible = (value | mask) & (other.value | other.mask);
        long certain = value & other.value;
        return new Tnum(certain, possible & ~certain);
    }

    Tnum or(Tnum other) {
        long certain = value | other.value;
        long possible = mask | other.mask;
        return new Tnum(certain, possible & ~certain);
    }

    Tnum xor(Tnum other) {
        long result = value ^ other.value;
        long unknown = mask | other.mask;
        return new Tnum(result & ~unknown, unknown);
    }

    Tnum shiftLeft(int count) {
        return new Tnum(value << count, mask << count);
    }

    Tnum shiftRight(int count) {
        return new Tnum(value >>> count, mask >>> count);
    }

    /** Arithmetic shift of the low {@code bits} (32 or 64); for 32 the upper half of the result is zero. */
    Tnum shiftRightArithmetic(int count, int bits) {
        if (bits == 32) {
            return new Tnum(((int) value >> count) & 0xffff_ffffL, ((int) mask >> count) & 0xffff_ffffL);
        }
        return new Tnum(value >> count, mask >> count);
    }

    /** Long multiplication; a bit of this that is unknown joins the sums with and without its partial product. */
    Tnum multiply(Tnum other) {
        Tnum sum = ZERO;
        Tnum shifted = other;
        long ones = value;
        long unknowns = mask;
        while ((ones | unknowns) != 0) {
            if ((ones & 1) != 0) {
                sum = sum.add(shifted);
            } else if ((unknowns & 1) != 0) {
                sum = sum.union(sum.add(shifted));
            }
            ones >>>= 1;
            unknowns >>>= 1;
            shifted = shifted.shiftLeft(1);
        }
        return sum;
    }

    /** Numbers of both; the caller knows that there are some. */
    Tnum intersect(Tnum other) {
        long certain = value | other.value;
        long unknown = mask & other.mask;
        return new Tnum(certain & ~unknown, unknown);
    }

    /** Whether some number is in both. */
    boolean overlaps(Tnum other) {
        return ((value ^ other.value) & ~(mask | other.mask)) == 0;
    }

    /** The tightest tristate number that contains both. */
    Tnum union(Tnum other) {
        long unknown = mask | other.mask | (value ^ other.value);
        return new Tnum(value & other.value & ~unknown, unknown);
    }

    /** The low {@code bytes}, zero-extended. */
    Tnum truncate(int bytes) {
        if (bytes == 8) {
            return this;
        }
        long keep = (1L << (bytes * 8)) - 1;
        return new Tnum(value & keep, mask & keep);
    }

    Tnum low32() {
        return truncate(4);
    }

    /** This with the low half of another. */
    Tnum withLow32(Tnum low) {
        return new Tnum(
                (value & ~0xffff_ffffL) | (low.value & 0xffff_ffffL),
                (mask & ~0xffff_ffffL) | (low.mask & 0xffff_ffffL));
    }

    /** The low {@code bytes}, sign-extended to 64 bits. */
    Tnum signExtend(int bytes) {
        int shift = 64 - bytes * 8;
        return new Tnum(value << shift >> shift, mask << shift >> shift);
    }

    /** The bytes in reverse order. */
    Tnum reverseBytes() {
        return new Tnum(Long.reverseBytes(value), Long.reverseBytes(mask));
    }

    /** Whether every number has {@code offset + number} aligned to {@code size}, a power of two. */
    boolean isAligned(long size) {
        return ((value | mask) & (size - 1)) == 0;
    }

    /** In the kernel's notation: {@code (value; mask)} in hexadecimal, or the constant. */
    @Override
    public String toString() {
        if (mask == 0) {
            return value >= 0 && value <= 0xffff ? Long.toString(value) : "0x" + Long.toHexString(value);
        }
        return "(0x" + Long.toHexString(value) + "; 0x" + Long.toHexString(mask) + ")";
    }
}
