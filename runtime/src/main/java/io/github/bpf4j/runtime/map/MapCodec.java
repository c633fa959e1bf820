/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/**
 * How a Java value is laid out in the bytes of a key or value. Implementations are stateless and thread-safe.
 *
 * @param <T> the Java type
 */
public interface MapCodec<T> {
    /**
     * Bytes that a value takes.
     *
     * @return the size
     */
    int size();

    /**
     * What the offset of a value in a C struct is a multiple of.
     *
     * @return a power of two
     */
    default int alignment() {
        return 1;
    }

    /**
     * Writes a value.
     *
     * @param value the value
     * @param memory where to
     * @param offset its first byte
     */
    void encode(T value, MemorySegment memory, long offset);

    /**
     * Reads a value.
     *
     * @param memory where from
     * @param offset its first byte
     * @return the value
     */
    T decode(MemorySegment memory, long offset);
}
