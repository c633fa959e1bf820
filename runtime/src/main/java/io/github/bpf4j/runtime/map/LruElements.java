/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.HashLayout.FIXED;
import static io.github.bpf4j.runtime.map.HashLayout.MARK;

import java.lang.foreign.MemorySegment;

/**
 * The marks of the elements of a table that evicts, and the shares that CPUs have in them: one for all, or with
 * {@code BPF_F_NO_COMMON_LRU} one each. A share has a line in the table's memory: its free list (8 bytes) and its {@linkplain LruClock hand}
 * (8).
 *
 * <p>The mark field's bytes are: used, live, and the share's number in the upper two.
 *
 * @param chains the table
 * @param shares how many there are, at least 1
 */
record LruElements(HashChains chains, int shares) {
    private static final long FREE_LIST = 0;
    private static final long HAND = 8;

    private static final long USED = MARK;
    private static final long LIVE = MARK + 1;
    private static final long SHARE = MARK + 2;
    private static final short LIVE_UNUSED = Words.LITTLE_ENDIAN ? (short) 0x0100 : 0x0001;

    private MemorySegment memory() {
        return chains.memory();
    }

    private static long line(int share) {
        return FIXED + 64L * share;
    }

    int shareOf(int cpu) {
        return cpu % shares;
    }

    private int share(long element) {
        int share = Short.toUnsignedInt(memory().get(Words.SHORT, element + SHARE));
        return Math.min(share, shares - 1); // a damaged file may hold anything
    }

    long hand(int share) {
        return line(share) + HAND;
    }

    /** The free list of an element. */
    long freeList(long element) {
        return line(share(element)) + FREE_LIST;
    }

    /** The free list that a CPU takes new elements from. */
    long freeListOf(int cpu) {
        return line(shareOf(cpu)) + FREE_LIST;
    }

    void clearFreeLists() {
        for (int share = 0; share < shares; share++) {
            memory().set(Words.LONG, line(share) + FREE_LIST, 0);
        }
    }

    /** Deals an element of a new table out. */
    void assign(long element, long number) {
        memory().set(Words.SHORT, element + SHARE, (short) (number % shares));
    }

    /** Notes that a live element was used. */
    void touch(long element) {
        touch(memory(), element);
    }

    /** Notes that a live element was used. Mostly reads, so that workers need not pass the cache line around. */
    static void touch(MemorySegment memory, long element) {
        if (memory.get(Words.BYTE, element + USED) == 0) {
            memory.set(Words.BYTE, element + USED, (byte) 1);
        }
    }

    /** Marks an element that is about to be linked. */
    void linked(long element) {
        memory().set(Words.SHORT, element + USED, LIVE_UNUSED);
    }

    /** Marks an element that takes the place of another. */
    void replaced(long old, long fresh) {
        memory().set(Words.BYTE, old + LIVE, (byte) 0);
        memory().set(Words.SHORT, fresh + SHARE, (short) share(old)); // the share keeps its size
        memory().set(Words.BYTE, fresh + USED, (byte) 1);
    }

    /** Marks an element that is no more in the map. */
    void removed(long element) {
        memory().set(Words.BYTE, element + LIVE, (byte) 0);
    }

    /** Whether an element belongs to a share, is live and was not used since this was last asked. */
    boolean mayGo(long element, int share) {
        int mark = memory().get(Words.INT, element + MARK);
        if (!Words.LITTLE_ENDIAN) { // into the order: used, live, share
            mark = Short.toUnsignedInt((short) mark) << 16 | Integer.reverseBytes(mark) & 0xffff;
        }
        if ((mark & 0xff00) == 0 || mark >>> 16 != share) {
            return false;
        }
        if ((mark & 0xff) == 0) {
            return true;
        }
        memory().set(Words.BYTE, element + USED, (byte) 0);
        return false;
    }
}
