/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A thread's native memory: one growing area that every call fills from its start, and a log. */
final class CallBuffers {
    private static final int PAGE = 4096;

    private static final ThreadLocal<CallBuffers> OF_THREAD = ThreadLocal.withInitial(CallBuffers::new);

    private final BpfAttributes attributes = BpfAttributes.allocate();
    private MemorySegment area = Arena.ofAuto().allocate(16L * PAGE, PAGE);
    private MemorySegment log = Arena.ofAuto().allocate(16L * PAGE, PAGE);
    /** Areas that the call being prepared already points into. */
    private final List<MemorySegment> outgrown = new ArrayList<>();

    private long used;

    private CallBuffers() {}

    /** The calling thread's buffers for another call: empty, with attributes that are all zero. */
    static CallBuffers rewound() {
        CallBuffers buffers = OF_THREAD.get();
        buffers.used = 0;
        buffers.outgrown.clear();
        buffers.attributes.clear();
        return buffers;
    }

    BpfAttributes attributes() {
        return attributes;
    }

    /** Room for a log of so many bytes; the same memory in every call. */
    MemorySegment log(int size) {
        if (log.byteSize() < size) {
            log = Arena.ofAuto().allocate(size, PAGE);
        }
        return log;
    }

    /** So many bytes, whose contents are of no meaning, until the next call. */
    MemorySegment reserve(int size) {
        long start = (used + 7) & -8;
        if (start + size > area.byteSize()) {
            outgrown.add(area);
            area = Arena.ofAuto().allocate(Math.max(2 * area.byteSize(), 2L * size + PAGE), PAGE);
            start = 0;
        }
        used = start + size;
        return area.asSlice(start, size);
    }

    MemorySegment put(byte[] bytes) {
        return put(bytes, 0);
    }

    private MemorySegment put(byte[] bytes, int extra) {
        MemorySegment target = reserve(bytes.length + extra);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, target, 0, bytes.length);
        return target;
    }

    MemorySegment putString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment target = put(bytes, 1);
        target.set(JAVA_BYTE, bytes.length, (byte) 0);
        return target;
    }
}
