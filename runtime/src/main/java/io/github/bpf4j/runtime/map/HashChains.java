/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.FREE;
import static io.github.bpf4j.runtime.map.HashLayout.HASH;
import static io.github.bpf4j.runtime.map.HashLayout.INDEX;
import static io.github.bpf4j.runtime.map.HashLayout.NEXT;
import static io.github.bpf4j.runtime.map.HashLayout.SEED;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The chains of a hash table, whole in the map's memory (see {@link HashLayout}): buckets, elements allocated beforehand, the free list,
 * never a resize. {@link HashTable} is the map made of them.
 *
 * <p>A bucket has two chains, so that nearly every element is the first of a chain, and the tags in their heads tell which of the two a
 * key is in. A lookup therefore reads one cache line of the buckets and that of the element, and guesses nothing on the way: a branch that
 * the processor predicts wrongly while it waits for memory costs as much as the memory, since it keeps later lookups from starting.
 *
 * <p>Lookups take no lock. Updates lock one stripe of buckets. As in Linux, a new element goes to the head of its chain and then the
 * element it replaces, always in the same chain, is unlinked, and an unlinked element keeps its {@code next}, so a reader that stands on
 * it finds its way; a chain's end names it, by which a reader notices that it was led to another chain. A reader that found nothing looks
 * again if the head has changed, so an element that is always present is never missed. An unlinked element may be used for another key at
 * once, as in Linux.
 *
 * <p>A lookup that matches a key sees the whole value stored with it: the key (for long keys, the hash) is stored last.
 */
abstract class HashChains extends BpfMap {
    final MemorySegment memory;
    final HashLayout layout;
    final int keySize;
    final long valueOffset;
    final int headerSize;
    final HashRepair repair;
    final HashIndex index;
    private final long seed;

    HashChains(MapDefinition definition, HashLayout layout, MapRegion region) {
        super(definition, region.header());
        this.layout = layout;
        this.memory = region.body();
        this.keySize = definition.keySize();
        this.headerSize = layout.headerSize();
        this.valueOffset = layout.valueOffset();
        if (region.state() == MapRegion.State.FRESH && !definition.has(MapFlags.ZERO_SEED)) {
            memory.set(Words.LONG, SEED, ThreadLocalRandom.current().nextLong());
        }
        this.seed = memory.get(Words.LONG, SEED);
        this.index = new HashIndex(
                memory,
                layout.bucketsAt(),
                Long.numberOfLeadingZeros(layout.buckets() - 1),
                seed == 0 ? 0x9E3779B97F4A7C15L : seed | 1,
                layout.referenceBits(),
                headerSize,
                keySize);
        this.repair = new HashRepair(this, region.state() != MapRegion.State.FRESH || memory.isMapped());
        switch (region.state()) {
            case FRESH -> format();
            case ABANDONED -> repair.repair();
            case SHARED -> {}
        }
    }

    private void format() {
        for (int chain = 0; chain < layout.chains(); chain++) {
            memory.set(Words.INT, link(chain), ~chain);
        }
        setIndices();
        for (int stripe = 0; stripe < layout.stripeCount(); stripe++) {
            keepSpare(stripe(stripe), layout.element(layout.capacity() + stripe));
        }
        freeAll();
    }

    /** Writes each element's number into its header, if that has room for it. */
    final void setIndices() {
        for (long i = 0; headerSize > 8 && i < layout.elements(); i++) {
            memory.set(Words.INT, layout.element(i) + INDEX, (int) i);
        }
    }

    /** Puts all elements but the spares on free lists. */
    void freeAll() {
        for (long i = layout.capacity() - 1; i >= 0; i--) {
            pushFree(layout.element(i));
        }
    }

    // ---- what the kinds add

    /** Whether the value stands behind the key in the element, and not in per-CPU memory. */
    final boolean valueInElement() {
        return layout.perCpuAt() == 0;
    }

    /** Called for an element that is about to be linked. */
    void linked(long element) {}

    /** Called for an element that was deleted, before it can be used again. */
    void removed(long element) {}

    // ---- references and links

    static long offset(int ref) {
        return (long) ref << 3;
    }

    static int ref(long element) {
        return (int) (element >>> 3);
    }

    final long stripe(int stripe) {
        return layout.stripesAt() + HashLayout.STRIPE * stripe;
    }

    final long stripeOf(int hash) {
        return stripe(bucketOf(hash) & (layout.stripeCount() - 1));
    }

    final long stripeOfChain(int chain) {
        return stripe(chain >>> 1 & (layout.stripeCount() - 1));
    }

    final long target(int link) {
        return index.target(link);
    }

    final long link(int chain) {
        return index.link(chain);
    }

    final int head(int chain) {
        return index.head(chain);
    }

    final int next(long element) {
        return index.next(element);
    }

    // ---- hashing

    final int bucketOf(int hash) {
        return index.bucketOf(hash);
    }

    final int chainOf(int hash) {
        return index.chainOf(hash);
    }

    final int hash(MemorySegment key, long offset) {
        if (keySize == 8) {
            return index.hash(key.get(Words.LONG, offset));
        }
        if (keySize == 4) {
            return index.hash(Integer.toUnsignedLong(key.get(Words.INT, offset)));
        }
        long h = seed ^ keySize;
        int i = 0;
        for (; i + 8 <= keySize; i += 8) {
            h = (h ^ key.get(Words.LONG, offset + i)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        long tail = 0;
        for (; i < keySize; i++) {
            tail = tail << 8 | Byte.toUnsignedLong(key.get(Words.BYTE, offset + i));
        }
        h = (h ^ tail) * 0xD6E8FEB86659FD93L;
        h = (h ^ (h >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }

    final void checkKeySize(int size) {
        if (keySize != size) {
            throw new UnsupportedOperationException(
                    definition().name() + " has keys of " + keySize + " bytes, not " + size);
        }
    }

    // ---- lock-free search: an element's offset, or 0

    final long findElement(MemorySegment key, long offset) {
        if (keySize == 8) {
            return index.findLong(key.get(Words.LONG, offset));
        }
        if (keySize == 4) {
            return index.findInt(key.get(Words.INT, offset));
        }
        return findBytes(key, offset, hash(key, offset));
    }

    private long findBytes(MemorySegment key, long offset, int hash) {
        long candidate = index.candidate(index.heads(hash), (long) hash << 32);
        if (candidate != 0 && matches(candidate, key, offset, hash)) {
            return candidate;
        }
        int chain = chainOf(hash);
        long e = searchBytesIn(chain, key, offset, hash);
        return e != 0 ? e : searchBytesIn(chain + 1, key, offset, hash);
    }

    private long searchBytesIn(int chain, MemorySegment key, long offset, int hash) {
        for (; ; ) {
            int first = head(chain);
            int link = first;
            while (link > 0) {
                long e = target(link);
                if (matches(e, key, offset, hash)) {
                    return e;
                }
                link = next(e);
            }
            if (link == ~chain && first == head(chain)) {
                return 0;
            }
        }
    }

    final boolean matches(long e, MemorySegment key, long offset, int hash) {
        return switch (keySize) {
            case 8 -> memory.get(Words.LONG, e + headerSize) == key.get(Words.LONG, offset);
            case 4 -> memory.get(Words.INT, e + headerSize) == key.get(Words.INT, offset);
            default ->
                (int) Words.ATOMIC_INT.getAcquire(memory, e + HASH) == hash
                        && Words.equal(memory, e + headerSize, key, offset, keySize);
        };
    }

    // ---- changes, under the stripe's lock

    final void lockStripe(long stripe) {
        if (SpinLocks.lock(memory, stripe)) {
            repair.checkSpare(stripe);
        }
    }

    final void unlockStripe(long stripe) {
        SpinLocks.unlock(memory, stripe);
    }

    /** Searches chains that cannot change. */
    final long findLocked(MemorySegment key, long offset, int hash) {
        long heads = index.heads(hash);
        if (index.excludes(heads, hash)) {
            return 0;
        }
        long candidate = index.candidate(heads, (long) hash << 32);
        if (candidate != 0 && matches(candidate, key, offset, hash)) {
            return candidate;
        }
        int chain = chainOf(hash);
        long e = findLockedIn(chain, key, offset, hash);
        return e != 0 ? e : findLockedIn(chain + 1, key, offset, hash);
    }

    private long findLockedIn(int chain, MemorySegment key, long offset, int hash) {
        for (int link = head(chain); link > 0; link = next(target(link))) {
            if (matches(target(link), key, offset, hash)) {
                return target(link);
            }
        }
        return 0;
    }

    /** The chain that an element hangs in, by the chain's end. */
    final int chainFrom(long e) {
        int link = next(e);
        while (link > 0) {
            link = next(target(link));
        }
        return ~link;
    }

    /** The chain in which a new element of a bucket comes first, if there is one. */
    final int chainForNew(int hash) {
        int chain = chainOf(hash);
        return head(chain) < 0 || head(chain + 1) > 0 ? chain : chain + 1;
    }

    final int takeSpare(long stripe) {
        return memory.get(Words.INT, stripe + 4);
    }

    final void keepSpare(long stripe, long element) {
        memory.set(Words.INT, stripe + 4, ref(element));
    }

    /** Stores the key of an element whose value is complete, and makes it visible as the first of a chain. */
    final void publish(long e, MemorySegment key, long offset, int hash, int chain) {
        switch (keySize) {
            case 8 -> Words.ATOMIC_LONG.setRelease(memory, e + headerSize, key.get(Words.LONG, offset));
            case 4 -> Words.ATOMIC_INT.setRelease(memory, e + headerSize, key.get(Words.INT, offset));
            default -> Words.copy(key, offset, memory, e + headerSize, keySize);
        }
        Words.ATOMIC_INT.setRelease(memory, e + HASH, hash);
        int next = head(chain);
        Words.ATOMIC_INT.setRelease(memory, e + NEXT, next);
        Words.ATOMIC_INT.setRelease(memory, link(chain), index.linkTo(e, hash) | (next < 0 ? HashIndex.LAST : 0));
    }

    /**
     * Takes an element out of its chain, if it hangs in the bucket of the hash. It keeps its {@code next} for readers that stand on it.
     */
    final boolean unlink(long e, int hash) {
        int chain = chainFrom(e);
        return chain >>> 1 == bucketOf(hash) && unlinkFrom(chain, e);
    }

    final boolean unlinkFrom(int chain, long e) {
        long before = 0; // where the link to the element before is
        long at = link(chain);
        for (int link = head(chain); link > 0; link = next(target(link))) {
            if (target(link) == e) {
                int next = next(e);
                Words.ATOMIC_INT.setRelease(memory, at, next);
                if (next < 0 && before != 0) {
                    Words.ATOMIC_INT.setRelease(memory, before, memory.get(Words.INT, before) | HashIndex.LAST);
                }
                return true;
            }
            before = at;
            at = target(link) + NEXT;
        }
        return false;
    }

    // ---- the free list: a stack with a counter against reuse of its head

    /** Gives an element back. Its hash field links the list; its {@code next} stays. */
    void pushFree(long e) {
        pushFree(FREE, e);
    }

    /** An element for a new key, or 0 if the map is full. */
    long popFree(int cpu) {
        return popFree(FREE);
    }

    void clearFreeLists() {}

    final void pushFree(long list, long e) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory, list);
            Words.ATOMIC_INT.setRelease(memory, e + HASH, (int) head);
            long next = ((head >>> 32) + 1) << 32 | ref(e);
            if (Words.ATOMIC_LONG.compareAndSet(memory, list, head, next)) {
                return;
            }
        }
    }

    final long popFree(long list) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory, list);
            if ((int) head == 0) {
                return 0;
            }
            long e = offset((int) head);
            int below = (int) Words.ATOMIC_INT.getAcquire(memory, e + HASH);
            long next = ((head >>> 32) + 1) << 32 | Integer.toUnsignedLong(below);
            if (Words.ATOMIC_LONG.compareAndSet(memory, list, head, next)) {
                return e;
            }
        }
    }
}
