/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.lang.foreign.MemorySegment;

/**
 * eBPF's atomic operations on memory that only one thread sees, such as a stack frame: plain reads and writes, of any alignment. Each
 * returns the old value. Names are those of {@link java.lang.invoke.VarHandle}.
 */
public final class PrivateMemory {
    private PrivateMemory() {}

    /**
     * Adds.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static int getAndAdd(MemorySegment segment, long offset, int operand) {
        int old = segment.get(Memory.INT, offset);
        segment.set(Memory.INT, offset, old + operand);
        return old;
    }

    /**
     * Sets bits.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static int getAndBitwiseOr(MemorySegment segment, long offset, int operand) {
        int old = segment.get(Memory.INT, offset);
        segment.set(Memory.INT, offset, old | operand);
        return old;
    }

    /**
     * Keeps bits.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static int getAndBitwiseAnd(MemorySegment segment, long offset, int operand) {
        int old = segment.get(Memory.INT, offset);
        segment.set(Memory.INT, offset, old & operand);
        return old;
    }

    /**
     * Flips bits.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static int getAndBitwiseXor(MemorySegment segment, long offset, int operand) {
        int old = segment.get(Memory.INT, offset);
        segment.set(Memory.INT, offset, old ^ operand);
        return old;
    }

    /**
     * Exchanges the value.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static int getAndSet(MemorySegment segment, long offset, int operand) {
        int old = segment.get(Memory.INT, offset);
        segment.set(Memory.INT, offset, operand);
        return old;
    }

    /**
     * Exchanges the value if it is the expected one.
     *
     * @param segment the memory
     * @param offset where the 4 bytes start
     * @param expected the expected value
     * @param value the new value
     * @return the old value
     */
    public static int compareAndExchange(MemorySegment segment, long offset, int expected, int value) {
        int old = segment.get(Memory.INT, offset);
        if (old == expected) {
            segment.set(Memory.INT, offset, value);
        }
        return old;
    }

    /**
     * Adds.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static long getAndAdd(MemorySegment segment, long offset, long operand) {
        long old = segment.get(Memory.LONG, offset);
        segment.set(Memory.LONG, offset, old + operand);
        return old;
    }

    /**
     * Sets bits.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static long getAndBitwiseOr(MemorySegment segment, long offset, long operand) {
        long old = segment.get(Memory.LONG, offset);
        segment.set(Memory.LONG, offset, old | operand);
        return old;
    }

    /**
     * Keeps bits.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static long getAndBitwiseAnd(MemorySegment segment, long offset, long operand) {
        long old = segment.get(Memory.LONG, offset);
        segment.set(Memory.LONG, offset, old & operand);
        return old;
    }

    /**
     * Flips bits.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static long getAndBitwiseXor(MemorySegment segment, long offset, long operand) {
        long old = segment.get(Memory.LONG, offset);
        segment.set(Memory.LONG, offset, old ^ operand);
        return old;
    }

    /**
     * Exchanges the value.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param operand the operand
     * @return the old value
     */
    public static long getAndSet(MemorySegment segment, long offset, long operand) {
        long old = segment.get(Memory.LONG, offset);
        segment.set(Memory.LONG, offset, operand);
        return old;
    }

    /**
     * Exchanges the value if it is the expected one.
     *
     * @param segment the memory
     * @param offset where the 8 bytes start
     * @param expected the expected value
     * @param value the new value
     * @return the old value
     */
    public static long compareAndExchange(MemorySegment segment, long offset, long expected, long value) {
        long old = segment.get(Memory.LONG, offset);
        if (old == expected) {
            segment.set(Memory.LONG, offset, value);
        }
        return old;
    }
}
