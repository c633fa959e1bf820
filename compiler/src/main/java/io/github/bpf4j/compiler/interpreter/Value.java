/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.runtime.map.ArenaMemory;
import org.jspecify.annotations.Nullable;

/**
 * What a register holds: a number, or a pointer as (memory, offset). Immutable.
 *
 * @param number the number, or the pointer's offset in bytes into its base
 * @param base what the pointer points into: a {@code MemorySegment}, the {@code SkBuff} for the context, a {@code BpfMap}, a
 *     {@link FunctionReference}, or a kernel object; null for a number. An {@code ArenaMemory} marks a number as a pointer into an arena
 * @param low least offset in the base that the pointer may reach
 * @param high offset behind the greatest one
 */
public record Value(long number, @Nullable Object base, long low, long high) {
    /** The number 0, which is also the null pointer. */
    public static final Value ZERO = scalar(0);

    /**
     * Where addresses begin when a pointer is used as a number. Linux has real addresses there; that they are large and not zero, nor zero in
     * their low half, is all that a program may rely on.
     */
    private static final long ADDRESS_SPACE = 0x1000_1000_0000L;

    /**
     * A number.
     *
     * @param number the number
     * @return the value
     */
    public static Value scalar(long number) {
        return new Value(number, null, 0, 0);
    }

    /**
     * A pointer to the start of an object.
     *
     * @param base what it points into
     * @param offset where the object starts
     * @param size the object's size in bytes
     * @return the value
     */
    public static Value pointer(Object base, long offset, long size) {
        return new Value(offset, base, offset, offset + size);
    }

    /**
     * Whether it is a pointer.
     *
     * @return false for numbers, which pointers into an arena are, too, and NULL
     */
    public boolean isPointer() {
        return base != null && !isArena();
    }

    /** A pointer into an arena: the low half of a number. */
    static Value arena(ArenaMemory arena, long number) {
        return new Value(number & 0xffff_ffffL, arena, 0, 0);
    }

    /** Whether it is a pointer into an arena. */
    boolean isArena() {
        return base instanceof ArenaMemory;
    }

    /**
     * The pointer moved.
     *
     * @param delta bytes
     * @return the new pointer, into the same object
     */
    Value plus(long delta) {
        return new Value(number + delta, base, low, high);
    }

    /** The number, or some address that stands for the pointer. */
    long asNumber() {
        return isPointer() ? ADDRESS_SPACE + number : number;
    }
}
