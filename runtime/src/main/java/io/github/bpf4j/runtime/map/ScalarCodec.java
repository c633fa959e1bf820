/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** A codec made of two functions. */
record ScalarCodec<T>(int size, int alignment, Reader<T> reader, Writer<T> writer) implements MapCodec<T> {
    ScalarCodec(int size, Reader<T> reader, Writer<T> writer) {
        this(size, size, reader, writer);
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(MemorySegment memory, long offset);
    }

    @FunctionalInterface
    interface Writer<T> {
        void write(T value, MemorySegment memory, long offset);
    }

    @Override
    public void encode(T value, MemorySegment memory, long offset) {
        writer.write(value, memory, offset);
    }

    @Override
    public T decode(MemorySegment memory, long offset) {
        return reader.read(memory, offset);
    }
}
