/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * One's complement sums (RFC 1071). A {@code sum} has 32 bits and is not folded; bytes are taken in memory order, so that a sum over network
 * data, stored in host order, is right in memory.
 */
public final class Checksum {
    private static final long LOW = 0xffff_ffffL;

    private Checksum() {}

    /**
     * The sum over memory.
     *
     * @param memory the memory
     * @param offset where it starts
     * @param size bytes, also an odd number
     * @param sum what it is added to
     * @return the sum; 0 only if everything is zero
     */
    public static int partial(MemorySegment memory, long offset, long size, int sum) {
        long total = sum & LOW;
        long at = offset;
        long end = offset + size;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long word = memory.get(JAVA_LONG_UNALIGNED, at);
            total += (word & LOW) + (word >>> 32);
        }
        if (at <= end - Integer.BYTES) {
            total += memory.get(JAVA_INT_UNALIGNED, at) & LOW;
            at += Integer.BYTES;
        }
        for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
            total += (memory.get(JAVA_BYTE, at) & 0xffL) << shift;
        }
        return from64(total);
    }

    /**
     * Adds two sums.
     *
     * @param sum a sum
     * @param other another
     * @return their sum
     */
    public static int add(int sum, int other) {
        long total = (sum & LOW) + (other & LOW);
        return (int) (total + (total >>> 32));
    }

    /**
     * Subtracts a sum.
     *
     * @param sum a sum
     * @param other what to take away
     * @return the difference
     */
    public static int subtract(int sum, int other) {
        return add(sum, ~other);
    }

    /**
     * Folds to 16 bits without complement.
     *
     * @param sum a sum
     * @return 0 to 0xffff
     */
    public static int to16(int sum) {
        long folded = (sum >>> 16) + (sum & 0xffffL);
        return (int) ((folded + (folded >>> 16)) & 0xffff);
    }

    /**
     * Folds to 16 bits and complements: the value of a checksum field.
     *
     * @param sum a sum
     * @return 0 to 0xffff
     */
    public static int fold(int sum) {
        return ~to16(sum) & 0xffff;
    }

    private static int from64(long total) {
        long folded = (total & LOW) + (total >>> 32);
        return (int) (folded + (folded >>> 32));
    }
}
