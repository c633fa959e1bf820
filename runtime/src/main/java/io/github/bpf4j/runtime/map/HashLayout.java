/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/**
 * Where the parts of a hash table are in its memory, all in bytes:
 *
 * <pre>
 * 0            seed (8), head of the free list (8), element count (8), LRU hands …
 * stripes      one line per lock: lock (4), spare element (4), LRU places taken from the hand: the next (4), how many (4)
 * buckets      two links (4 each) per bucket, the heads of its two chains
 * elements     next (4), hash (4), index (4), LRU mark (4) | key | value
 * perCpu       for per-CPU kinds instead of the value in the element: the values of CPU 0, those of CPU 1, …
 * </pre>
 *
 * A reference is an element's offset divided by 8. A link is a reference, whose lowest bit tells that the element is surely the last of its
 * chain, and, in the bits above it up to bit 30, a tag: bits of the element's hash. A negative link ends a chain and names it, {@code ~chain}; bucket {@code b} has the chains {@code 2 * b} and
 * {@code 2 * b + 1}.
 *
 * @param buckets number of buckets, a power of two
 * @param stripeCount number of locks, a power of two, at most {@code buckets}
 * @param capacity elements that the map may hold
 * @param elements elements in memory: one spare for each lock beyond {@code capacity}
 * @param stripesAt offset of the locks
 * @param bucketsAt offset of the buckets
 * @param elementsAt offset of the elements
 * @param headerSize bytes in an element before its key
 * @param valueOffset offset of the value in an element
 * @param stride distance between elements
 * @param perCpuAt offset of the per-CPU values, 0 if there are none
 * @param perCpuStride distance between the same element's values of two CPUs, 0 if there are none
 * @param perCpuValue bytes of one per-CPU value, rounded up to 8
 * @param size bytes in all
 */
record HashLayout(
        int buckets,
        int stripeCount,
        long capacity,
        long elements,
        long stripesAt,
        long bucketsAt,
        long elementsAt,
        int headerSize,
        int valueOffset,
        long stride,
        long perCpuAt,
        long perCpuStride,
        long perCpuValue,
        long size) {
    static final long SEED = 0;
    static final long FREE = 8;
    static final long COUNT = 16;
    static final long FIXED = 64;
    static final long STRIPE = 64;
    static final long PLACES = 8;
    static final long BUCKET = 8;

    static final long NEXT = 0;
    static final long HASH = 4;
    static final long INDEX = 8;
    static final long MARK = 12;

    private static final int MOST_STRIPES = 256;
    private static final int MOST_PLACES = 16;

    /** Lays out a table. Per-CPU and LRU elements have the long header. */
    static HashLayout of(MapDefinition definition, int partitions, int perCpuCpus, boolean longHeader) {
        long capacity = Integer.toUnsignedLong(definition.maxEntries());
        int headerSize = longHeader || perCpuCpus > 0 ? 16 : 8;
        int valueOffset = headerSize + (int) Words.roundUp(definition.keySize(), 8);
        long value = Words.roundUp(definition.valueSize(), 8);
        long stride = valueOffset + (perCpuCpus > 0 ? 0 : value);
        // No small element straddles a cache line; all have an even reference (see HashIndex.LAST).
        stride = stride <= 64 ? Math.max(16, Long.highestOneBit(stride * 2 - 1)) : Words.roundUp(stride, 16);
        // Many buckets when that is cheap: hardly a chain has more than one element.
        long wanted = stride <= 64 ? 2 * capacity : capacity;
        int buckets = (int) Math.min(1L << 29, Math.max(2, Long.highestOneBit(2 * wanted - 1)));
        int stripes = Math.min(MOST_STRIPES, Math.max(1, buckets / 8));
        long elements = capacity + stripes;
        long stripesAt = FIXED + 64L * partitions;
        long bucketsAt = stripesAt + STRIPE * stripes;
        long elementsAt = Words.roundUp(bucketsAt + BUCKET * buckets, 128);
        long end = Words.roundUp(elementsAt + elements * stride, 128);
        long perCpuStride = perCpuCpus > 0 ? Words.roundUp(elements * value, 128) : 0;
        return new HashLayout(
                buckets,
                stripes,
                capacity,
                elements,
                stripesAt,
                bucketsAt,
                elementsAt,
                headerSize,
                valueOffset,
                stride,
                perCpuCpus > 0 ? end : 0,
                perCpuStride,
                value,
                end + perCpuStride * perCpuCpus);
    }

    /** How many shares the elements of an LRU kind are dealt out to; 0 for other kinds. */
    int partitions() {
        return (int) ((stripesAt - FIXED) / 64);
    }

    /** How many places of the hand are taken at once: one, if that would make the order of eviction much different. */
    int places() {
        return partitions() > 1 ? 1 : Math.clamp(elements / (64L * stripeCount), 1, MOST_PLACES);
    }

    /** How many CPUs have values of their own; 0 if values are the same for all. */
    int cpus() {
        return perCpuAt == 0 ? 0 : Math.toIntExact((size - perCpuAt) / perCpuStride);
    }

    /** How many chains there are. */
    int chains() {
        return 2 * buckets;
    }

    /** How many bits of a link are the reference. */
    int referenceBits() {
        return Long.SIZE - Long.numberOfLeadingZeros(size >>> 3);
    }

    /** The first element's reference is never 0, because locks and buckets come before it. */
    long element(long index) {
        return elementsAt + index * stride;
    }
}
