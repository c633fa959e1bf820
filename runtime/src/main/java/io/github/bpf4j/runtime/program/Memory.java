/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * How generated code reaches memory: little-endian as eBPF objects are, and checked by the JVM. The constants are {@code static final}
 * so that the JIT compiler sees through them.
 */
public final class Memory {
    /** One byte of a segment. */
    public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** Two bytes of a segment, zero-extended. */
    public static final ValueLayout.OfChar CHAR = ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Two bytes of a segment, sign-extended. */
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Four bytes of a segment. */
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Eight bytes of a segment. */
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Two bytes of a {@code byte[]}, zero-extended. */
    public static final VarHandle CHAR_ARRAY = MethodHandles.byteArrayViewVarHandle(
                    char[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    /** Two bytes of a {@code byte[]}, sign-extended. */
    public static final VarHandle SHORT_ARRAY = MethodHandles.byteArrayViewVarHandle(
                    short[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    /** Four bytes of a {@code byte[]}. */
    public static final VarHandle INT_ARRAY = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    /** Eight bytes of a {@code byte[]}. */
    public static final VarHandle LONG_ARRAY = MethodHandles.byteArrayViewVarHandle(
                    long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    /** One aligned byte of a segment, for ordered access. */
    public static final VarHandle BYTE_ATOMIC =
            ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();

    /** Two aligned bytes of a segment, for ordered access. */
    public static final VarHandle SHORT_ATOMIC = ValueLayout.JAVA_SHORT
            .withOrder(ByteOrder.LITTLE_ENDIAN)
            .varHandle()
            .withInvokeExactBehavior();

    /** Four aligned bytes of a segment, for atomic access. */
    public static final VarHandle INT_ATOMIC =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    /** Eight aligned bytes of a segment, for atomic access. */
    public static final VarHandle LONG_ATOMIC =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private Memory() {}

    /**
     * The base of a pointer that is kept as an offset in known memory.
     *
     * @param segment the memory
     * @param offset the offset; negative for NULL
     * @return the memory, or null for NULL
     */
    public static @Nullable MemorySegment baseOrNull(MemorySegment segment, long offset) {
        return offset < 0 ? null : segment;
    }

    /**
     * The offset that stands for a pointer into known memory.
     *
     * @param offset the pointer's offset
     * @param base the pointer's base, null for NULL
     * @return the offset, or -1 for NULL
     */
    public static long offsetOrNotFound(long offset, @Nullable Object base) {
        return base == null ? -1 : offset;
    }

    /**
     * Whether a value that may be a pointer or a scalar equals zero.
     *
     * @param number the scalar or the pointer's offset
     * @param base the pointer's base, or null
     * @return whether it is NULL or the scalar 0
     */
    public static boolean isNull(long number, @Nullable Object base) {
        return base == null && number == 0;
    }

    /**
     * The memory that a value points to, where any value is allowed.
     *
     * @param base the value's base, or null
     * @return the base if it is memory, else null
     */
    public static @Nullable MemorySegment segmentOrNull(@Nullable Object base) {
        return base instanceof MemorySegment segment ? segment : null;
    }

    /**
     * What {@code skb->sk} points to.
     *
     * @param skb the packet
     * @return an object that stands for the socket, or null if there is none
     */
    public static @Nullable Object socket(SkBuff skb) {
        return skb.hasSocket() ? skb : null;
    }

    /**
     * Whether two values that may be pointers are equal.
     *
     * @param number the first scalar or offset
     * @param base its base, or null
     * @param otherNumber the second scalar or offset
     * @param otherBase its base, or null
     * @return whether they are the same address or scalar
     */
    @SuppressWarnings("ReferenceEquality") // memory is the same if the object is
    public static boolean isSame(long number, @Nullable Object base, long otherNumber, @Nullable Object otherBase) {
        return number == otherNumber && base == otherBase;
    }

    /**
     * The base of a sum of two values of which one may be a pointer.
     *
     * @param base the first one's base, or null
     * @param other the second one's base, or null
     * @return the pointer's base, or null for a sum of scalars
     */
    public static @Nullable Object baseOfSum(@Nullable Object base, @Nullable Object other) {
        return base == null ? other : base;
    }

    /**
     * The base of a difference of two values that may be pointers.
     *
     * @param base the minuend's base, or null
     * @param other the subtrahend's base, or null
     * @return the minuend's base, or null for the distance of two pointers
     */
    public static @Nullable Object baseOfDifference(@Nullable Object base, @Nullable Object other) {
        return other == null ? base : null;
    }

    /**
     * The program that a tail call goes to, which counts it.
     *
     * @param context the worker's state
     * @param map the program array
     * @param index the element
     * @return the program, or null if the index is out of range, the element empty or the limit of tail calls reached
     */
    public static @Nullable BpfProgram tailCallTarget(ExecutionContext context, BpfMap map, int index) {
        BpfProgram target = map.program(index);
        return target != null && context.countTailCall() ? target : null;
    }

    /**
     * The objects that a generated class keeps as constants.
     *
     * @param lookup the class's own lookup
     * @return the class data of a hidden class, or what the loader of a named one holds
     */
    public static Object[] constants(MethodHandles.Lookup lookup) {
        if (lookup.lookupClass().getClassLoader() instanceof ConstantsHolder holder) {
            return holder.constants();
        }
        try {
            Object[] data = MethodHandles.classData(lookup, ConstantDescs.DEFAULT_NAME, Object[].class);
            if (data == null) {
                throw new IllegalStateException(lookup.lookupClass() + " has no constants");
            }
            return data;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("class data is not accessible", e);
        }
    }
}
