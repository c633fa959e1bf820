/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What is in the memory that generated programs change: the value that they work on, and the pages of the arena that are there. */
final class Contents {
    private final byte[] value;
    private final byte[] pages;

    /**
     * Contents of both; the arrays are not copied.
     *
     * @param value of any length
     * @param pages {@link ArenaPages#BYTES}
     */
    Contents(byte[] value, byte[] pages) {
        this.value = value;
        this.pages = pages;
    }

    /** Different random values, all with the same random pages. */
    static Contents[] random(Random random, int count, int valueSize) {
        byte[][] values = new byte[count][valueSize];
        for (byte[] value : values) {
            random.nextBytes(value);
        }
        byte[] pages = new byte[ArenaPages.BYTES];
        random.nextBytes(pages);
        return Arrays.stream(values).map(value -> new Contents(value, pages)).toArray(Contents[]::new);
    }

    byte[] value() {
        return value;
    }

    byte[] pages() {
        return pages;
    }

    /** How these contents, which {@code who} left, differ from what was expected; null if they do not. */
    @Nullable
    String difference(String who, Contents expected) {
        HexFormat hex = HexFormat.of();
        if (!Arrays.equals(value, expected.value)) {
            return who + " left " + hex.formatHex(value) + ", the interpreter " + hex.formatHex(expected.value);
        }
        int at = Arrays.mismatch(pages, expected.pages);
        if (at < 0) {
            return null;
        }
        int end = Math.min(at + Long.BYTES, pages.length);
        return who + " left " + hex.formatHex(pages, at, end) + " at " + at % ArenaPages.PAGE + " of page "
                + ArenaPages.PRESENT.get(at / ArenaPages.PAGE) + ", the interpreter "
                + hex.formatHex(expected.pages, at, end);
    }
}
