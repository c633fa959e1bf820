/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Classes of characters as the kernel's {@code ctype.h} has them, which is Latin-1, for format strings. */
final class FormatCharacters {
    /** Digits of hexadecimal and smaller bases. */
    static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private FormatCharacters() {}

    /** The byte, 0 to 255, at an index of a format that starts at an offset. */
    static int byteAt(MemorySegment format, long offset, long index) {
        return format.get(JAVA_BYTE, offset + index) & 0xff;
    }

    /** Whether a format must not have the character. */
    static boolean isForbidden(int c) {
        return c < 0x80 && !isPrint(c) && !isSpace(c);
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** The kernel's {@code isalnum}. */
    static boolean isAlnum(int c) {
        return isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80 || c >= 0xc0 && c != 0xd7 && c != 0xf7;
    }

    static boolean isSpace(int c) {
        return c >= 9 && c <= 13 || c == ' ' || c == 0xa0;
    }

    private static boolean isPrint(int c) {
        return c >= ' ' && c < 0x7f || c >= 0xa0;
    }

    static boolean isPunct(int c) {
        return isPrint(c) && !isSpace(c) && !isAlnum(c);
    }
}
