/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers and kfuncs on dynamic pointers. Results of kfuncs that are {@code int} in C are zero-extended. */
public final class DynptrHelpers {
    private DynptrHelpers() {}

    private static long asInt(int value) {
        return value & 0xffff_ffffL;
    }

    /**
     * {@code bpf_dynptr_from_mem}.
     *
     * @param ctx the worker
     * @param memory memory of a map value
     * @param offset where it starts
     * @param size bytes
     * @param flags must be 0
     * @param stack the stack
     * @param slot where the dynptr is to be
     * @return 0, {@code -E2BIG} or {@code -EINVAL}; the dynptr is null then
     */
    public static long fromMem(
            ExecutionContext ctx,
            MemorySegment memory,
            long offset,
            long size,
            long flags,
            MemorySegment stack,
            long slot) {
        Dynptr dynptr = Dynptr.create(ctx, slot);
        if (Long.compareUnsigned(size, Dynptr.MAX_SIZE) > 0) {
            return -Errno.E2BIG;
        }
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        dynptr.setMemory(memory, offset, (int) size, null);
        return 0;
    }

    /**
     * {@code bpf_dynptr_read}: copies bytes out.
     *
     * @param ctx the worker
     * @param to receives the bytes
     * @param toOffset where they go
     * @param length how many
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param flags must be 0
     * @return 0, {@code -EINVAL} or {@code -E2BIG}
     */
    public static long read(
            ExecutionContext ctx,
            @Nullable MemorySegment to,
            long toOffset,
            long length,
            MemorySegment stack,
            long slot,
            long offset,
            long flags) {
        Dynptr dynptr = Dynptr.at(ctx, slot);
        MemorySegment target = to == null ? MemorySegment.NULL : to;
        return dynptr.read(ctx, target, toOffset, (int) length, (int) offset, flags);
    }

    /**
     * {@code bpf_dynptr_write}: overwrites bytes.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param from the new bytes
     * @param fromOffset where they start
     * @param length how many
     * @param flags must be 0; over a packet, those of {@code bpf_skb_store_bytes}
     * @return 0, {@code -EINVAL} or {@code -E2BIG}
     */
    public static long write(
            ExecutionContext ctx,
            MemorySegment stack,
            long slot,
            long offset,
            @Nullable MemorySegment from,
            long fromOffset,
            long length,
            long flags) {
        MemorySegment source = from == null ? MemorySegment.NULL : from;
        return Dynptr.at(ctx, slot).write(ctx, (int) offset, source, fromOffset, (int) length, flags);
    }

    /**
     * {@code bpf_dynptr_data}: a pointer to bytes that are in memory.
     *
     * @param ctx the worker, receives the base
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param length how many
     * @return the offset, or 0 with a null base
     */
    public static long data(ExecutionContext ctx, MemorySegment stack, long slot, long offset, long length) {
        Dynptr dynptr = Dynptr.at(ctx, slot);
        boolean usable = dynptr.memory() != null && !dynptr.isReadOnly();
        return usable ? pointer(ctx, dynptr, (int) offset, (int) length) : nullPointer(ctx);
    }

    private static long pointer(ExecutionContext ctx, Dynptr dynptr, int offset, int length) {
        long at = dynptr.slice(offset, length);
        if (at < 0) {
            return nullPointer(ctx);
        }
        ctx.setResultBase(dynptr.sliceBase());
        return at;
    }

    private static long nullPointer(ExecutionContext ctx) {
        ctx.setResultBase(null);
        return 0;
    }

    /**
     * {@code bpf_dynptr_from_skb} in programs that may not write the packet.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param flags must be 0
     * @param stack the stack
     * @param slot where the dynptr is to be
     * @return 0 or {@code -EINVAL}; the dynptr is null then
     */
    public static long fromSkbReadOnly(ExecutionContext ctx, SkBuff skb, long flags, MemorySegment stack, long slot) {
        return fromSkb(ctx, skb, flags, slot, true);
    }

    /**
     * {@code bpf_dynptr_from_skb} in programs of type LWT_XMIT.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param flags must be 0
     * @param stack the stack
     * @param slot where the dynptr is to be
     * @return 0 or {@code -EINVAL}; the dynptr is null then
     */
    public static long fromSkbWritable(ExecutionContext ctx, SkBuff skb, long flags, MemorySegment stack, long slot) {
        return fromSkb(ctx, skb, flags, slot, false);
    }

    private static long fromSkb(ExecutionContext ctx, SkBuff skb, long flags, long slot, boolean readOnly) {
        Dynptr dynptr = Dynptr.create(ctx, slot);
        if (flags != 0) {
            return asInt(-Errno.EINVAL);
        }
        dynptr.setPacket(skb, readOnly);
        return 0;
    }

    /**
     * {@code bpf_dynptr_slice}: a pointer to bytes, which are read only.
     *
     * @param ctx the worker, receives the base
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param buffer where Linux would put bytes that do not lie together; here they always do
     * @param bufferOffset where it starts
     * @param length how many bytes
     * @return the offset, or 0 with a null base if they are not inside
     */
    public static long slice(
            ExecutionContext ctx,
            MemorySegment stack,
            long slot,
            long offset,
            @Nullable MemorySegment buffer,
            long bufferOffset,
            long length) {
        return pointer(ctx, Dynptr.at(ctx, slot), (int) offset, (int) length);
    }

    /**
     * {@code bpf_dynptr_slice_rdwr}: a pointer to bytes, which may be written.
     *
     * @param ctx the worker, receives the base
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param buffer where Linux would put bytes that do not lie together; here they always do
     * @param bufferOffset where it starts
     * @param length how many bytes
     * @return the offset, or 0 with a null base if they are not inside or read only
     */
    public static long sliceWritable(
            ExecutionContext ctx,
            MemorySegment stack,
            long slot,
            long offset,
            @Nullable MemorySegment buffer,
            long bufferOffset,
            long length) {
        Dynptr dynptr = Dynptr.at(ctx, slot);
        return dynptr.isReadOnly() ? nullPointer(ctx) : pointer(ctx, dynptr, (int) offset, (int) length);
    }

    /**
     * {@code bpf_dynptr_adjust}: narrows a dynptr.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @param start new first byte
     * @param end behind the new last byte
     * @return 0, {@code -EINVAL} or {@code -ERANGE}
     */
    public static long adjust(ExecutionContext ctx, MemorySegment stack, long slot, long start, long end) {
        return asInt(Dynptr.at(ctx, slot).adjust((int) start, (int) end));
    }

    /**
     * {@code bpf_dynptr_clone}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @param cloneStack the stack
     * @param cloneSlot where the clone is to be
     * @return 0, or {@code -EINVAL} for a null dynptr; the clone is null then
     */
    public static long copyOf(
            ExecutionContext ctx, MemorySegment stack, long slot, MemorySegment cloneStack, long cloneSlot) {
        Dynptr from = Dynptr.at(ctx, slot);
        Dynptr copy = Dynptr.create(ctx, cloneSlot);
        if (from.isNull()) {
            return asInt(-Errno.EINVAL);
        }
        copy.set(from);
        return 0;
    }

    /**
     * {@code bpf_dynptr_copy}: copies bytes from one dynptr to another.
     *
     * @param ctx the worker
     * @param toStack the stack
     * @param toSlot the dynptr that receives
     * @param toOffset where
     * @param fromStack the stack
     * @param fromSlot the dynptr that gives
     * @param fromOffset from where
     * @param length how many bytes
     * @return 0, {@code -EINVAL} or {@code -E2BIG}
     */
    public static long copy(
            ExecutionContext ctx,
            MemorySegment toStack,
            long toSlot,
            long toOffset,
            MemorySegment fromStack,
            long fromSlot,
            long fromOffset,
            long length) {
        Dynptr to = Dynptr.at(ctx, toSlot);
        Dynptr from = Dynptr.at(ctx, fromSlot);
        int size = (int) length;
        long source = from.slice((int) fromOffset, size);
        long target = to.isReadOnly() ? -1 : to.slice((int) toOffset, size);
        if (source >= 0 && target >= 0) {
            MemorySegment.copy(from.sliceBase(), source, to.sliceBase(), target, size);
            return 0;
        } else if (source >= 0) {
            return asInt(to.write(ctx, (int) toOffset, from.sliceBase(), source, size, 0));
        } else if (target >= 0) {
            return asInt(from.read(ctx, to.sliceBase(), target, size, (int) fromOffset, 0));
        }
        boolean inside = to.check((int) toOffset, size) == 0 && from.check((int) fromOffset, size) == 0;
        return inside ? 0 : asInt(-Errno.E2BIG);
    }

    /**
     * {@code bpf_dynptr_memset}: sets bytes to one value.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @param offset the first byte
     * @param length how many
     * @param value the value; its low 8 bits count
     * @return 0, {@code -EINVAL} or {@code -E2BIG}
     */
    public static long memset(
            ExecutionContext ctx, MemorySegment stack, long slot, long offset, long length, long value) {
        return asInt(Dynptr.at(ctx, slot).fill((int) offset, (int) length, (byte) value));
    }

    /**
     * {@code bpf_dynptr_size}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @return bytes, or {@code -EINVAL} for a null dynptr
     */
    public static long size(ExecutionContext ctx, MemorySegment stack, long slot) {
        Dynptr dynptr = Dynptr.at(ctx, slot);
        return asInt(dynptr.isNull() ? -Errno.EINVAL : dynptr.size());
    }

    /**
     * {@code bpf_dynptr_is_null}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @return 1 or 0
     */
    public static long isNull(ExecutionContext ctx, MemorySegment stack, long slot) {
        return Dynptr.at(ctx, slot).isNull() ? 1 : 0;
    }

    /**
     * {@code bpf_dynptr_is_rdonly}.
     *
     * @param ctx the worker
     * @param stack the stack
     * @param slot the dynptr
     * @return 1 or 0
     */
    public static long isReadOnly(ExecutionContext ctx, MemorySegment stack, long slot) {
        return Dynptr.at(ctx, slot).isReadOnly() ? 1 : 0;
    }
}
