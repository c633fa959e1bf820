/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.FIXED;
import static io.github.bpf4j.runtime.map.HashLayout.HASH;
import static io.github.bpf4j.runtime.map.HashLayout.MARK;

import java.lang.foreign.MemorySegment;

/**
 * A hash table that evicts. Each element has a mark that a program's lookup sets; a hand goes round the elements, takes away marks, and
 * evicts the first live element it finds without one (the clock algorithm, an approximation of least recently used as Linux's own).
 * With {@code BPF_F_NO_COMMON_LRU} each CPU has its own share of the elements and its own hand.
 *
 * <p>The mark field's bytes are: used, live, and the share's number in the upper two.
 */
abstract class LruTable extends HashTable {
    private static final long FREE_LIST = 0; // offsets in a share's line
    private static final long HAND = 8;

    /** How many evictions ahead memory is fetched. */
    private static final int AHEAD = 16;

    private final int shares;
    private final Lookup keyLookup;

    LruTable(MapDefinition definition, HashLayout layout, MapEnvironment environment, MapRegion region) {
        super(definition, layout, region);
        this.shares = shares(definition, environment);
        this.keyLookup = new Lookup(index, elementValues);
    }

    private static int shares(MapDefinition definition, MapEnvironment environment) {
        return definition.has(MapFlags.NO_COMMON_LRU) ? environment.cpus() : 1;
    }

    static HashLayout layout(MapDefinition definition, MapEnvironment environment, boolean perCpu) {
        int shares = shares(definition, environment);
        long entries = Integer.toUnsignedLong(definition.maxEntries());
        long rounded = (entries + shares - 1) / shares * shares; // every CPU gets as many
        MapDefinition sized = definition.withMaxEntries((int) rounded);
        return HashLayout.of(sized, shares, perCpu ? environment.cpus() : 0, true);
    }

    @Override
    public final long lookup(int cpu, MemorySegment key, long keyOffset) {
        return keyLookup.used(findElement(key, keyOffset), cpu);
    }

    @Override
    public final long lookupInt(int cpu, int key) {
        checkKeySize(4);
        return keyLookup.lookupInt(cpu, key);
    }

    @Override
    public final long lookupLong(int cpu, long key) {
        checkKeySize(8);
        return keyLookup.lookupLong(cpu, key);
    }

    private record Lookup(HashIndex index, ElementValues values) implements KeyLookup {
        @Override
        public long lookupInt(int cpu, int key) {
            return used(index.findInt(key), cpu);
        }

        @Override
        public long lookupLong(int cpu, long key) {
            return used(index.findLong(key), cpu);
        }

        /** Where the value of an element is that was found, or was not. */
        private long used(long e, int cpu) {
            if (e == 0) {
                return NOT_FOUND;
            }
            touch(index.memory(), e);
            return values.of(e, cpu);
        }
    }

    @Override
    public final KeyLookup keyLookup() {
        return keyLookup;
    }

    @Override
    final boolean isLru() {
        return true;
    }

    @Override
    final void touched(long element) {
        touch(memory, element);
    }

    /** Notes that a live element was used. Mostly reads, so that workers need not pass the cache line around. */
    static void touch(MemorySegment memory, long element) {
        if (memory.get(Words.BYTE, element + MARK) == 0) {
            memory.set(Words.BYTE, element + MARK, (byte) 1);
        }
    }

    private static long line(int share) {
        return FIXED + 64L * share;
    }

    private int shareOf(long element) {
        int share = Short.toUnsignedInt(memory.get(Words.SHORT, element + MARK + 2));
        return Math.min(share, (int) ((layout.stripesAt() - FIXED) / 64) - 1); // a damaged file may hold anything
    }

    /** The share of a CPU. The superclass's constructor asks before {@code shares} is set, when all is in order anyway. */
    private int share(int cpu) {
        return cpu % shares;
    }

    @Override
    final void freeAll() {
        int count = (int) ((layout.stripesAt() - FIXED) / 64);
        for (long i = layout.capacity() - 1; i >= 0; i--) {
            long e = layout.element(i);
            memory.set(Words.SHORT, e + MARK + 2, (short) (i % count));
            pushFree(e);
        }
    }

    @Override
    final void pushFree(long e) {
        pushFree(line(shareOf(e)) + FREE_LIST, e);
    }

    @Override
    final long popFree(int cpu) {
        return popFree(line(share(cpu)) + FREE_LIST);
    }

    @Override
    final void clearFreeLists() {
        for (long at = FIXED; at < layout.stripesAt(); at += 64) {
            memory.set(Words.LONG, at + FREE_LIST, 0);
        }
    }

    @Override
    final void linked(long element) {
        memory.set(Words.BYTE, element + MARK, (byte) 0);
        memory.set(Words.BYTE, element + MARK + 1, (byte) 1);
    }

    @Override
    final void replaced(long old, long fresh) {
        memory.set(Words.BYTE, old + MARK + 1, (byte) 0);
        memory.set(Words.SHORT, fresh + MARK + 2, (short) shareOf(old)); // the share keeps its size
        memory.set(Words.BYTE, fresh + MARK, (byte) 1);
    }

    @Override
    final void removed(long element) {
        memory.set(Words.BYTE, element + MARK + 1, (byte) 0);
    }

    @Override
    final long makeRoom(int cpu, int hash) {
        long line = line(share(cpu));
        if (memory.get(Words.INT, line + FREE_LIST) != 0) {
            return 0;
        }
        long hand = memory.get(Words.LONG, line + HAND);
        if ((hand & AHEAD - 1) == 0 && !fetchFrom(hand)) {
            return 0;
        }
        return index.excludes(index.heads(hash), hash) ? evict(cpu) : 0;
    }

    /** The element that a hand points to. */
    private long elementAt(long hand) {
        return layout.element(Long.remainderUnsigned(hand, layout.elements()));
    }

    /**
     * Reads the buckets of the elements that the hand comes to next. They are in no cache, and here the processor fetches them all at
     * once; in the evictions it would fetch one after the other, since no load passes an atomic operation.
     *
     * @return whether they make sense; not if the file is damaged
     */
    private boolean fetchFrom(long hand) {
        boolean sound = true;
        for (int i = 0; i < AHEAD; i++) {
            int hash = memory.get(Words.INT, elementAt(hand + i) + HASH);
            sound &= memory.get(Words.LONG, index.link(index.chainOf(hash))) != 0;
        }
        return sound;
    }

    @Override
    final long evict(int cpu) {
        int share = share(cpu);
        long line = line(share);
        for (long step = 0; step < 4 * layout.elements(); step++) {
            // Atomic: of two threads at one element, the second could evict what the first has just put there.
            long e = elementAt(Words.add(memory, line + HAND, 1L));
            if (memory.get(Words.BYTE, e + MARK + 1) == 0 || shareOf(e) != share) {
                continue;
            }
            if (memory.get(Words.BYTE, e + MARK) != 0) {
                memory.set(Words.BYTE, e + MARK, (byte) 0);
            } else if (takeOut(e)) {
                return e;
            }
        }
        return 0;
    }

    private boolean takeOut(long e) {
        int hash = (int) Words.ATOMIC_INT.getAcquire(memory, e + HASH);
        long stripe = stripeOf(hash);
        lockStripe(stripe);
        try {
            // Under the lock of the right stripe a live element's hash cannot change.
            if ((int) Words.ATOMIC_INT.getAcquire(memory, e + HASH) != hash || !unlink(e, hash)) {
                return false;
            }
            free(e);
            return true;
        } finally {
            unlockStripe(stripe);
        }
    }

    @Override
    final long find(MemorySegment key, long keyOffset) {
        long e = findElement(key, keyOffset); // Java's look does not count as use
        return e == 0 ? NOT_FOUND : valueOf(e, 0);
    }
}
