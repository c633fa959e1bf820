/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import java.io.PrintStream;
import java.util.Locale;

/** Shows on a terminal how far a long run has come; on anything else it shows nothing. Not thread-safe. */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final long FIRST_AFTER_NANOS = 500_000_000L;
    private static final long EVERY_NANOS = 100_000_000L;

    private final PrintStream terminal;
    private final boolean shown;
    private final long total;
    private final long start = System.nanoTime();
    private long next = start + FIRST_AFTER_NANOS;
    private boolean drawn;

    /**
     * Begins at 0.
     *
     * @param terminal where to draw
     * @param shown whether it is a terminal
     * @param total what {@link #update} comes to at the end; 0 if unknown
     */
    ProgressBar(PrintStream terminal, boolean shown, long total) {
        this.terminal = terminal;
        this.shown = shown && total > 0;
        this.total = total;
    }

    /**
     * Says how far it is.
     *
     * @param done of the total
     * @param packets packets so far
     */
    void update(long done, long packets) {
        if (!shown) {
            return;
        }
        long now = System.nanoTime();
        if (now - next < 0) {
            return;
        }
        next = now + EVERY_NANOS;
        drawn = true;
        terminal.print("\r" + line(done, packets, now - start));
        terminal.flush();
    }

    String line(long done, long packets, long nanos) {
        double part = Math.min(1, (double) done / total);
        int filled = (int) (part * WIDTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %% %,d packets, %,d/s ",
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                (int) (part * 100),
                packets,
                perSecond(packets, nanos));
    }

    static long perSecond(long count, long nanos) {
        return (long) (count * 1e9 / Math.max(1, nanos));
    }

    /** Takes the bar off the terminal. */
    @Override
    public void close() {
        if (drawn) {
            terminal.print("\r\033[K");
            terminal.flush();
        }
    }
}
