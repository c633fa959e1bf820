/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.FormatCharacters.*;
import static io.github.bpf4j.runtime.helper.PackedArguments.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The second step of printing: goes through a format that {@link PrintFormat#pack} accepted and writes its text with the packed arguments. */
final class FormatPrinter {
    private static final long POINTER_KEY = ThreadLocalRandom.current().nextLong();
    private static final int MAX_WIDTH = (1 << 23) - 1;

    private static final int LEFT = 1;
    private static final int PLUS = 2;
    private static final int SPACE = 4;
    private static final int ZERO = 8;
    private static final int SIGNED = 16;
    private static final int UPPER = 32;

    private FormatPrinter() {}

    /**
     * Writes the text of a format that {@link PrintFormat#pack} accepted.
     *
     * @param format memory of the format
     * @param formatOffset where it starts
     * @param packed the {@linkplain PackedArguments arguments}
     * @param out receives the text, cut to {@code size - 1} bytes, and a NUL; null to find out the length only
     * @param outOffset where the text goes
     * @param size bytes of room
     * @return length of the whole text without the NUL, whether or not it fits
     */
    static int print(
            MemorySegment format,
            long formatOffset,
            byte[] packed,
            @Nullable MemorySegment out,
            long outOffset,
            int size) {
        Output to = new Output(out, outOffset, size);
        int at = 0;
        for (long i = 0; ; i++) {
            int c = byteAt(format, formatOffset, i);
            if (c == 0) {
                break;
            }
            if (c != '%') {
                to.put(c);
                continue;
            }
            int flags = 0;
            for (i++; ; i++) {
                int flag = flag(byteAt(format, formatOffset, i));
                if (flag == 0) {
                    break;
                }
                flags |= flag;
            }
            int width = 0;
            boolean hasWidth = false;
            while (isDigit(byteAt(format, formatOffset, i))) {
                width = width * 10 + byteAt(format, formatOffset, i++) - '0';
                hasWidth = true;
            }
            width = Math.clamp(width, -MAX_WIDTH, MAX_WIDTH);
            int bytes = Integer.BYTES;
            while (byteAt(format, formatOffset, i) == 'l') {
                bytes = Long.BYTES;
                i++;
            }
            c = byteAt(format, formatOffset, i);
            switch (c) {
                case '%' -> to.put('%');
                case 'c' -> {
                    if ((flags & LEFT) == 0) {
                        to.pad(' ', width - 1);
                    }
                    to.put(fetch(packed, at++));
                    if ((flags & LEFT) != 0) {
                        to.pad(' ', width - 1);
                    }
                }
                case 's' -> {
                    int length = stringLength(packed, at);
                    if ((flags & LEFT) == 0) {
                        to.pad(' ', width - length);
                    }
                    to.put(packed, at, length);
                    if ((flags & LEFT) != 0) {
                        to.pad(' ', width - length);
                    }
                    at += length + 1;
                }
                case 'p' -> {
                    int next = byteAt(format, formatOffset, i + 1);
                    if (next == 'S' || next == 's' || next == 'x' || next == 'K' || !isAlnum(next)) {
                        at = align(at);
                        pointer(to, next, fetchLong(packed, at), flags, hasWidth ? width : -1);
                        at += Long.BYTES;
                    } else if (to.hasRoom()) {
                        int length = stringLength(packed, at);
                        to.put(packed, at, length);
                        at += length + 1;
                    }
                    while (isAlnum(byteAt(format, formatOffset, i + 1))) {
                        i++;
                    }
                }
                default -> {
                    at = align(at);
                    boolean signed = c == 'd' || c == 'i';
                    long value = bytes == Long.BYTES
                            ? fetchLong(packed, at)
                            : signed ? fetchInt(packed, at) : fetchInt(packed, at) & 0xffff_ffffL;
                    at += bytes;
                    int how = flags | (signed ? SIGNED : 0) | (c == 'X' ? UPPER : 0);
                    integer(to, value, c == 'x' || c == 'X' ? 16 : 10, how, width);
                }
            }
        }
        return to.finish();
    }

    private static void integer(Output to, long value, int base, int flags, int width) {
        int sign = 0;
        if ((flags & SIGNED) != 0) {
            if (value < 0) {
                sign = '-';
                value = -value;
            } else if ((flags & PLUS) != 0) {
                sign = '+';
            } else if ((flags & SPACE) != 0) {
                sign = ' ';
            }
        }
        byte[] digits = to.digits;
        int n = digits.length;
        do {
            int digit = (int) Long.remainderUnsigned(value, base);
            digits[--n] = (flags & UPPER) != 0 && digit > 9 ? (byte) ('A' + digit - 10) : DIGITS[digit];
            value = Long.divideUnsigned(value, base);
        } while (value != 0);
        int padding = width - (digits.length - n) - (sign == 0 ? 0 : 1);
        boolean left = (flags & LEFT) != 0;
        boolean zero = (flags & ZERO) != 0 && !left;
        if (!left && !zero) {
            to.pad(' ', padding);
        }
        if (sign != 0) {
            to.put(sign);
        }
        if (zero) {
            to.pad('0', padding);
        }
        to.put(digits, n, digits.length - n);
        if (left) {
            to.pad(' ', padding);
        }
    }

    private static void pointer(Output to, int kind, long value, int flags, int width) {
        if (kind == 's' || kind == 'S') {
            byte[] text = symbol(value);
            if ((flags & LEFT) == 0) {
                to.pad(' ', width - text.length);
            }
            to.put(text, 0, text.length);
            if ((flags & LEFT) != 0) {
                to.pad(' ', width - text.length);
            }
            return;
        }
        boolean nullOrError = value == 0 || Long.compareUnsigned(value, -4095) >= 0;
        long shown = kind == 'x' || nullOrError ? value : hashed(value);
        integer(to, shown, 16, width < 0 ? flags | ZERO : flags, width < 0 ? 16 : width);
    }

    /** Addresses are not revealed: Linux prints a keyed hash of 32 bits. */
    private static long hashed(long value) {
        long x = (value ^ POINTER_KEY) * 0x9e3779b97f4a7c15L;
        x = (x ^ (x >>> 32)) * 0xd6e8feb86659fd93L;
        return (x ^ (x >>> 29)) & 0xffff_ffffL;
    }

    /** The flag that a character of a conversion stands for; 0 for other characters. */
    static int flag(int c) {
        return switch (c) {
            case '-' -> LEFT;
            case '+' -> PLUS;
            case ' ' -> SPACE;
            case '0' -> ZERO;
            default -> 0;
        };
    }

    /** Counts everything and keeps what fits. */
    private static final class Output {
        private final @Nullable MemorySegment memory;
        private final long offset;
        private final int size;
        private final byte[] digits = new byte[24];
        private int length;

        Output(@Nullable MemorySegment memory, long offset, int size) {
            this.memory = memory;
            this.offset = offset;
            this.size = size;
        }

        boolean hasRoom() {
            return length < size;
        }

        void put(int c) {
            if (length < size && memory != null) {
                memory.set(JAVA_BYTE, offset + length, (byte) c);
            }
            length++;
        }

        void put(byte[] from, int start, int count) {
            for (int i = 0; i < count; i++) {
                put(from[start + i]);
            }
        }

        void pad(int c, int count) {
            for (int i = 0; i < count; i++) {
                if (length >= size) {
                    length += count - i;
                    return;
                }
                put(c);
            }
        }

        int finish() {
            if (size > 0 && memory != null) {
                memory.set(JAVA_BYTE, offset + Math.min(length, size - 1), (byte) 0);
            }
            return length;
        }
    }
}
