/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Buffers in which a worker's helpers work, so that no call allocates. No helper keeps anything in them between calls; a walk's key stays until the
 * walk ends. */
public final class HelperScratch {
    /** Bytes of arguments that one formatting call may take: {@code MAX_BPRINTF_BIN_ARGS}. */
    public static final int ARGUMENT_BYTES = 512;

    /** Bytes of text that one trace message may have, the final NUL included: {@code MAX_BPRINTF_BUF}. */
    public static final int TEXT_BYTES = 1024;

    /** Arguments that one formatting call may take: {@code MAX_BPRINTF_VARARGS}. */
    public static final int MAX_VALUES = 12;

    /** Walks over arrays may be nested as deep as calls, whose limit is 8 frames. */
    private static final int WALKS = 16;

    private final MemorySegment walkKeys = Arena.ofAuto().allocate(8L * WALKS, 8);
    private int walks;
    private final long[] values = new long[MAX_VALUES];
    private final @Nullable MemorySegment[] bases = new @Nullable MemorySegment[MAX_VALUES];
    private final byte[] arguments = new byte[ARGUMENT_BYTES];
    private final byte[] text = new byte[TEXT_BYTES];
    private final MemorySegment textMemory = MemorySegment.ofArray(text);

    HelperScratch() {}

    /**
     * Memory for the keys that walks over arrays show to their callbacks.
     *
     * @return the memory of all walks of this worker
     */
    public MemorySegment walkKeys() {
        return walkKeys;
    }

    /**
     * Begins a walk, perhaps in the callback of another one.
     *
     * @return where in {@link #walkKeys} its key is
     * @throws IndexOutOfBoundsException if walks are nested deeper than a program's calls can be
     */
    public long enterWalk() {
        return 8L * Objects.checkIndex(walks++, WALKS);
    }

    /** Ends the walk that began last. */
    public void leaveWalk() {
        walks--;
    }

    /**
     * Memory for the arguments of a formatting call.
     *
     * @return {@link #ARGUMENT_BYTES} bytes
     */
    public byte[] arguments() {
        return arguments;
    }

    /**
     * Memory for a text.
     *
     * @return {@link #TEXT_BYTES} bytes
     */
    public byte[] text() {
        return text;
    }

    /**
     * {@link #text} as a segment.
     *
     * @return the memory
     */
    public MemorySegment textMemory() {
        return textMemory;
    }

    /**
     * Numbers of a formatting call's arguments; for a pointer, its offset.
     *
     * @return {@link #MAX_VALUES} numbers
     */
    public long[] values() {
        return values;
    }

    /**
     * Bases of a formatting call's arguments.
     *
     * @return {@link #MAX_VALUES} bases, null for arguments that are no pointers
     */
    public @Nullable MemorySegment[] bases() {
        return bases;
    }

    /**
     * Sets an argument of a formatting call.
     *
     * @param index its index
     * @param base the base if it is a pointer, else null
     * @param value the number, or the pointer's offset
     */
    public void setArgument(int index, @Nullable MemorySegment base, long value) {
        bases[index] = base;
        values[index] = value;
    }
}
