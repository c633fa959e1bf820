/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.ChecksumStatus;
import io.github.bpf4j.runtime.packet.Destination;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Helpers that read and write packet bytes, change the packet's size and ask for its metadata. */
public final class PacketHelpers {
    /** Longest packet that a program may make: {@code BPF_SKB_MAX_LEN} with pages of 4 KiB. */
    public static final int MAX_LENGTH = 16064;

    /** Largest piece of memory that the kernel's allocator gives for a packet. */
    private static final int MAX_ALLOCATION = 1 << 22;

    private static final long RECOMPUTE_CSUM = 1;
    private static final long INVALIDATE_HASH = 2;

    private PacketHelpers() {}

    /**
     * {@code bpf_skb_load_bytes}: copies packet bytes out. On error the target is zeroed.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where the bytes start
     * @param to receives them
     * @param toOffset where they go
     * @param length how many
     * @return 0, or {@code -EFAULT} if they are not all inside the packet
     */
    public static long loadBytes(
            ExecutionContext ctx, SkBuff skb, long offset, MemorySegment to, long toOffset, long length) {
        int from = (int) offset;
        if (from < 0 || from + length > skb.length()) {
            zero(to, toOffset, length);
            return -Errno.EFAULT;
        }
        MemorySegment.copy(skb.memory(), (long) skb.data() + from, to, toOffset, length);
        return 0;
    }

    private static void zero(MemorySegment to, long offset, long length) {
        to.asSlice(offset, length).fill((byte) 0);
    }

    /**
     * {@code bpf_skb_store_bytes}: overwrites packet bytes.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where the bytes go
     * @param from the new bytes
     * @param fromOffset where they start
     * @param length how many
     * @param flags {@code BPF_F_RECOMPUTE_CSUM} to correct the sum over the packet, {@code BPF_F_INVALIDATE_HASH}
     * @return 0, {@code -EINVAL} for other flags, {@code -EFAULT} if they are not all inside the packet
     */
    public static long storeBytes(
            ExecutionContext ctx,
            SkBuff skb,
            long offset,
            MemorySegment from,
            long fromOffset,
            long length,
            long flags) {
        if ((flags & ~(RECOMPUTE_CSUM | INVALIDATE_HASH)) != 0) {
            return -Errno.EINVAL;
        }
        int at = (int) offset;
        if (at < 0 || at + length > skb.length()) {
            return -Errno.EFAULT;
        }
        long target = (long) skb.data() + at;
        boolean recompute = (flags & RECOMPUTE_CSUM) != 0 && skb.checksumStatus() == ChecksumStatus.COMPLETE;
        if (recompute) {
            skb.setChecksum(blockSubtracted(skb.checksum(), Checksum.partial(skb.memory(), target, length, 0), at));
        }
        MemorySegment.copy(from, fromOffset, skb.memory(), target, length);
        if (recompute) {
            skb.setChecksum(blockAdded(skb.checksum(), Checksum.partial(skb.memory(), target, length, 0), at));
        }
        if ((flags & INVALIDATE_HASH) != 0) {
            skb.setHash(0);
        }
        return 0;
    }

    /** Adds the sum over a block that starts at an offset of the packet; at odd offsets the bytes of each word change places. */
    private static int blockAdded(int sum, int block, int offset) {
        return Checksum.add(sum, (offset & 1) == 0 ? block : Integer.rotateRight(block, 8));
    }

    private static int blockSubtracted(int sum, int block, int offset) {
        return blockAdded(sum, ~block, offset);
    }

    /**
     * {@code bpf_skb_change_head}: makes the packet longer at its front, with zeros.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param bytes how many
     * @param flags must be 0
     * @return 0, {@code -EINVAL} for flags, a negative number or a result longer than {@link #MAX_LENGTH}, {@code -ENOMEM}
     */
    public static long changeHead(ExecutionContext ctx, SkBuff skb, long bytes, long flags) {
        int head = (int) bytes;
        if (flags != 0
                || head < 0
                || skb.length() + head < 0
                || skb.gsoSize() == 0 && skb.length() + head > MAX_LENGTH) {
            return -Errno.EINVAL;
        }
        if (head > MAX_ALLOCATION) {
            return -Errno.ENOMEM;
        }
        skb.push(head);
        byte @Nullable [] array = skb.array();
        if (array != null) {
            Arrays.fill(array, skb.data(), skb.data() + head, (byte) 0);
        } else {
            zero(skb.memory(), skb.data(), head);
        }
        skb.addLinkHeader(head);
        return 0;
    }

    /**
     * {@code bpf_skb_change_tail}: cuts the packet or makes it longer at its end, with zeros.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param newLength the new length
     * @param flags must be 0
     * @return 0, {@code -EINVAL} for flags or a length that would cut off the headers or is over {@link #MAX_LENGTH}, {@code -ENOTSUPP} for
     *     an encapsulated packet
     */
    public static long changeTail(ExecutionContext ctx, SkBuff skb, long newLength, long flags) {
        int length = (int) newLength;
        if (flags != 0
                || Integer.compareUnsigned(length, MAX_LENGTH) > 0
                || Integer.compareUnsigned(length, skb.minimumLength()) < 0) {
            return -Errno.EINVAL;
        }
        if (skb.encapsulated()) {
            return -Errno.ENOTSUPP;
        }
        int old = skb.length();
        if (length > old) {
            skb.ensureRoom(0, length - old);
            skb.setBounds(skb.data(), length);
            zero(skb.memory(), (long) skb.data() + old, (long) length - old);
        } else if (length < old) {
            skb.setBounds(skb.data(), length);
        }
        if (length != old && skb.checksumStatus() == ChecksumStatus.COMPLETE) {
            skb.setChecksumStatus(ChecksumStatus.NONE);
        }
        if (skb.gsoSize() != 0) {
            skb.setGsoSize(0);
            skb.setGsoSegments(0);
            skb.setGsoType(0);
        }
        return 0;
    }

    /**
     * {@code bpf_skb_pull_data}: makes bytes directly accessible; here they always are.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param bytes how many, 0 for those that are
     * @return 0, or {@code -ENOMEM} if the packet is shorter
     */
    public static long pullData(ExecutionContext ctx, SkBuff skb, long bytes) {
        return Integer.compareUnsigned((int) bytes, skb.length()) > 0 ? -Errno.ENOMEM : 0;
    }

    /**
     * {@code bpf_get_hash_recalc}: the flow hash, computed if it is not known.
     *
     * @param ctx the worker
     * @param skb the packet
     * @return the hash, not 0
     */
    public static long hashRecalc(ExecutionContext ctx, SkBuff skb) {
        if (skb.hash() == 0) {
            skb.setHash(FlowHash.of(skb));
        }
        return skb.hash() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_set_hash_invalid}: forgets the flow hash.
     *
     * @param ctx the worker
     * @param skb the packet
     * @return 0
     */
    public static long setHashInvalid(ExecutionContext ctx, SkBuff skb) {
        skb.setHash(0);
        return 0;
    }

    /**
     * {@code bpf_get_route_realm}.
     *
     * @param ctx the worker
     * @param skb the packet
     * @return source realm in the upper, destination realm in the lower 16 bits; 0 without a route or realms
     */
    public static long routeRealm(ExecutionContext ctx, SkBuff skb) {
        Destination destination = skb.destination();
        return destination == null ? 0 : destination.realms() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_get_cgroup_classid}.
     *
     * @param ctx the worker
     * @param skb the packet
     * @return the class, 0 for none
     */
    public static long cgroupClassId(ExecutionContext ctx, SkBuff skb) {
        return ctx.environment().cgroups().classId(skb) & 0xffff_ffffL;
    }
}
