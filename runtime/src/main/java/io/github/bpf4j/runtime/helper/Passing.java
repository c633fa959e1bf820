/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfCallback;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** How an argument of a helper or kfunc reaches its Java method; see {@link Implementation}. */
public enum Passing {
    /** A number. */
    NUMBER(long.class),
    /** Zero, whatever the register holds. */
    ZERO(long.class),
    /** The packet. */
    CONTEXT(SkBuff.class),
    /** The map. */
    MAP(BpfMap.class),
    /** The subprogram. */
    CALLBACK(BpfCallback.class),
    /** The object, null for NULL. */
    OBJECT(Object.class),
    /** A segment and an offset in bytes; the segment is null for NULL. */
    MEMORY(MemorySegment.class, long.class),
    /** A segment and an offset in bytes, or null and a number for whatever does not point to memory. */
    ADDRESS(MemorySegment.class, long.class);

    private final List<Class<?>> parameters;

    Passing(Class<?>... parameters) {
        this.parameters = List.of(parameters);
    }

    /**
     * The Java parameters that the argument becomes.
     *
     * @return one or two types
     */
    public List<Class<?>> parameters() {
        return parameters;
    }
}
