/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A read-only window of a byte array with little-endian accessors. Every access is checked against
 * the window; one that does not fit throws what the window's {@link Fault} makes of it, so a
 * damaged file never surfaces as an {@link IndexOutOfBoundsException}.
 *
 * <p>Immutable as long as nobody writes to the underlying array, which the parsers copy first.
 */
public final class ByteView {

    /** Makes the exception for an access outside the window. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Makes the exception.
         *
         * @param offset the offset of the access in the window, in bytes
         * @param problem what was attempted
         * @return the exception to throw
         */
        RuntimeException at(long offset, String problem);
    }

    private static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int start;
    private final int length;
    private final Fault fault;

    private ByteView(byte[] bytes, int start, int length, Fault fault) {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.fault = fault;
    }

    /**
     * A window over a whole array. The array is not copied.
     *
     * @param bytes the bytes; must not change afterwards
     * @param fault makes the exceptions of failed accesses
     * @return the window
     */
    public static ByteView of(byte[] bytes, Fault fault) {
        return new ByteView(bytes, 0, bytes.length, fault);
    }

    /**
     * The size of the window.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }

    /**
     * A part of this window.
     *
     * @param offset where it starts
     * @param size its size in bytes
     * @param fault makes the exceptions of failed accesses in the part
     * @return the part
     */
    public ByteView slice(long offset, long size, Fault fault) {
        return new ByteView(bytes, index(offset, size), (int) size, fault);
    }

    /**
     * A part of this window with the same exceptions, whose offsets count from this window's start.
     *
     * @param offset where it starts
     * @param size its size in bytes
     * @return the part
     */
    public ByteView slice(long offset, long size) {
        return slice(offset, size, (at, problem) -> fault.at(offset + at, problem));
    }

    /**
     * The same window with other exceptions.
     *
     * @param other makes the exceptions of failed accesses
     * @return the window
     */
    public ByteView withFault(Fault other) {
        return new ByteView(bytes, start, length, other);
    }

    /**
     * Reads an unsigned byte.
     *
     * @param offset where, in bytes
     * @return 0 to 255
     */
    public int u8(long offset) {
        return bytes[index(offset, 1)] & 0xff;
    }

    /**
     * Reads an unsigned 16-bit number.
     *
     * @param offset where, in bytes
     * @return 0 to 65,535
     */
    public int u16(long offset) {
        return (short) U16.get(bytes, index(offset, 2)) & 0xffff;
    }

    /**
     * Reads a signed 32-bit number.
     *
     * @param offset where, in bytes
     * @return the number
     */
    public int i32(long offset) {
        return (int) U32.get(bytes, index(offset, 4));
    }

    /**
     * Reads an unsigned 32-bit number.
     *
     * @param offset where, in bytes
     * @return 0 to 4,294,967,295
     */
    public long u32(long offset) {
        return i32(offset) & 0xffff_ffffL;
    }

    /**
     * Reads a signed 64-bit number.
     *
     * @param offset where, in bytes
     * @return the number
     */
    public long i64(long offset) {
        return (long) U64.get(bytes, index(offset, 8));
    }

    /**
     * Copies the window.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /**
     * Copies a part of the window.
     *
     * @param offset where it starts
     * @param size its size in bytes
     * @return a new array
     */
    public byte[] toByteArray(long offset, long size) {
        int from = index(offset, size);
        return Arrays.copyOfRange(bytes, from, from + (int) size);
    }

    private int index(long offset, long size) {
        if (offset < 0 || size < 0 || size > length || offset > length - size) {
            throw fault.at(offset, "%d bytes wanted, %d available".formatted(size, Math.max(0, length - offset)));
        }
        return start + (int) offset;
    }
}
