/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/**
 * Division as RFC 9669 section 4.1 has it, for operands of which generated code does not know that the divisor is not zero: a quotient
 * by zero is zero, a remainder by zero is the dividend.
 */
public final class Arithmetic {
    private Arithmetic() {}

    /**
     * Unsigned 32-bit division.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the quotient
     */
    public static int divideUnsigned(int dividend, int divisor) {
        return divisor == 0 ? 0 : Integer.divideUnsigned(dividend, divisor);
    }

    /**
     * Unsigned 64-bit division.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the quotient
     */
    public static long divideUnsigned(long dividend, long divisor) {
        return divisor == 0 ? 0 : Long.divideUnsigned(dividend, divisor);
    }

    /**
     * Unsigned 32-bit remainder.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the remainder
     */
    public static int remainderUnsigned(int dividend, int divisor) {
        return divisor == 0 ? dividend : Integer.remainderUnsigned(dividend, divisor);
    }

    /**
     * Unsigned 64-bit remainder.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the remainder
     */
    public static long remainderUnsigned(long dividend, long divisor) {
        return divisor == 0 ? dividend : Long.remainderUnsigned(dividend, divisor);
    }

    /**
     * Signed 32-bit division; the least number by -1 is itself.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the quotient, rounded towards zero
     */
    public static int divide(int dividend, int divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    /**
     * Signed 64-bit division; the least number by -1 is itself.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the quotient, rounded towards zero
     */
    public static long divide(long dividend, long divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    /**
     * Signed 32-bit remainder.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the remainder, with the dividend's sign
     */
    public static int remainder(int dividend, int divisor) {
        return divisor == 0 ? dividend : dividend % divisor;
    }

    /**
     * Signed 64-bit remainder.
     *
     * @param dividend the dividend
     * @param divisor the divisor
     * @return the remainder, with the dividend's sign
     */
    public static long remainder(long dividend, long divisor) {
        return divisor == 0 ? dividend : dividend % divisor;
    }
}
