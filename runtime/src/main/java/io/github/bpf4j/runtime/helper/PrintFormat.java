/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.HelperScratch;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The format strings of {@code bpf_trace_printk}, {@code bpf_trace_vprintk} and {@code bpf_snprintf}. As in Linux it works in two steps,
 * whose seams show in results: {@link #pack} checks the format and lays the arguments out in a buffer of 512 bytes, strings and addresses
 * already as text; {@link #print} goes through the format again and fetches from that buffer.
 *
 * <p>Conversions: {@code %d %i %u %x %X} with {@code l} or {@code ll}, {@code %c}, {@code %s}, {@code %p %pK %px %ps %pS %pB},
 * {@code %pks %pus}, {@code %pi4 %pI4 %pi6 %pI6}, with the flags {@code 0 + - } and space and a width.
 *
 * @see <a href="https://docs.kernel.org/core-api/printk-formats.html">printk formats</a>
 */
public final class PrintFormat {
    /** Most arguments of one call: {@code MAX_BPRINTF_VARARGS}. */
    public static final int MAX_ARGUMENTS = HelperScratch.MAX_VALUES;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long POINTER_KEY = ThreadLocalRandom.current().nextLong();
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_WIDTH = (1 << 23) - 1;

    private static final int LEFT = 1;
    private static final int PLUS = 2;
    private static final int SPACE = 4;
    private static final int ZERO = 8;
    private static final int SIGNED = 16;
    private static final int UPPER = 32;

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
            if (bytes > 0) {
                at = align(at);
                if (packed.length - at < bytes) {
                    return -Errno.ENOSPC;
                }
                if (bytes == Long.BYTES) {
                    LONG.set(packed, at, number(base, value));
                } else {
                    INT.set(packed, at, (int) number(base, value));
                }
                at += bytes;
            } else {
                at = packText(c, base, value, packed, at);
                if (at < 0) {
                    return at;
                }
            }
        }
        return 0;
    }

    /**
     * The length of what a format prints if it is text only. It then says what {@link #pack} and {@link #print} would say, in one pass.
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

    private static boolean isForbidden(int c) {
        return c < 0x80 && !isPrint(c) && !isSpace(c);
    }

    private static int packText(int kind, @Nullable MemorySegment base, long value, byte[] packed, int at) {
        return switch (kind) {
            case 's' -> packString(base, value, packed, at);
            case 'c' -> {
                if (at == packed.length) {
                    yield -Errno.ENOSPC;
                }
                packed[at] = (byte) value;
                yield at + 1;
            }
            case 'B' -> {
                byte[] text = symbol(number(base, value));
                yield putTruncated(text, text.length, packed, at);
            }
            default -> packAddress(kind, base, value, packed, at);
        };
    }

    /** Copies a string up to its NUL, as much as fits; an address that cannot be read counts as an empty string. */
    private static int packString(@Nullable MemorySegment base, long offset, byte[] packed, int start) {
        if (start == packed.length) {
            return -Errno.ENOSPC;
        }
        int at = start;
        while (true) {
            int c = base == null || offset < 0 || offset >= base.byteSize() ? -1 : base.get(JAVA_BYTE, offset) & 0xff;
            if (c < 0) {
                packed[start] = 0;
                return start + 1;
            }
            if (at == packed.length - 1) {
                packed[at] = 0;
                return at + 1;
            }
            packed[at++] = (byte) c;
            offset++;
            if (c == 0) {
                return at;
            }
        }
    }

    /** {@code i} and {@code I} IPv4, {@code j} and {@code J} IPv6; the upper case ones with the usual punctuation. */
    private static int packAddress(int kind, @Nullable MemorySegment base, long offset, byte[] packed, int at) {
        boolean v4 = kind == 'i' || kind == 'I';
        int size = v4 ? 4 : 16;
        if (packed.length - at < size) {
            return -Errno.ENOSPC;
        }
        boolean readable = base != null && offset >= 0 && offset <= base.byteSize() - size;
        byte[] text = new byte[40];
        int n = 0;
        for (int i = 0; i < size; i++) {
            int octet = readable && base != null ? base.get(JAVA_BYTE, offset + i) & 0xff : 0;
            if (v4) {
                if (i > 0) {
                    text[n++] = '.';
                }
                if (kind == 'i' || octet >= 100) {
                    text[n++] = DIGITS[octet / 100];
                }
                if (kind == 'i' || octet >= 10) {
                    text[n++] = DIGITS[octet / 10 % 10];
                }
                text[n++] = DIGITS[octet % 10];
            } else {
                if (kind == 'J' && i > 0 && i % 2 == 0) {
                    text[n++] = ':';
                }
                text[n++] = DIGITS[octet >> 4];
                text[n++] = DIGITS[octet & 15];
            }
        }
        return putTruncated(text, n, packed, at);
    }

    /** Copies a text and a NUL; like {@code snprintf}, moves on by the whole length even if not all of it fits. */
    private static int putTruncated(byte[] text, int length, byte[] packed, int at) {
        int room = packed.length - at;
        if (room > 0) {
            int copied = Math.min(length, room - 1);
            System.arraycopy(text, 0, packed, at, copied);
            packed[at + copied] = 0;
        }
        return Math.min(at + length + 1, packed.length);
    }

    /**
     * Writes the text of a format that {@link #pack} accepted.
     *
     * @param format memory of the format
     * @param formatOffset where it starts
     * @param packed the arguments
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

    /** No address belongs to a kernel symbol here. */
    private static byte[] symbol(long value) {
        return ("0x" + Long.toHexString(value)).getBytes(StandardCharsets.US_ASCII);
    }

    private static long number(@Nullable MemorySegment base, long value) {
        return base == null ? value : base.address() + value;
    }

    private static int align(int at) {
        return (at + 3) & ~3;
    }

    private static int fetch(byte[] packed, int at) {
        return at < packed.length ? packed[at] & 0xff : 0;
    }

    private static int fetchInt(byte[] packed, int at) {
        return at <= packed.length - Integer.BYTES ? (int) INT.get(packed, at) : 0;
    }

    private static long fetchLong(byte[] packed, int at) {
        return at <= packed.length - Long.BYTES ? (long) LONG.get(packed, at) : 0;
    }

    private static int stringLength(byte[] packed, int at) {
        int end = at;
        while (end < packed.length && packed[end] != 0) {
            end++;
        }
        return end - at;
    }

    private static long lengthWithin(MemorySegment format, long offset, long size) {
        for (long i = 0; i < size; i++) {
            if (format.get(JAVA_BYTE, offset + i) == 0) {
                return i;
            }
        }
        return -1;
    }

    private static int byteAt(MemorySegment format, long offset, long index) {
        return format.get(JAVA_BYTE, offset + index) & 0xff;
    }

    private static long skipFlagsAndWidth(MemorySegment format, long offset, long i) {
        while (flag(byteAt(format, offset, i)) != 0) {
            i++;
        }
        while (isDigit(byteAt(format, offset, i))) {
            i++;
        }
        return i;
    }

    private static int flag(int c) {
        return switch (c) {
            case '-' -> LEFT;
            case '+' -> PLUS;
            case ' ' -> SPACE;
            case '0' -> ZERO;
            default -> 0;
        };
    }

    private static boolean isIntegerConversion(int c) {
        return c == 'd' || c == 'i' || c == 'u' || c == 'x' || c == 'X';
    }

    private static boolean endsConversion(int c) {
        return c == 0 || isSpace(c) || isPunct(c);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** The kernel's {@code isalnum}: Latin-1. */
    private static boolean isAlnum(int c) {
        return isDigit(c) || (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 0x80 || c >= 0xc0 && c != 0xd7 && c != 0xf7;
    }

    private static boolean isSpace(int c) {
        return c >= 9 && c <= 13 || c == ' ' || c == 0xa0;
    }

    private static boolean isPrint(int c) {
        return c >= ' ' && c < 0x7f || c >= 0xa0;
    }

    private static boolean isPunct(int c) {
        return isPrint(c) && !isSpace(c) && !isAlnum(c);
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
