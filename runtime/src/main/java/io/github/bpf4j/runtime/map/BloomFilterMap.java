/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_BLOOM_FILTER}: {@code map_extra} hash functions (5 if it is 0), about {@code 1.4 * functions} bits for each of
 * {@code max_entries} values, rounded up to a power of two, as in Linux. No locks: bits are only ever set.
 */
public final class BloomFilterMap extends BpfMap {
    private static final long SEED = 0;
    private static final long BITS = 64;

    private final MemorySegment memory;
    private final int valueSize;
    private final int functions;
    private final long mask;
    private final long seed;

    BloomFilterMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment.memory().allocate(definition, BITS + bits(definition) / 8));
    }

    private BloomFilterMap(MapDefinition definition, MapRegion region) {
        super(definition, region.header());
        this.memory = region.body();
        this.valueSize = definition.valueSize();
        this.functions = functions(definition);
        this.mask = bits(definition) - 1;
        if (region.state() == MapRegion.State.FRESH && !definition.has(MapFlags.ZERO_SEED)) {
            memory.set(Words.LONG, SEED, ThreadLocalRandom.current().nextLong());
        }
        this.seed = memory.get(Words.LONG, SEED);
    }

    private static int functions(MapDefinition definition) {
        int given = (int) definition.extra() & 0xf;
        return given == 0 ? 5 : given;
    }

    /** The number of bits, a power of two; at most 2^32 as in Linux. */
    private static long bits(MapDefinition definition) {
        long wanted = Integer.toUnsignedLong(definition.maxEntries()) * functions(definition) * 7 / 5;
        long rounded = wanted <= 64 ? 64 : Long.highestOneBit(2 * wanted - 1);
        return Math.min(rounded, 1L << 32);
    }

    private long hash(MemorySegment value, long offset) {
        long h = seed ^ valueSize;
        int i = 0;
        for (; i + 8 <= valueSize; i += 8) {
            h = (h ^ value.get(Words.LONG, offset + i)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 32;
        }
        long tail = 0;
        for (; i < valueSize; i++) {
            tail = tail << 8 | Byte.toUnsignedLong(value.get(Words.BYTE, offset + i));
        }
        h = (h ^ tail) * 0xD6E8FEB86659FD93L;
        return (h ^ (h >>> 32)) * 0x9E3779B97F4A7C15L;
    }

    /** The n-th function of a value, from two independent halves of one hash (Kirsch and Mitzenmacher). */
    private long bit(long hash, int n) {
        return ((hash & 0xffff_ffffL) + n * ((hash >>> 32) | 1)) & mask;
    }

    @Override
    public int push(MemorySegment value, long offset, long flags) {
        if (flags != MapFlags.BPF_ANY) {
            return -Errno.EINVAL;
        }
        long hash = hash(value, offset);
        for (int n = 0; n < functions; n++) {
            long bit = bit(hash, n);
            long word = BITS + (bit >>> 6 << 3);
            long one = 1L << bit;
            if ((memory.get(Words.LONG, word) & one) == 0) {
                Words.or(memory, word, one);
            }
        }
        return 0;
    }

    @Override
    public int peek(MemorySegment value, long offset) {
        long hash = hash(value, offset);
        for (int n = 0; n < functions; n++) {
            long bit = bit(hash, n);
            if ((memory.get(Words.LONG, BITS + (bit >>> 6 << 3)) & 1L << bit) == 0) {
                return -Errno.ENOENT;
            }
        }
        return 0;
    }

    @Override
    public int pop(MemorySegment value, long offset) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return peek(value, valueOffset);
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return push(value, valueOffset, flags);
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.EOPNOTSUPP;
    }
}
