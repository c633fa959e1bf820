/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Access to map memory in words, the way the kernel's {@code bpf_long_memcpy} does it: an aligned eight-byte word never tears. */
final class Words {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Atomic access to a byte: coordinates (segment, offset). */
    static final VarHandle ATOMIC_BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();

    /** Atomic access to an aligned int: coordinates (segment, offset). */
    static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    /** Atomic access to an aligned long: coordinates (segment, offset). */
    static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Words() {}

    /** Two ints that were read as a long: the one at the lower address in the lower half. Also the other way round. */
    static long pair(long read) {
        return LITTLE_ENDIAN ? read : Long.rotateLeft(read, 32);
    }

    /** Adds atomically and returns what was there. */
    static long add(MemorySegment memory, long offset, long delta) {
        return (long) ATOMIC_LONG.getAndAdd(memory, offset, delta);
    }

    /** Adds atomically to an int and returns what was there. */
    static int add(MemorySegment memory, long offset, int delta) {
        return (int) ATOMIC_INT.getAndAdd(memory, offset, delta);
    }

    /** Sets bits atomically and returns what was there. */
    static long or(MemorySegment memory, long offset, long bits) {
        return (long) ATOMIC_LONG.getAndBitwiseOr(memory, offset, bits);
    }

    static long roundUp(long n, long powerOfTwo) {
        return (n + powerOfTwo - 1) & -powerOfTwo;
    }

    /** Copies word by word; larger blocks go through the JVM's bulk copy, which moves aligned words whole as well. */
    static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long size) {
        if (size == 8) { // first, so that little is compiled where the size is a constant
            to.set(LONG, toOffset, from.get(LONG, fromOffset));
            return;
        }
        if (size > 128) {
            MemorySegment.copy(from, fromOffset, to, toOffset, size);
            return;
        }
        long i = 0;
        for (; i + 8 <= size; i += 8) {
            to.set(LONG, toOffset + i, from.get(LONG, fromOffset + i));
        }
        if (i + 4 <= size) {
            to.set(INT, toOffset + i, from.get(INT, fromOffset + i));
            i += 4;
        }
        for (; i < size; i++) {
            to.set(BYTE, toOffset + i, from.get(BYTE, fromOffset + i));
        }
    }

    static boolean equal(MemorySegment a, long aOffset, MemorySegment b, long bOffset, long size) {
        long i = 0;
        for (; i + 8 <= size; i += 8) {
            if (a.get(LONG, aOffset + i) != b.get(LONG, bOffset + i)) {
                return false;
            }
        }
        for (; i < size; i++) {
            if (a.get(BYTE, aOffset + i) != b.get(BYTE, bOffset + i)) {
                return false;
            }
        }
        return true;
    }

    static void zero(MemorySegment memory, long offset, long size) {
        memory.asSlice(offset, size).fill((byte) 0);
    }
}
