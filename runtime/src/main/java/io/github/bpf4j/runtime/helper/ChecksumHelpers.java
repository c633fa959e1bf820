/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.ChecksumStatus;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ChecksumDifference;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers that compute and correct checksums. */
public final class ChecksumHelpers {
    private static final long FIELD_SIZE = 0xf;
    private static final long PSEUDO_HEADER = 0x10;
    private static final long MARK_MANGLED_ZERO = 0x20;
    private static final long MARK_ENFORCE = 0x40;
    private static final long IPV6 = 0x80;
    private static final int MANGLED_ZERO = 0xffff;
    private static final int MAX_LEVEL = 3;
    private static final long MAX_OLD_DIFFERENCE = 512;

    private ChecksumHelpers() {}

    /**
     * {@code bpf_csum_diff}: sum of {@code to} minus sum of {@code from} plus seed.
     *
     * @param ctx the worker
     * @param from old bytes, or null
     * @param fromOffset where they start
     * @param fromSize how many
     * @param to new bytes, or null
     * @param toOffset where they start
     * @param toSize how many
     * @param seed 32 bits of sum
     * @return the difference, folded to 16 bits. With {@link ChecksumDifference#UNFOLDED} 32 bits, and
     *     {@code -EINVAL} for sizes that are no multiples of 4 or together more than 512
     */
    public static long csumDiff(
            ExecutionContext ctx,
            @Nullable MemorySegment from,
            long fromOffset,
            long fromSize,
            @Nullable MemorySegment to,
            long toOffset,
            long toSize,
            long seed) {
        int sum = (int) seed;
        boolean folded = ctx.environment().checksumDifference() == ChecksumDifference.FOLDED;
        if (!folded && (((fromSize | toSize) & 3) != 0 || fromSize + toSize > MAX_OLD_DIFFERENCE)) {
            return -Errno.EINVAL;
        }
        if (toSize != 0 && to != null) {
            sum = Checksum.partial(to, toOffset, toSize, sum);
            if (fromSize != 0 && from != null) {
                sum = Checksum.subtract(sum, Checksum.partial(from, fromOffset, fromSize, 0));
            }
        } else if (fromSize != 0 && from != null) {
            sum = ~Checksum.partial(from, fromOffset, fromSize, ~sum);
        }
        return folded ? Checksum.to16(sum) : sum & 0xffff_ffffL;
    }

    /**
     * {@code bpf_l3_csum_replace}: corrects a checksum field of the network header.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where the field is, an even number
     * @param from old value
     * @param to new value, or a difference if the size is 0
     * @param flags size of the changed value: 0, 2 or 4
     * @return 0, {@code -EINVAL} for bad flags, {@code -EFAULT} for a bad offset
     */
    public static long l3CsumReplace(ExecutionContext ctx, SkBuff skb, long offset, long from, long to, long flags) {
        if ((flags & ~FIELD_SIZE) != 0) {
            return -Errno.EINVAL;
        }
        int at = fieldOffset(skb, offset);
        if (at < 0) {
            return at;
        }
        MemorySegment memory = skb.memory();
        int field = memory.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
        int result;
        switch ((int) flags) {
            case 0 -> {
                if (from != 0) {
                    return -Errno.EINVAL;
                }
                result = replacedByDifference(field, (int) to);
            }
            case 2 -> result = replaced16(field, (int) from & 0xffff, (int) to & 0xffff);
            case 4 -> result = replaced32(field, (int) from, (int) to);
            default -> {
                return -Errno.EINVAL;
            }
        }
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) result);
        return 0;
    }

    /**
     * {@code bpf_l4_csum_replace}: corrects a checksum field of the transport header.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param offset where the field is, an even number
     * @param from old value
     * @param to new value, or a difference if the size is 0
     * @param flags size of the changed value and {@code BPF_F_PSEUDO_HDR}, {@code BPF_F_MARK_MANGLED_0}, {@code BPF_F_MARK_ENFORCE},
     *     {@code BPF_F_IPV6}
     * @return 0, {@code -EINVAL} for bad flags, {@code -EFAULT} for a bad offset
     */
    public static long l4CsumReplace(ExecutionContext ctx, SkBuff skb, long offset, long from, long to, long flags) {
        if ((flags & ~(FIELD_SIZE | PSEUDO_HEADER | MARK_MANGLED_ZERO | MARK_ENFORCE | IPV6)) != 0) {
            return -Errno.EINVAL;
        }
        int at = fieldOffset(skb, offset);
        if (at < 0) {
            return at;
        }
        MemorySegment memory = skb.memory();
        int field = memory.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
        boolean markZero = (flags & MARK_MANGLED_ZERO) != 0;
        if (markZero && (flags & MARK_ENFORCE) == 0 && field == 0) {
            return 0;
        }
        boolean pseudoHeader = (flags & PSEUDO_HEADER) != 0;
        boolean partial = skb.checksumStatus() == ChecksumStatus.PARTIAL;
        boolean complete = skb.checksumStatus() == ChecksumStatus.COMPLETE && pseudoHeader;
        int size = (int) (flags & FIELD_SIZE);
        switch (size) {
            case 0 -> {
                if (from != 0) {
                    return -Errno.EINVAL;
                }
                int difference = (int) to;
                if (partial) {
                    field = pseudoHeader ? Checksum.to16(Checksum.add(difference, field)) : field;
                } else {
                    field = replacedByDifference(field, difference);
                    if (complete && (flags & IPV6) == 0) {
                        skb.setChecksum(~Checksum.subtract(difference, skb.checksum()));
                    }
                }
            }
            case 2, 4 -> {
                int mask = size == 2 ? 0xffff : -1;
                int before = (int) from & mask;
                int after = (int) to & mask;
                if (partial) {
                    field = pseudoHeader ? Checksum.to16(Checksum.add(Checksum.subtract(field, before), after)) : field;
                } else {
                    field = replaced32(field, before, after);
                    if (complete) {
                        skb.setChecksum(~Checksum.add(Checksum.subtract(~skb.checksum(), before), after));
                    }
                }
            }
            default -> {
                return -Errno.EINVAL;
            }
        }
        if (markZero && field == 0) {
            field = MANGLED_ZERO;
        }
        memory.set(JAVA_SHORT_UNALIGNED, at, (short) field);
        return 0;
    }

    private static int fieldOffset(SkBuff skb, long offset) {
        int at = (int) offset;
        if ((at & ~0xfffe) != 0 || at + Short.BYTES > skb.length()) {
            return -Errno.EFAULT;
        }
        return skb.data() + at;
    }

    private static int replacedByDifference(int field, int difference) {
        return Checksum.fold(Checksum.add(difference, ~field));
    }

    private static int replaced32(int field, int from, int to) {
        return Checksum.fold(Checksum.add(Checksum.subtract(~field, from), to));
    }

    private static int replaced16(int field, int from, int to) {
        return ~add16(add16(~field & 0xffff, ~from & 0xffff), to) & 0xffff;
    }

    private static int add16(int sum, int other) {
        int total = sum + other;
        return (total + (total >>> 16)) & 0xffff;
    }

    /**
     * {@code bpf_csum_update}: adds to the sum over the packet.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param sum 32 bits of sum
     * @return the new sum, or {@code -ENOTSUPP} if no sum over the packet is known
     */
    public static long csumUpdate(ExecutionContext ctx, SkBuff skb, long sum) {
        if (skb.checksumStatus() != ChecksumStatus.COMPLETE) {
            return -Errno.ENOTSUPP;
        }
        skb.setChecksum(Checksum.add(skb.checksum(), (int) sum));
        return skb.checksum() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_csum_level}: asks or changes how many checksums count as verified.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param level 0 to ask, 1 one more, 2 one less, 3 none
     * @return 0 or the level; {@code -EACCES} if none is verified; {@code -EINVAL} for another request
     */
    public static long csumLevel(ExecutionContext ctx, SkBuff skb, long level) {
        boolean verified = skb.checksumStatus() == ChecksumStatus.UNNECESSARY;
        if (level == 0) {
            return verified ? skb.checksumLevel() : -Errno.EACCES;
        } else if (level == 1) {
            if (verified) {
                skb.setChecksumLevel(Math.min(skb.checksumLevel() + 1, MAX_LEVEL));
            } else if (skb.checksumStatus() == ChecksumStatus.NONE) {
                skb.setChecksumStatus(ChecksumStatus.UNNECESSARY);
                skb.setChecksumLevel(0);
            }
        } else if (level == 2) {
            if (verified && skb.checksumLevel() == 0) {
                skb.setChecksumStatus(ChecksumStatus.NONE);
            } else if (verified) {
                skb.setChecksumLevel(skb.checksumLevel() - 1);
            }
        } else if (level == 3) {
            if (verified) {
                skb.setChecksumStatus(ChecksumStatus.NONE);
                skb.setChecksumLevel(0);
            }
        } else {
            return -Errno.EINVAL;
        }
        return 0;
    }
}
