/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** {@code union bpf_attr} in native memory. */
record BpfAttributes(MemorySegment segment) {
    /** The largest attributes in use are those of PROG_LOAD; the rest is kept zero. */
    private static final int SIZE = 160;

    /** {@code BPF_OBJ_NAME_LEN}, the final zero included. */
    private static final int NAME_LENGTH = 16;

    static BpfAttributes allocate() {
        return new BpfAttributes(Arena.ofAuto().allocate(SIZE, 8));
    }

    void clear() {
        segment.fill((byte) 0);
    }

    void putInt(long offset, int value) {
        segment.set(JAVA_INT, offset, value);
    }

    void putLong(long offset, long value) {
        segment.set(JAVA_LONG, offset, value);
    }

    void putPointer(long offset, MemorySegment target) {
        segment.set(JAVA_LONG, offset, target.address());
    }

    void putName(long offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, NAME_LENGTH - 1);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, offset, length);
    }

    int getInt(long offset) {
        return segment.get(JAVA_INT, offset);
    }
}
