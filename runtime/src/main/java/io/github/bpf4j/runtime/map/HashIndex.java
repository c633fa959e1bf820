/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.NEXT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Where a key's element can be in a {@linkplain HashChains hash table}: hashing, buckets, links, and the lock-free search for keys of 4 and 8
 * bytes. A record so that generated code can have it as a constant (see {@link KeyLookup}).
 *
 * @param memory the table
 * @param bucketsAt offset of the buckets
 * @param bucketShift the bucket is what is left of a 64-bit product after shifting it right by this
 * @param factor what keys of 4 and 8 bytes are multiplied by
 * @param referenceBits how many bits of a link are the reference
 * @param keyAt offset of the key in an element
 * @param keySize bytes in a key
 */
record HashIndex(
        MemorySegment memory, long bucketsAt, int bucketShift, long factor, int referenceBits, int keyAt, int keySize) {
    private static final long LINK = 0x7fff_ffffL;

    /** In a link: its element is surely the last of its chain. The bit is free because elements are 16 bytes apart. */
    static final int LAST = 1;

    /** Multiply-shift hashing with a random odd factor: a universal family, whose upper bits choose the bucket. */
    int hash(long key) {
        return (int) (key * factor >>> 32);
    }

    int bucketOf(int hash) {
        return hash >>> bucketShift - 32;
    }

    /** The first of the two chains in which an element can be. */
    int chainOf(int hash) {
        return bucketOf(hash) << 1;
    }

    /** Where a chain's link to its first element is. */
    long link(int chain) {
        return bucketsAt + ((long) chain << 2);
    }

    int head(int chain) {
        return (int) Words.ATOMIC_INT.getAcquire(memory, link(chain));
    }

    int next(long element) {
        return (int) Words.ATOMIC_INT.getAcquire(memory, element + NEXT);
    }

    /** A bucket's two heads, read as one number: the first chain's in the lower half. A plain load: see {@link #findLong}. */
    long heads(int hash) {
        return Words.pair(memory.get(Words.LONG, bucketsAt + ((long) bucketOf(hash) << 3)));
    }

    /** The element that a link leads to. */
    long target(long link) {
        return (link & (1L << referenceBits) - 2) << 3;
    }

    /** A link to an element. */
    int linkTo(long element, int hash) {
        return (int) (tag((long) hash << 32) | element >>> 3);
    }

    /** Whether a bucket's heads alone, without a look at an element, tell that no key with the hash is there. */
    boolean excludes(long heads, int hash) {
        long tag = tag((long) hash << 32);
        return (excludes((int) heads, tag) & excludes((int) (heads >> 32), tag)) < 0;
    }

    /** Negative if a chain is empty, or if its first element is its last and has another tag. Without a branch, as {@link #candidate}. */
    private long excludes(int head, long tag) {
        long difference = ((head ^ tag) & LINK) >>> referenceBits;
        return head | -(head & LAST) & -difference;
    }

    /** Which of a bucket's two chains a new element comes first in, if it can: 0 or 1. */
    static int chainForNew(long heads) {
        return (int) ((~heads & 0x8000_0000L) >>> 31 & heads >>> 63);
    }

    /** The tag of a link to an element: of the product's upper half, whose lower bits do not choose the bucket. */
    private long tag(long product) {
        return product >>> 32 - referenceBits & LINK & -1L << referenceBits;
    }

    /** An element whose key is likely the one whose product this is, the only candidate as a rule, or 0. */
    long candidate(long heads, long product) {
        // Without a branch: of the bucket's two heads, read as one number, the one whose tag fits, else the other.
        long one = heads & 0xffff_ffffL;
        long other = heads >>> 32;
        long fits = ((one ^ tag(product)) - (1L << referenceBits)) >> 63; // all ones if it does
        long link = other ^ (one ^ other) & fits;
        return link <= LINK ? target(link) : 0;
    }

    /** Finds an 8-byte key: its element, or 0. */
    long findLong(long key) {
        long product = key * factor;
        // Plain loads: each address comes from the load before, which orders them; the fence orders the value's loads
        // after the
        // key's.
        long e = candidate(memory.get(Words.LONG, bucketsAt + (product >>> bucketShift << 3)), product);
        if (e != 0 && memory.get(Words.LONG, e + keyAt) == key) {
            VarHandle.loadLoadFence();
            return e;
        }
        return search(key, (int) (product >>> 32));
    }

    /** Finds a 4-byte key: its element, or 0. */
    long findInt(int key) {
        long product = Integer.toUnsignedLong(key) * factor;
        long e = candidate(memory.get(Words.LONG, bucketsAt + (product >>> bucketShift << 3)), product);
        if (e != 0 && memory.get(Words.INT, e + keyAt) == key) {
            VarHandle.loadLoadFence();
            return e;
        }
        return search(Integer.toUnsignedLong(key), (int) (product >>> 32));
    }

    /** Goes through both chains. */
    private long search(long key, int hash) {
        if (excludes(heads(hash), hash)) {
            return 0;
        }
        int chain = chainOf(hash);
        long e = searchIn(chain, key);
        return e != 0 ? e : searchIn(chain + 1, key);
    }

    private long searchIn(int chain, long key) {
        for (; ; ) {
            int first = head(chain);
            int link = first;
            while (link > 0) {
                long e = target(link);
                long other = keySize == 8
                        ? (long) Words.ATOMIC_LONG.getAcquire(memory, e + keyAt)
                        : Integer.toUnsignedLong((int) Words.ATOMIC_INT.getAcquire(memory, e + keyAt));
                if (other == key) {
                    return e;
                }
                link = next(e);
            }
            if (link == ~chain && first == head(chain)) {
                return 0;
            }
        }
    }
}
