/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.FormatCharacters.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.HelperScratch;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The format strings of {@code bpf_trace_printk}, {@code bpf_trace_vprintk} and {@code bpf_snprintf}. As in Linux it works in two steps,
 * whose seams show in results: {@link #pack} checks the format and lays the arguments out in a buffer of 512 bytes, strings and addresses
 * already as text; {@link FormatPrinter} goes through the format again and fetches from that buffer.
 *
 * <p>Conversions: {@code %d %i %u %x %X} with {@code l} or {@code ll}, {@code %c}, {@code %s}, {@code %p %pK %px %ps %pS %pB},
 * {@code %pks %pus}, {@code %pi4 %pI4 %pi6 %pI6}, with the flags {@code 0 + - } and space and a width.
 *
 * @see <a href="https://docs.kernel.org/core-api/printk-formats.html">printk formats</a>
 */
public final class PrintFormat {
    /** Most arguments of one call: {@code MAX_BPRINTF_VARARGS}. */
    public static final int MAX_ARGUMENTS = HelperScratch.MAX_VALUES;

    private PrintFormat() {}

    /**
     * Checks a format without arguments at hand, as the verifier does for {@code bpf_snprintf}.
     *
     * @param format memory of the format
     * @param offset where it starts
     * @param arguments how many arguments the call passes
     * @return 0, or {@code -EINVAL} if Linux refuses the format
     */
    public static int check(MemorySegment format, long offset, int arguments) {
        return pack(format, offset, format.byteSize() - offset, arguments, null, 0);
    }

    /**
     * Checks a format and lays out the arguments that {@link HelperScratch#values} and {@link HelperScratch#bases} hold.
     *
     * @param format memory of the format
     * @param offset where it starts
     * @param size bytes within which a NUL must end it
     * @param arguments how many arguments there are
     * @param scratch source and target, or null to check only
     * @param first index of the first argument in the scratch memory
     * @return 0; {@code -EINVAL} for a bad format; {@code -ENOSPC} if the arguments take more than 512 bytes
     */
    static int pack(
            MemorySegment format, long offset, long size, int arguments, @Nullable HelperScratch scratch, int first) {
        long length = lengthWithin(format, offset, size);
        if (length < 0) {
            return -Errno.EINVAL;
        }
        byte @Nullable [] packed = scratch == null ? null : scratch.arguments();
        int at = 0;
        int used = 0;
        for (long i = 0; i < length; i++) {
            int c = byteAt(format, offset, i);
            if (isForbidden(c)) {
                return -Errno.EINVAL;
            }
            if (c != '%') {
                continue;
            }
            if (byteAt(format, offset, i + 1) == '%') {
                i++;
                continue;
            }
            if (used >= arguments) {
                return -Errno.EINVAL;
            }
            i = skipFlagsAndWidth(format, offset, i + 1);
            int argument = first + used++;
            c = byteAt(format, offset, i);
            int bytes;
            switch (c) {
                case 'p' -> {
                    int next = byteAt(format, offset, i + 1);
                    if (endsConversion(next)) {
                        bytes = Long.BYTES;
                    } else if ((next == 'k' || next == 'u') && byteAt(format, offset, i + 2) == 's') {
                        i += 2;
                        bytes = 0;
                        c = 's';
                    } else if (next == 'K' || next == 'x' || next == 's' || next == 'S') {
                        i++;
                        bytes = Long.BYTES;
                    } else if (next == 'B') {
                        i++;
                        bytes = 0;
                        c = 'B';
                    } else if (next == 'i' || next == 'I') {
                        int version = byteAt(format, offset, i + 2);
                        if (version != '4' && version != '6') {
                            return -Errno.EINVAL;
                        }
                        i += 2;
                        bytes = 0;
                        c = version == '4' ? next : next == 'i' ? 'j' : 'J';
                    } else {
                        return -Errno.EINVAL;
                    }
                }
                case 's', 'c' -> bytes = 0;
                default -> {
                    bytes = Integer.BYTES;
                    for (int l = 0; l < 2 && byteAt(format, offset, i) == 'l'; l++) {
                        bytes = Long.BYTES;
                        i++;
                    }
                    if (!isIntegerConversion(byteAt(format, offset, i))) {
                        return -Errno.EINVAL;
                    }
                }
            }
            if (c == 's' && !endsConversion(byteAt(format, offset, i + 1))) {
                return -Errno.EINVAL;
            }
            if (packed == null || scratch == null) {
                continue;
            }
            long value = scratch.values()[argument];
            MemorySegment base = scratch.bases()[argument];
            at = bytes > 0
                    ? PackedArguments.putNumber(base, value, bytes, packed, at)
                    : PackedArguments.putText(c, base, value, packed, at);
            if (at < 0) {
                return at;
            }
        }
        return 0;
    }

    /**
     * The length of what a format prints if it is text only. It then says what {@link #pack} and {@link FormatPrinter#print} would say, in one pass.
     *
     * @param format memory of the format
     * @param offset where it starts
     * @param size bytes within which a NUL must end it
     * @return bytes of text; -1 if the format has conversions, no end, or bytes that it must not have
     */
    static int plainLength(MemorySegment format, long offset, long size) {
        for (int i = 0; i < size; i++) {
            int c = byteAt(format, offset, i);
            if (c == 0) {
                return i;
            }
            if (c == '%' || isForbidden(c)) {
                return -1;
            }
        }
        return -1;
    }

    private static long lengthWithin(MemorySegment format, long offset, long size) {
        for (long i = 0; i < size; i++) {
            if (format.get(JAVA_BYTE, offset + i) == 0) {
                return i;
            }
        }
        return -1;
    }

    private static long skipFlagsAndWidth(MemorySegment format, long offset, long i) {
        while (FormatPrinter.flag(byteAt(format, offset, i)) != 0) {
            i++;
        }
        while (isDigit(byteAt(format, offset, i))) {
            i++;
        }
        return i;
    }

    private static boolean isIntegerConversion(int c) {
        return c == 'd' || c == 'i' || c == 'u' || c == 'x' || c == 'X';
    }

    private static boolean endsConversion(int c) {
        return c == 0 || isSpace(c) || isPunct(c);
    }
}
