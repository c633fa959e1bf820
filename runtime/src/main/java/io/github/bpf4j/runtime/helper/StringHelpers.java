/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * String kfuncs. Strings may be anywhere; they are read byte by byte. A number instead of a pointer gives {@code -ERANGE}, reading past the
 * memory's end {@code -EFAULT}, a string longer than 64 KiB {@code -E2BIG}. Characters are unsigned. Results are zero-extended.
 */
public final class StringHelpers {
    private static final int MAX_LENGTH = 65536;

    /** What {@link #at} returns outside the memory: no character. */
    private static final int FAULT = -1;

    private StringHelpers() {}

    private static long asInt(int value) {
        return value & 0xffff_ffffL;
    }

    private static int at(@Nullable MemorySegment memory, long offset) {
        return memory == null || offset < 0 || offset >= memory.byteSize()
                ? FAULT
                : memory.get(JAVA_BYTE, offset) & 0xff;
    }

    private static int lower(int c) {
        boolean upper = c >= 'A' && c <= 'Z' || c >= 0xc0 && c <= 0xde && c != 0xd7;
        return upper ? c + 32 : c;
    }

    private static int compare(
            @Nullable MemorySegment a, long offsetA, @Nullable MemorySegment b, long offsetB, boolean ignoreCase) {
        if (a == null || b == null) {
            return -Errno.ERANGE;
        }
        for (int i = 0; i < MAX_LENGTH; i++) {
            int c = at(a, offsetA + i);
            int d = c == FAULT ? FAULT : at(b, offsetB + i);
            if (d == FAULT) {
                return -Errno.EFAULT;
            }
            if (ignoreCase) {
                c = lower(c);
                d = lower(d);
            }
            if (c != d) {
                return c < d ? -1 : 1;
            }
            if (c == 0) {
                return 0;
            }
        }
        return -Errno.E2BIG;
    }

    /**
     * {@code bpf_strcmp}.
     *
     * @param ctx the worker
     * @param a a string
     * @param offsetA where it starts
     * @param b another string
     * @param offsetB where it starts
     * @return -1, 0 or 1, or {@code -errno}
     */
    public static long strcmp(
            ExecutionContext ctx, @Nullable MemorySegment a, long offsetA, @Nullable MemorySegment b, long offsetB) {
        return asInt(compare(a, offsetA, b, offsetB, false));
    }

    /**
     * {@code bpf_strcasecmp}.
     *
     * @param ctx the worker
     * @param a a string
     * @param offsetA where it starts
     * @param b another string
     * @param offsetB where it starts
     * @return -1, 0 or 1 without regard to case, or {@code -errno}
     */
    public static long strcasecmp(
            ExecutionContext ctx, @Nullable MemorySegment a, long offsetA, @Nullable MemorySegment b, long offsetB) {
        return asInt(compare(a, offsetA, b, offsetB, true));
    }

    /**
     * {@code bpf_strnchr}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param count most bytes to look at
     * @param c the character
     * @return index of its first occurrence, or {@code -errno}
     */
    public static long strnchr(ExecutionContext ctx, @Nullable MemorySegment s, long offset, long count, long c) {
        return asInt(first(s, offset, count, (int) c & 0xff));
    }

    /**
     * {@code bpf_strchr}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param c the character
     * @return index of its first occurrence, or {@code -errno}
     */
    public static long strchr(ExecutionContext ctx, @Nullable MemorySegment s, long offset, long c) {
        return asInt(first(s, offset, MAX_LENGTH, (int) c & 0xff));
    }

    private static int first(@Nullable MemorySegment s, long offset, long count, int c) {
        if (s == null) {
            return -Errno.ERANGE;
        }
        boolean limited = Long.compareUnsigned(count, MAX_LENGTH) < 0;
        int end = limited ? (int) count : MAX_LENGTH;
        for (int i = 0; i < end; i++) {
            int d = at(s, offset + i);
            if (d == FAULT) {
                return -Errno.EFAULT;
            }
            if (d == c) {
                return i;
            }
            if (d == 0) {
                return -Errno.ENOENT;
            }
        }
        return limited ? -Errno.ENOENT : -Errno.E2BIG;
    }

    /**
     * {@code bpf_strchrnul}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param c the character
     * @return index of its first occurrence or of the final NUL, or {@code -errno}
     */
    public static long strchrnul(ExecutionContext ctx, @Nullable MemorySegment s, long offset, long c) {
        if (s == null) {
            return asInt(-Errno.ERANGE);
        }
        for (int i = 0; i < MAX_LENGTH; i++) {
            int d = at(s, offset + i);
            if (d == FAULT) {
                return asInt(-Errno.EFAULT);
            }
            if (d == 0 || d == ((int) c & 0xff)) {
                return i;
            }
        }
        return asInt(-Errno.E2BIG);
    }

    /**
     * {@code bpf_strrchr}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param c the character
     * @return index of its last occurrence, or {@code -errno}
     */
    public static long strrchr(ExecutionContext ctx, @Nullable MemorySegment s, long offset, long c) {
        if (s == null) {
            return asInt(-Errno.ERANGE);
        }
        int last = -Errno.ENOENT;
        for (int i = 0; i < MAX_LENGTH; i++) {
            int d = at(s, offset + i);
            if (d == FAULT) {
                return asInt(-Errno.EFAULT);
            }
            if (d == (int) c) {
                last = i;
            }
            if (d == 0) {
                return asInt(last);
            }
        }
        return asInt(-Errno.E2BIG);
    }

    /**
     * {@code bpf_strlen}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @return its length, or {@code -errno}
     */
    public static long strlen(ExecutionContext ctx, @Nullable MemorySegment s, long offset) {
        return asInt(length(s, offset, MAX_LENGTH));
    }

    /**
     * {@code bpf_strnlen}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param count most bytes to look at
     * @return its length or the count, or {@code -errno}
     */
    public static long strnlen(ExecutionContext ctx, @Nullable MemorySegment s, long offset, long count) {
        return asInt(length(s, offset, count));
    }

    private static int length(@Nullable MemorySegment s, long offset, long count) {
        if (s == null) {
            return -Errno.ERANGE;
        }
        boolean limited = Long.compareUnsigned(count, MAX_LENGTH) < 0;
        int end = limited ? (int) count : MAX_LENGTH;
        for (int i = 0; i < end; i++) {
            int d = at(s, offset + i);
            if (d == FAULT) {
                return -Errno.EFAULT;
            }
            if (d == 0) {
                return i;
            }
        }
        return limited ? end : -Errno.E2BIG;
    }

    /**
     * {@code bpf_strspn}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param accept a set of characters
     * @param acceptOffset where it starts
     * @return how many characters at the start are in the set, or {@code -errno}
     */
    public static long strspn(
            ExecutionContext ctx,
            @Nullable MemorySegment s,
            long offset,
            @Nullable MemorySegment accept,
            long acceptOffset) {
        return asInt(span(s, offset, accept, acceptOffset, true));
    }

    /**
     * {@code bpf_strcspn}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param reject a set of characters
     * @param rejectOffset where it starts
     * @return how many characters at the start are not in the set, or {@code -errno}
     */
    public static long strcspn(
            ExecutionContext ctx,
            @Nullable MemorySegment s,
            long offset,
            @Nullable MemorySegment reject,
            long rejectOffset) {
        return asInt(span(s, offset, reject, rejectOffset, false));
    }

    private static int span(
            @Nullable MemorySegment s, long offset, @Nullable MemorySegment set, long setOffset, boolean accept) {
        if (s == null || set == null) {
            return -Errno.ERANGE;
        }
        for (int i = 0; i < MAX_LENGTH; i++) {
            int c = at(s, offset + i);
            if (c == FAULT) {
                return -Errno.EFAULT;
            }
            if (c == 0) {
                return i;
            }
            int member = first(set, setOffset, MAX_LENGTH, c);
            if (member == -Errno.EFAULT || member == -Errno.E2BIG) {
                return member;
            }
            if (member >= 0 != accept) {
                return i;
            }
        }
        return -Errno.E2BIG;
    }

    /**
     * {@code bpf_strstr}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param part what to look for
     * @param partOffset where it starts
     * @return index of its first occurrence, or {@code -errno}
     */
    public static long strstr(
            ExecutionContext ctx,
            @Nullable MemorySegment s,
            long offset,
            @Nullable MemorySegment part,
            long partOffset) {
        return asInt(search(s, offset, part, partOffset, MAX_LENGTH));
    }

    /**
     * {@code bpf_strnstr}.
     *
     * @param ctx the worker
     * @param s a string
     * @param offset where it starts
     * @param part what to look for
     * @param partOffset where it starts
     * @param count most bytes of the string to look at
     * @return index of its first occurrence, or {@code -errno}
     */
    public static long strnstr(
            ExecutionContext ctx,
            @Nullable MemorySegment s,
            long offset,
            @Nullable MemorySegment part,
            long partOffset,
            long count) {
        return asInt(search(s, offset, part, partOffset, count));
    }

    private static int search(
            @Nullable MemorySegment s, long offset, @Nullable MemorySegment part, long partOffset, long count) {
        if (s == null || part == null) {
            return -Errno.ERANGE;
        }
        for (int i = 0; i < MAX_LENGTH; i++) {
            int j = 0;
            for (; Long.compareUnsigned((long) i + j, count) <= 0 && j < MAX_LENGTH; j++) {
                int d = at(part, partOffset + j);
                if (d == FAULT) {
                    return -Errno.EFAULT;
                }
                if (d == 0) {
                    return i;
                }
                if (i + j == count) {
                    break;
                }
                int c = at(s, offset + i + j);
                if (c == FAULT) {
                    return -Errno.EFAULT;
                }
                if (c == 0) {
                    return -Errno.ENOENT;
                }
                if (c != d) {
                    break;
                }
            }
            if (j == MAX_LENGTH) {
                return -Errno.E2BIG;
            }
            if (i + j == count) {
                return -Errno.ENOENT;
            }
        }
        return -Errno.E2BIG;
    }
}
