/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import java.util.Optional;

/**
 * How an interface of a pcapng file counts time: units of 10⁻ⁿ or 2⁻ⁿ seconds, and seconds to add.
 *
 * @param unitsPerSecond 10ⁿ with n up to 18, or 2ⁿ with n up to 62
 * @param offsetSeconds added to every time
 */
record TimeScale(long unitsPerSecond, long offsetSeconds) {
    static final TimeScale MICROS = new TimeScale(1_000_000, 0);
    /** Answer of {@link #nanos} for a time that 64-bit nanoseconds cannot hold. */
    static final long OUT_OF_RANGE = Long.MIN_VALUE;

    private static final long NANOS = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;

    /** The scale of an {@code if_tsresol} byte; empty if its unit does not fit 64 bits. */
    static Optional<TimeScale> of(int resolution) {
        int exponent = resolution & 0x7f;
        if ((resolution & 0x80) != 0) {
            return exponent > 62 ? Optional.empty() : Optional.of(new TimeScale(1L << exponent, 0));
        }
        if (exponent > 18) {
            return Optional.empty();
        }
        long units = 1;
        for (int i = 0; i < exponent; i++) {
            units *= 10;
        }
        return Optional.of(new TimeScale(units, 0));
    }

    TimeScale shifted(long seconds) {
        return new TimeScale(unitsPerSecond, seconds);
    }

    boolean finerThanMicros() {
        return Long.compareUnsigned(unitsPerSecond, 1_000_000) > 0;
    }

    /** Nanoseconds since 1970 of a time in this scale, or {@link #OUT_OF_RANGE}. */
    long nanos(long time) {
        long seconds = Long.divideUnsigned(time, unitsPerSecond);
        long fraction = Long.remainderUnsigned(time, unitsPerSecond);
        if (Math.abs(offsetSeconds) > MAX_SECONDS || Long.compareUnsigned(seconds, MAX_SECONDS) > 0) {
            return OUT_OF_RANGE;
        }
        long shifted = seconds + offsetSeconds;
        if (shifted < 0 || shifted > MAX_SECONDS) {
            return OUT_OF_RANGE;
        }
        return shifted * NANOS + scaled(fraction);
    }

    private long scaled(long fraction) {
        if (unitsPerSecond % NANOS == 0) {
            return fraction / (unitsPerSecond / NANOS);
        }
        long low = fraction * NANOS;
        if (unitsPerSecond < NANOS) {
            return low / unitsPerSecond; // below 10^18
        }
        int exponent = Long.numberOfTrailingZeros(unitsPerSecond); // a power of two: the only other units
        long high = Math.unsignedMultiplyHigh(fraction, NANOS);
        return high << 64 - exponent | low >>> exponent;
    }
}
