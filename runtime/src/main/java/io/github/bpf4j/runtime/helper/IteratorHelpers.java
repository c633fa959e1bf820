/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Iterators over numbers and over bits. Their state lies in the bytes of their stack slots, as in Linux. */
public final class IteratorHelpers {
    // struct bpf_iter_num_kern
    private static final int NUM_END = 4;

    // struct bpf_iter_bits_kern
    private static final int BITS_COUNT = 8;
    private static final int BITS_CURRENT = 12;
    private static final int MAX_WORDS = 511;

    private IteratorHelpers() {}

    private static long asInt(int value) {
        return value & 0xffff_ffffL;
    }

    /**
     * {@code bpf_iter_num_new}: starts an iterator over numbers.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot where the iterator is to be, 8 bytes
     * @param start the first number
     * @param end behind the last number
     * @return 0, {@code -EINVAL} or {@code -E2BIG}; the iterator is empty then
     */
    public static long numNew(ExecutionContext ctx, MemorySegment stack, long slot, long start, long end) {
        int first = (int) start;
        int last = (int) end;
        long count = (long) last - first;
        boolean valid = count >= 0 && count <= ControlHelpers.MAX_LOOPS;
        stack.set(JAVA_INT_UNALIGNED, slot, valid ? first - 1 : 0);
        stack.set(JAVA_INT_UNALIGNED, slot + NUM_END, valid ? last : 0);
        return asInt(valid ? 0 : count < 0 ? -Errno.EINVAL : -Errno.E2BIG);
    }

    /**
     * {@code bpf_iter_num_next}.
     *
     * @param ctx the worker, receives the base
     * @param stack the stack
     * @param slot the iterator
     * @return a pointer to the next number, or 0 with a null base
     */
    public static long numNext(ExecutionContext ctx, MemorySegment stack, long slot) {
        int next = stack.get(JAVA_INT_UNALIGNED, slot) + 1;
        if (next >= stack.get(JAVA_INT_UNALIGNED, slot + NUM_END)) {
            stack.set(JAVA_LONG_UNALIGNED, slot, 0);
            ctx.setResultBase(null);
            return 0;
        }
        stack.set(JAVA_INT_UNALIGNED, slot, next);
        ctx.setResultBase(stack);
        return slot;
    }

    /**
     * {@code bpf_iter_num_destroy}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the iterator
     */
    public static void numDestroy(ExecutionContext ctx, MemorySegment stack, long slot) {
        stack.set(JAVA_LONG_UNALIGNED, slot, 0);
    }

    /**
     * {@code bpf_iter_bits_new}: starts an iterator over the bits that are set.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot where the iterator is to be, 16 bytes
     * @param words memory of the bits, null for a number
     * @param offset where they start
     * @param count how many words of 64 bits, at most 511
     * @return 0, {@code -EINVAL}, {@code -E2BIG} or {@code -EFAULT}; the iterator is empty then
     */
    public static long bitsNew(
            ExecutionContext ctx,
            MemorySegment stack,
            long slot,
            @Nullable MemorySegment words,
            long offset,
            long count) {
        stack.set(JAVA_LONG_UNALIGNED, slot, 0);
        stack.set(JAVA_INT_UNALIGNED, slot + BITS_COUNT, 0);
        stack.set(JAVA_INT_UNALIGNED, slot + BITS_CURRENT, -1);
        int number = (int) count;
        if (words == null && offset == 0 || number == 0) {
            return asInt(-Errno.EINVAL);
        }
        if (Integer.compareUnsigned(number, MAX_WORDS) > 0) {
            return asInt(-Errno.E2BIG);
        }
        if (words == null || offset < 0 || offset > words.byteSize() - (long) number * Long.BYTES) {
            return asInt(-Errno.EFAULT);
        }
        if (number == 1) {
            stack.set(JAVA_LONG_UNALIGNED, slot, words.get(JAVA_LONG_UNALIGNED, offset));
        } else {
            long[] copy = new long[number];
            for (int i = 0; i < number; i++) {
                copy[i] = words.get(JAVA_LONG_UNALIGNED, offset + (long) i * Long.BYTES);
            }
            ctx.stackReferences()[(int) (slot >> 3)] = copy;
        }
        stack.set(JAVA_INT_UNALIGNED, slot + BITS_COUNT, number * Long.SIZE);
        return 0;
    }

    /**
     * {@code bpf_iter_bits_next}.
     *
     * @param ctx the worker, receives the base
     * @param stack the stack
     * @param slot the iterator
     * @return a pointer to the number of the next bit that is set, or 0 with a null base
     */
    public static long bitsNext(ExecutionContext ctx, MemorySegment stack, long slot) {
        int count = stack.get(JAVA_INT_UNALIGNED, slot + BITS_COUNT);
        int bit = stack.get(JAVA_INT_UNALIGNED, slot + BITS_CURRENT) + 1;
        Object words = ctx.stackReferences()[(int) (slot >> 3)];
        while (bit < count) {
            long word = count > Long.SIZE && words instanceof long[] many
                    ? many[bit / Long.SIZE]
                    : stack.get(JAVA_LONG_UNALIGNED, slot);
            long rest = word >>> bit;
            if (rest != 0) {
                bit += Long.numberOfTrailingZeros(rest);
                stack.set(JAVA_INT_UNALIGNED, slot + BITS_CURRENT, bit);
                ctx.setResultBase(stack);
                return slot + BITS_CURRENT;
            }
            bit = (bit | Long.SIZE - 1) + 1;
        }
        stack.set(JAVA_INT_UNALIGNED, slot + BITS_CURRENT, count);
        ctx.setResultBase(null);
        return 0;
    }

    /**
     * {@code bpf_iter_bits_destroy}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the iterator
     */
    public static void bitsDestroy(ExecutionContext ctx, MemorySegment stack, long slot) {
        ctx.stackReferences()[(int) (slot >> 3)] = null;
    }
}
