/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A multi-bit trie over IPv4 addresses in steps of 16, 8, 4 and 4 bits. An entry is 0 for no prefix, a positive reference to the element
 * of the longest prefix that covers it, or {@code ~node} for a node that tells apart what is below. Entries below a short prefix repeat
 * it, so a lookup never goes back up.
 *
 * <p>One writer at a time; readers take no lock. A node that is not needed any more is reused only after {@link #epoch} has moved, which
 * makes a reader that may have been in it start again.
 */
final class Ipv4Index {
    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Bits that levels above have consumed, and bits of the level itself. */
    private static final int[] ABOVE = {0, 16, 24, 28};

    private static final int[] STEP = {16, 8, 4, 4};
    private static final int CHUNK_BITS = 16;
    private static final int CHUNK = 1 << CHUNK_BITS; // entries

    private final MemorySegment elements;
    private final int[] root = new int[1 << 16];

    /** Chunks of nodes with 256 entries, then of nodes with 16; a node's number counts entries within its kind. */
    private volatile int[][] wide = new int[0][];

    private volatile int[][] narrow = new int[0][];
    private int wideUsed;
    private int narrowUsed;
    private int[] freeWide = new int[16];
    private int freeWideCount;
    private int[] freeNarrow = new int[16];
    private int freeNarrowCount;

    private volatile long epoch;

    Ipv4Index(MemorySegment elements) {
        this.elements = elements;
    }

    static int address(MemorySegment key, long offset) {
        return key.get(BIG_ENDIAN, offset);
    }

    /** The element of the longest prefix that covers an address, or 0. */
    int lookup(int address) {
        for (; ; ) {
            long before = epoch;
            int entry = (int) ENTRY.getAcquire(root, address >>> 16);
            if (entry < 0) {
                entry = at(wide, ~entry + (address >>> 8 & 0xff));
                if (entry < 0) {
                    entry = at(narrow, ~entry + (address >>> 4 & 0xf));
                    if (entry < 0) {
                        entry = at(narrow, ~entry + (address & 0xf));
                    }
                }
            }
            if (before == epoch) {
                return entry;
            }
        }
    }

    private static int at(int[][] chunks, int position) {
        return (int) ENTRY.getAcquire(chunks[position >>> CHUNK_BITS], position & CHUNK - 1);
    }

    private int[] array(int level, int node) {
        return level == 0 ? root : (level == 1 ? wide : narrow)[node >>> CHUNK_BITS];
    }

    private static int base(int level, int node) {
        return level == 0 ? 0 : node & CHUNK - 1;
    }

    private int lengthOf(int element) {
        return elements.get(
                Words.INT, HashChains.offset(element) + 8); // the key's first word, behind a header of 8 bytes
    }

    /** Adds a prefix, or gives it a new element. */
    void insert(int address, int length, int element) {
        insert(0, 0, address, length, element);
    }

    private void insert(int level, int node, int address, int length, int element) {
        int[] entries = array(level, node);
        int base = base(level, node);
        int end = ABOVE[level] + STEP[level];
        int slot = address >>> 32 - end & (1 << STEP[level]) - 1;
        if (length > end) {
            int entry = entries[base + slot];
            if (entry >= 0) {
                entry = ~allocate(level + 1, entry);
                ENTRY.setRelease(entries, base + slot, entry);
            }
            insert(level + 1, ~entry, address, length, element);
            return;
        }
        int count = 1 << end - length;
        for (int i = slot; i < slot + count; i++) {
            cover(level, entries, base + i, length, element);
        }
    }

    /** Makes an element the best of an entry and all below, except where a longer prefix is. */
    private void cover(int level, int[] entries, int i, int length, int element) {
        int entry = entries[i];
        if (entry < 0) {
            int[] below = array(level + 1, ~entry);
            int base = base(level + 1, ~entry);
            for (int j = 0; j < 1 << STEP[level + 1]; j++) {
                cover(level + 1, below, base + j, length, element);
            }
        } else if (entry == 0 || lengthOf(entry) <= length) {
            ENTRY.setRelease(entries, i, element);
        }
    }

    /** Takes a prefix out; what it covered is now covered by another element, or nothing (0). */
    void remove(int address, int length, int element, int cover) {
        remove(0, 0, address, length, element, cover);
    }

    private void remove(int level, int node, int address, int length, int element, int cover) {
        int[] entries = array(level, node);
        int base = base(level, node);
        int end = ABOVE[level] + STEP[level];
        int slot = address >>> 32 - end & (1 << STEP[level]) - 1;
        if (length > end) {
            int entry = entries[base + slot];
            remove(level + 1, ~entry, address, length, element, cover);
            collapse(level, entries, base + slot);
            return;
        }
        int count = 1 << end - length;
        for (int i = slot; i < slot + count; i++) {
            uncover(level, entries, base + i, element, cover);
        }
    }

    private void uncover(int level, int[] entries, int i, int element, int cover) {
        int entry = entries[i];
        if (entry < 0) {
            int[] below = array(level + 1, ~entry);
            int base = base(level + 1, ~entry);
            for (int j = 0; j < 1 << STEP[level + 1]; j++) {
                uncover(level + 1, below, base + j, element, cover);
            }
        } else if (entry == element) {
            ENTRY.setRelease(entries, i, cover);
        }
    }

    /** Drops the node below an entry if all its entries are the same and no prefix in it is longer than the entry's own bits. */
    private void collapse(int level, int[] entries, int i) {
        int node = ~entries[i];
        int[] below = array(level + 1, node);
        int base = base(level + 1, node);
        int first = below[base];
        for (int j = 0; j < 1 << STEP[level + 1]; j++) {
            if (below[base + j] != first) {
                return;
            }
        }
        if (first < 0 || first > 0 && lengthOf(first) > ABOVE[level] + STEP[level]) {
            return;
        }
        ENTRY.setRelease(entries, i, first);
        release(level + 1, node);
    }

    // ---- nodes
    // --------------------------------------------------------------------------------------------------------------------

    @SuppressWarnings("NonAtomicVolatileUpdate") // there is one writer
    private int allocate(int level, int fill) {
        int size = 1 << STEP[level];
        int node;
        if (level == 1) {
            if (freeWideCount > 0) {
                epoch++;
                node = freeWide[--freeWideCount];
            } else {
                if ((wideUsed & CHUNK - 1) == 0) {
                    wide = grown(wide);
                }
                node = wideUsed;
                wideUsed += size;
            }
        } else {
            if (freeNarrowCount > 0) {
                epoch++;
                node = freeNarrow[--freeNarrowCount];
            } else {
                if ((narrowUsed & CHUNK - 1) == 0) {
                    narrow = grown(narrow);
                }
                node = narrowUsed;
                narrowUsed += size;
            }
        }
        int[] entries = array(level, node);
        for (int j = 0; j < size; j++) {
            ENTRY.setRelease(entries, base(level, node) + j, fill);
        }
        return node;
    }

    private static int[][] grown(int[][] chunks) {
        int[][] grown = Arrays.copyOf(chunks, chunks.length + 1);
        grown[chunks.length] = new int[CHUNK];
        return grown;
    }

    private void release(int level, int node) {
        if (level == 1) {
            freeWide = freeWideCount == freeWide.length ? Arrays.copyOf(freeWide, 2 * freeWideCount) : freeWide;
            freeWide[freeWideCount++] = node;
        } else {
            freeNarrow =
                    freeNarrowCount == freeNarrow.length ? Arrays.copyOf(freeNarrow, 2 * freeNarrowCount) : freeNarrow;
            freeNarrow[freeNarrowCount++] = node;
        }
    }
}
