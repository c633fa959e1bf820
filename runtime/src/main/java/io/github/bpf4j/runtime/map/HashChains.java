/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.HASH;
import static io.github.bpf4j.runtime.map.HashLayout.NEXT;

import java.lang.foreign.MemorySegment;

/**
 * The chains of a hash table, whole in the map's memory (see {@link HashLayout}): buckets, elements allocated beforehand, the free list,
 * never a resize. {@link HashTable} is the map made of them. A record so that HotSpot takes the fields of a constant one for constants.
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
 *
 * @param index where a key's element can be
 * @param layout what lies where
 * @param seed what hashes begin with
 */
record HashChains(HashIndex index, HashLayout layout, long seed) {
    /** The chains in a table whose seed is set. */
    static HashChains of(MemorySegment memory, HashLayout layout, int keySize) {
        long seed = memory.get(Words.LONG, HashLayout.SEED);
        HashIndex index = new HashIndex(
                memory,
                layout.bucketsAt(),
                Long.numberOfLeadingZeros(layout.buckets() - 1),
                seed == 0 ? 0x9E3779B97F4A7C15L : seed | 1,
                layout.referenceBits(),
                layout.headerSize(),
                keySize);
        return new HashChains(index, layout, seed);
    }

    MemorySegment memory() {
        return index.memory();
    }

    private int keySize() {
        return index.keySize();
    }

    private int keyAt() {
        return index.keyAt();
    }

    // ---- references and links

    static long offset(int ref) {
        return (long) ref << 3;
    }

    static int ref(long element) {
        return (int) (element >>> 3);
    }

    long stripe(int stripe) {
        return layout.stripesAt() + HashLayout.STRIPE * stripe;
    }

    long stripeOf(int hash) {
        return stripe(bucketOf(hash) & (layout.stripeCount() - 1));
    }

    long stripeOfChain(int chain) {
        return stripe(chain >>> 1 & (layout.stripeCount() - 1));
    }

    long target(int link) {
        return index.target(link);
    }

    long link(int chain) {
        return index.link(chain);
    }

    int head(int chain) {
        return index.head(chain);
    }

    int next(long element) {
        return index.next(element);
    }

    // ---- hashing

    int bucketOf(int hash) {
        return index.bucketOf(hash);
    }

    int chainOf(int hash) {
        return index.chainOf(hash);
    }

    int hash(MemorySegment key, long offset) {
        if (keySize() == 8) {
            return index.hash(key.get(Words.LONG, offset));
        }
        if (keySize() == 4) {
            return index.hash(Integer.toUnsignedLong(key.get(Words.INT, offset)));
        }
        long h = seed ^ keySize();
        int i = 0;
        for (; i + 8 <= keySize(); i += 8) {
            h = (h ^ key.get(Words.LONG, offset + i)) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        long tail = 0;
        for (; i < keySize(); i++) {
            tail = tail << 8 | Byte.toUnsignedLong(key.get(Words.BYTE, offset + i));
        }
        h = (h ^ tail) * 0xD6E8FEB86659FD93L;
        h = (h ^ (h >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }

    // ---- lock-free search: an element's offset, or 0

    long findElement(MemorySegment key, long offset) {
        if (keySize() == 8) {
            return index.findLong(key.get(Words.LONG, offset));
        }
        if (keySize() == 4) {
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

    boolean matches(long e, MemorySegment key, long offset, int hash) {
        return switch (keySize()) {
            case 8 -> memory().get(Words.LONG, e + keyAt()) == key.get(Words.LONG, offset);
            case 4 -> memory().get(Words.INT, e + keyAt()) == key.get(Words.INT, offset);
            default ->
                (int) Words.ATOMIC_INT.getAcquire(memory(), e + HASH) == hash
                        && Words.equal(memory(), e + keyAt(), key, offset, keySize());
        };
    }

    // ---- changes, under the stripe's lock

    void lock(long stripe, HashRepair repair) {
        if (SpinLocks.lock(memory(), stripe)) {
            repair.checkSpare(stripe);
        }
    }

    void unlock(long stripe) {
        SpinLocks.unlock(memory(), stripe);
    }

    /** Searches chains that cannot change. */
    long findLocked(MemorySegment key, long offset, int hash) {
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
        for (int link = linkAt(link(chain)); link > 0; link = linkAt(target(link) + NEXT)) {
            if (matches(target(link), key, offset, hash)) {
                return target(link);
            }
        }
        return 0;
    }

    /** What a link in a chain that cannot change holds. */
    private int linkAt(long at) {
        return memory().get(Words.INT, at);
    }

    /** The chain that an element hangs in, by the chain's end. */
    int chainFrom(long e) {
        int link = linkAt(e + NEXT);
        while (link > 0) {
            link = linkAt(target(link) + NEXT);
        }
        return ~link;
    }

    int takeSpare(long stripe) {
        return memory().get(Words.INT, stripe + 4);
    }

    void keepSpare(long stripe, long element) {
        memory().set(Words.INT, stripe + 4, ref(element));
    }

    /**
     * Takes an element out of its chain, if it has this hash and hangs in the hash's bucket. It keeps its {@code next} for readers that
     * stand on it.
     */
    boolean unlink(long e, int hash) {
        long header = Words.pair(memory().get(Words.LONG, e + NEXT));
        int next = (int) header;
        int chain = ~next;
        if (next < 0 && chain >>> 1 == bucketOf(hash) && (int) (header >>> 32) == hash) {
            long at = link(chain);
            if (target(linkAt(at)) == e) { // the only one in its chain, as nearly always
                memory().set(Words.INT, at, next);
                return true;
            }
        }
        return unlinkFromLongChain(e, hash);
    }

    private boolean unlinkFromLongChain(long e, int hash) {
        int chain = chainFrom(e);
        return memory().get(Words.INT, e + HASH) == hash && chain >>> 1 == bucketOf(hash) && unlinkFrom(chain, e);
    }

    boolean unlinkFrom(int chain, long e) {
        long before = 0; // where the link to the element before is
        long at = link(chain);
        for (int link = linkAt(at); link > 0; link = linkAt(at)) {
            if (target(link) == e) {
                int next = linkAt(e + NEXT);
                memory().set(Words.INT, at, next); // readers know the elements behind it already, or what it ends with
                if (next < 0 && before != 0) {
                    memory().set(Words.INT, before, linkAt(before) | HashIndex.LAST);
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
    void pushFree(long list, long e) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory(), list);
            Words.ATOMIC_INT.setRelease(memory(), e + HASH, (int) head);
            long next = ((head >>> 32) + 1) << 32 | ref(e);
            if (Words.ATOMIC_LONG.compareAndSet(memory(), list, head, next)) {
                return;
            }
        }
    }

    boolean isEmpty(long list) {
        return (int) memory().get(Words.LONG, list) == 0;
    }

    /** An element for a new key, or 0 if the list is empty. */
    long popFree(long list) {
        for (; ; ) {
            long head = (long) Words.ATOMIC_LONG.getAcquire(memory(), list);
            if ((int) head == 0) {
                return 0;
            }
            long e = offset((int) head);
            int below = (int) Words.ATOMIC_INT.getAcquire(memory(), e + HASH);
            long next = ((head >>> 32) + 1) << 32 | Integer.toUnsignedLong(below);
            if (Words.ATOMIC_LONG.compareAndSet(memory(), list, head, next)) {
                return e;
            }
        }
    }
}
