/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.FormatCharacters.DIGITS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The buffer between {@link PrintFormat} and {@link FormatPrinter}, laid out as Linux does: numbers of four or eight bytes at multiples of four,
 * characters as one byte, strings and addresses as text with a NUL. What is put returns the place behind it, or {@code -ENOSPC}; what is
 * fetched from behind the end is 0.
 */
final class PackedArguments {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PackedArguments() {}

    /** Puts a number of four or eight bytes. */
    static int putNumber(@Nullable MemorySegment base, long value, int bytes, byte[] packed, int start) {
        int at = align(start);
        if (packed.length - at < bytes) {
            return -Errno.ENOSPC;
        }
        if (bytes == Long.BYTES) {
            LONG.set(packed, at, number(base, value));
        } else {
            INT.set(packed, at, (int) number(base, value));
        }
        return at + bytes;
    }

    /**
     * Puts text.
     *
     * @param kind {@code s} for a string, {@code c} for a character, {@code B} for the symbol of an address, {@code i I j J} for the text of an IP
     *     address
     * @param base memory of what a pointer points to; null if the value is a number
     * @param value a number or an offset
     */
    static int putText(int kind, @Nullable MemorySegment base, long value, byte[] packed, int at) {
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

    /** The next multiple of four. */
    static int align(int at) {
        return (at + 3) & ~3;
    }

    /** An unsigned byte. */
    static int fetch(byte[] packed, int at) {
        return at < packed.length ? packed[at] & 0xff : 0;
    }

    static int fetchInt(byte[] packed, int at) {
        return at <= packed.length - Integer.BYTES ? (int) INT.get(packed, at) : 0;
    }

    static long fetchLong(byte[] packed, int at) {
        return at <= packed.length - Long.BYTES ? (long) LONG.get(packed, at) : 0;
    }

    /** Bytes up to a NUL or the end. */
    static int stringLength(byte[] packed, int at) {
        int end = at;
        while (end < packed.length && packed[end] != 0) {
            end++;
        }
        return end - at;
    }

    private static long number(@Nullable MemorySegment base, long value) {
        return base == null ? value : base.address() + value;
    }

    /** No address belongs to a kernel symbol here. */
    static byte[] symbol(long value) {
        return ("0x" + Long.toHexString(value)).getBytes(StandardCharsets.US_ASCII);
    }
}
