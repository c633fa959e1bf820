/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/**
 * The memory a map lives in. A kind that keeps its whole state in here can be pinned: another process that maps the same file has the
 * same map.
 *
 * @param header 64 bytes for what all kinds have in common (see {@link BpfMap}), 64-byte aligned
 * @param body the kind's own memory, 64-byte aligned
 * @param state what the memory holds
 */
public record MapRegion(MemorySegment header, MemorySegment body, State state) {
    /** Bytes in a header. */
    public static final int HEADER_SIZE = 64;

    /** What the memory holds when a map receives it. */
    public enum State {
        /** Zeroes: the kind lays out its structures. */
        FRESH,
        /** A live map of another opener: nothing may be touched but through the kind's own protocol. */
        SHARED,
        /** A map that nobody else has open, whose last user may have died half-way: the kind repairs its structures. */
        ABANDONED
    }
}
