/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic pointer: memory or packet bytes with bounds that are checked when they are used. A dynptr of a program lives in 16 bytes of its
 * stack; this object stands in the references of the first eight and is used again when the program makes another dynptr there. The bytes
 * themselves mean nothing. Not thread-safe.
 *
 * @see <a href="https://docs.kernel.org/bpf/kfuncs.html">BPF Kernel Functions</a>
 */
public final class Dynptr {
    /** Largest size. */
    public static final int MAX_SIZE = (1 << 24) - 1;

    private @Nullable MemorySegment memory;
    private @Nullable SkBuff skb;
    private long start;
    private int offset;
    private int size;
    private boolean readOnly;
    private @Nullable Object owner;

    /** Makes a null dynptr. */
    public Dynptr() {}

    /**
     * The dynptr in a stack slot, which a verified program has initialised.
     *
     * @param ctx the worker
     * @param slot offset of the slot in the stack
     * @return the dynptr
     */
    public static Dynptr at(ExecutionContext ctx, long slot) {
        return (Dynptr) java.util.Objects.requireNonNull(ctx.stackReferences()[(int) (slot >> 3)]);
    }

    /**
     * A null dynptr in a stack slot, to be initialised; the object that was there is used again.
     *
     * @param ctx the worker
     * @param slot offset of the slot in the stack
     * @return the dynptr
     */
    public static Dynptr create(ExecutionContext ctx, long slot) {
        int index = (int) (slot >> 3);
        if (ctx.stackReferences()[index] instanceof Dynptr old) {
            old.clear();
            return old;
        }
        Dynptr fresh = new Dynptr();
        ctx.stackReferences()[index] = fresh;
        return fresh;
    }

    /** Makes it a null dynptr. */
    public void clear() {
        memory = null;
        skb = null;
        start = 0;
        offset = 0;
        size = 0;
        readOnly = false;
        owner = null;
    }

    /**
     * Makes it point to memory.
     *
     * @param newMemory the memory
     * @param newStart where the bytes start
     * @param newSize how many, at most {@link #MAX_SIZE}
     * @param newOwner what the memory was reserved from, for the helper that gives it back; null for memory of a map value
     */
    public void setMemory(MemorySegment newMemory, long newStart, int newSize, @Nullable Object newOwner) {
        clear();
        memory = newMemory;
        start = newStart;
        size = newSize;
        owner = newOwner;
    }

    /**
     * Makes it point to a whole packet.
     *
     * @param newSkb the packet
     * @param newReadOnly whether the program may not write it
     */
    public void setPacket(SkBuff newSkb, boolean newReadOnly) {
        clear();
        skb = newSkb;
        size = newSkb.length();
        readOnly = newReadOnly;
    }

    /**
     * Makes it the same as another dynptr.
     *
     * @param other what to copy
     */
    public void set(Dynptr other) {
        memory = other.memory;
        skb = other.skb;
        start = other.start;
        offset = other.offset;
        size = other.size;
        readOnly = other.readOnly;
        owner = other.owner;
    }

    /**
     * Whether it points to nothing.
     *
     * @return whether it is a null dynptr
     */
    public boolean isNull() {
        return memory == null && skb == null;
    }

    /**
     * Whether what it points to may not be written.
     *
     * @return false for a null dynptr
     */
    public boolean isReadOnly() {
        return readOnly;
    }

    /**
     * How many bytes it spans.
     *
     * @return 0 for a null dynptr
     */
    public int size() {
        return size;
    }

    /**
     * What the memory was reserved from.
     *
     * @return the owner given to {@link #setMemory}, or null
     */
    public @Nullable Object owner() {
        return owner;
    }

    /**
     * The memory behind it.
     *
     * @return the memory, or null for a null dynptr and one over a packet
     */
    public @Nullable MemorySegment memory() {
        return memory;
    }

    /**
     * Where its bytes start in {@link #memory}.
     *
     * @return offset in bytes
     */
    public long memoryOffset() {
        return start + offset;
    }

    /**
     * Where the memory started that it was made for, however narrow it is now.
     *
     * @return offset in {@link #memory}
     */
    public long memoryStart() {
        return start;
    }

    /**
     * Narrows it.
     *
     * @param from new first byte
     * @param to behind the new last byte
     * @return 0, {@code -EINVAL} or {@code -ERANGE}
     */
    int adjust(int from, int to) {
        if (isNull() || Integer.compareUnsigned(from, to) > 0) {
            return -Errno.EINVAL;
        }
        if (Integer.compareUnsigned(to, size) > 0) {
            return -Errno.ERANGE;
        }
        offset += from;
        size = to - from;
        return 0;
    }

    /**
     * Checks that a range lies inside.
     *
     * @param at first byte, unsigned
     * @param length how many, unsigned
     * @return 0 or {@code -E2BIG}
     */
    int check(int at, int length) {
        boolean outside = Integer.compareUnsigned(length, size) > 0 || Integer.compareUnsigned(at, size - length) > 0;
        return outside ? -Errno.E2BIG : 0;
    }

    /**
     * Where a range lies in {@link #sliceBase}.
     *
     * @param at first byte, unsigned
     * @param length how many, unsigned
     * @return offset in bytes, or -1 if it is not inside
     */
    long slice(int at, int length) {
        if (isNull() || check(at, length) != 0) {
            return -1;
        }
        if (skb == null) {
            return start + offset + at;
        }
        int from = offset + at;
        return from + length > skb.length() ? -1 : skb.data() + (long) from;
    }

    MemorySegment sliceBase() {
        return skb == null ? java.util.Objects.requireNonNull(memory) : skb.memory();
    }

    int read(ExecutionContext ctx, MemorySegment to, long toOffset, int length, int at, long flags) {
        if (isNull() || flags != 0) {
            return -Errno.EINVAL;
        }
        int error = check(at, length);
        if (error != 0) {
            return error;
        }
        if (skb != null) {
            return (int) PacketHelpers.loadBytes(ctx, skb, offset + at, to, toOffset, length);
        }
        MemorySegment.copy(sliceBase(), start + offset + at, to, toOffset, length);
        return 0;
    }

    int write(ExecutionContext ctx, int at, MemorySegment from, long fromOffset, int length, long flags) {
        if (isNull() || readOnly) {
            return -Errno.EINVAL;
        }
        int error = check(at, length);
        if (error != 0) {
            return error;
        }
        if (skb != null) {
            return (int) PacketHelpers.storeBytes(ctx, skb, offset + at, from, fromOffset, length, flags);
        }
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        MemorySegment.copy(from, fromOffset, sliceBase(), start + offset + at, length);
        return 0;
    }

    int fill(int at, int length, byte value) {
        long where = readOnly ? -1 : slice(at, length);
        if (where < 0) {
            return readOnly ? -Errno.EINVAL : check(at, length);
        }
        MemorySegment base = sliceBase();
        for (int i = 0; i < length; i++) {
            base.set(JAVA_BYTE, where + i, value);
        }
        return 0;
    }
}
