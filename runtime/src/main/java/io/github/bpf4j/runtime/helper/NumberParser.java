/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;

/** How {@code bpf_strtol} and {@code bpf_strtoul} read numbers. */
final class NumberParser {
    /** The kernel copies at most this many bytes, less a NUL, before it parses. */
    private static final int MAX_DIGITS = 63;

    private static final long BASE_MASK = 0x1f;

    private NumberParser() {}

    static long parse(
            MemorySegment text,
            long offset,
            long length,
            long flags,
            boolean signed,
            MemorySegment result,
            long resultOffset) {
        result.set(JAVA_LONG_UNALIGNED, resultOffset, 0);
        long base = flags & BASE_MASK;
        if (base != 0 && base != 8 && base != 10 && base != 16 || (flags & ~BASE_MASK) != 0) {
            return -Errno.EINVAL;
        }
        long i = 0;
        while (i < length && isSpace(at(text, offset + i))) {
            i++;
        }
        boolean negative = false;
        if (i < length && at(text, offset + i) == '-') {
            negative = true;
            i++;
        }
        long start = i;
        long end = Math.min(length, start + MAX_DIGITS);
        if (base == 0) {
            base = 10;
            if (i < end && at(text, offset + i) == '0') {
                base = i + 2 < end && isX(at(text, offset + i + 1)) && digit(at(text, offset + i + 2)) < 16 ? 16 : 8;
            }
        }
        if (base == 16 && i + 1 < end && at(text, offset + i) == '0' && isX(at(text, offset + i + 1))) {
            i += 2;
        }
        long value = 0;
        boolean overflow = false;
        long first = i;
        for (; i < end; i++) {
            int digit = digit(at(text, offset + i));
            if (digit >= base) {
                break;
            }
            overflow |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0;
            value = value * base + digit;
        }
        if (overflow) {
            return -Errno.ERANGE;
        }
        if (i == first || negative && !signed) {
            return -Errno.EINVAL;
        }
        if (signed) {
            if (negative ? Long.compareUnsigned(value, Long.MIN_VALUE) > 0 : value < 0) {
                return -Errno.ERANGE;
            }
            value = negative ? -value : value;
        }
        result.set(JAVA_LONG_UNALIGNED, resultOffset, value);
        return i;
    }

    private static int at(MemorySegment text, long offset) {
        return text.get(JAVA_BYTE, offset) & 0xff;
    }

    private static boolean isSpace(int c) {
        return c >= 9 && c <= 13 || c == ' ' || c == 0xa0;
    }

    private static boolean isX(int c) {
        return c == 'x' || c == 'X';
    }

    private static int digit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' && c < 0x80 ? lower - 'a' + 10 : Integer.MAX_VALUE;
    }
}
