/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import io.github.bpf4j.compiler.btf.BtfCodec;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapOperationException;

/**
 * A global variable of a loaded object, in the memory that programs use: what they write is seen at once, and what is set they see. Values of
 * up to 8 bytes are read and written as a whole. Thread-safe.
 *
 * @param <T> the Java class
 */
public final class GlobalVariable<T> {
    private final BpfMap section;
    private final long offset;
    private final BtfCodec<T> codec;

    GlobalVariable(BpfMap section, long offset, BtfCodec<T> codec) {
        this.section = section;
        this.offset = offset;
        this.codec = codec;
    }

    /**
     * Reads the variable.
     *
     * @return its value now
     */
    public T get() {
        return codec.decode(section.values(), offset);
    }

    /**
     * Writes the variable.
     *
     * @param value the value
     * @throws MapOperationException with {@code EPERM} if it is a constant; those are set before loading, with
     *     {@link io.github.bpf4j.compiler.spec.ObjectSpec#withVariable(String, long)}
     * @throws IllegalArgumentException if the value does not fit the variable
     */
    public void set(T value) {
        if (section.isFrozen()) {
            throw new MapOperationException("update", section, Errno.EPERM);
        }
        codec.encode(value, section.values(), offset);
    }
}
