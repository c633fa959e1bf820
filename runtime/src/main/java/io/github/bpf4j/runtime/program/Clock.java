/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.time.Instant;

/** The clocks that {@code bpf_ktime_get_*} read. Thread-safe. All times are nanoseconds. */
public interface Clock {
    /** The clocks of the machine. */
    Clock SYSTEM = new Clock() {
        /** Seconds that TAI is ahead of UTC, since 2017. */
        private static final long TAI_OFFSET_SECONDS = 37;

        @Override
        public long monotonic() {
            return System.nanoTime();
        }

        @Override
        public long boot() {
            return System.nanoTime();
        }

        @Override
        public long tai() {
            Instant now = Instant.now();
            return (now.getEpochSecond() + TAI_OFFSET_SECONDS) * 1_000_000_000L + now.getNano();
        }

        @Override
        public long coarse() {
            long now = System.nanoTime();
            return now - now % NANOSECONDS_PER_JIFFY;
        }
    };

    /** Length of a tick: {@code CONFIG_HZ=250}. */
    long NANOSECONDS_PER_JIFFY = 4_000_000;

    /**
     * {@code CLOCK_MONOTONIC}.
     *
     * @return time since an arbitrary start, suspended time left out
     */
    long monotonic();

    /**
     * {@code CLOCK_BOOTTIME}.
     *
     * @return time since the same start, suspended time included
     */
    long boot();

    /**
     * {@code CLOCK_TAI}.
     *
     * @return international atomic time since 1970
     */
    long tai();

    /**
     * {@code CLOCK_MONOTONIC_COARSE}.
     *
     * @return {@link #monotonic} as of the last tick
     */
    long coarse();

    /**
     * The kernel's tick counter.
     *
     * @return ticks of {@link #NANOSECONDS_PER_JIFFY}
     */
    default long jiffies() {
        return monotonic() / NANOSECONDS_PER_JIFFY;
    }
}
