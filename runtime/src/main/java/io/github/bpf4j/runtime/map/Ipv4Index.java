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
 * A multi-bit trie over IPv4 addresses in steps of 16, 8, 4 and 4 bits. An entry is 0 for no prefix, a positive reference to the longest
 * prefix that covers it (the map knows of what kind), or {@link #NODE} with the number of a node that tells apart what is below. Entries
 * below a short prefix repeat it, so a lookup never goes back up.
 *
 * <p>One writer at a time; readers take no lock and never start again. All nodes are in one array. What a dropped node held is not used
 * again: when the array is full, what is left moves to a new one, and a reader that is still in the old one finds there what was right
 * after it began.
 *
 * <p>A lookup is so short that every instruction counts: the fewer it takes, the more lookups the processor has under way while it waits
 * for memory.
 */
final class Ipv4Index {
    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Bits that levels above have consumed, and bits of the level itself. */
    private static final int[] ABOVE = {0, 16, 24, 28};

    private static final int[] STEP = {16, 8, 4, 4};

    private static final int ROOT = 1 << STEP[0]; // entries

    /** Entries that adding a prefix takes at most: a node on each level below the root. */
    private static final int MOST_ADDED = (1 << STEP[1]) + (1 << STEP[2]) + (1 << STEP[3]);

    private static final int NODE = Integer.MIN_VALUE;

    /**
     * The root, nodes of 256 entries from there upwards, and nodes of 16 from the end downwards. So the number of a node, which is the
     * position of its first entry, is a multiple of its size.
     */
    private volatile int[] nodes = new int[ROOT + ROOT / 4];

    /** The free part of the array. */
    private int freeFrom = ROOT;

    private int freeTo = nodes.length;

    /** Entries of nodes that were dropped. */
    private int dropped;

    static int address(MemorySegment key, long offset) {
        return key.get(BIG_ENDIAN, offset);
    }

    /** The longest prefix that covers an address, or 0. */
    int lookup(int address) {
        // Plain loads: each address, that of the value included, comes from the load before, which orders them.
        int[] entries = nodes;
        int entry = entries[address >>> 16];
        if (entry < 0) {
            entry = entries[position(entry, address >>> 8 & 0xff)];
            if (entry < 0) {
                entry = lookupLonger(entries, entry, address);
            }
        }
        return entry;
    }

    /** The levels for prefixes longer than 24 bits: rare, and apart, so that the frequent path has the registers to itself. */
    private static int lookupLonger(int[] entries, int node, int address) {
        int entry = entries[position(node, address >>> 4 & 0xf)];
        return entry < 0 ? entries[position(entry, address & 0xf)] : entry;
    }

    /** An entry in the node that another entry leads to. */
    private static int position(int node, int slot) {
        return (node | slot) & ~NODE;
    }

    // ---- changes

    /**
     * Lets the addresses of a prefix that led to one reference lead to another. So a prefix is added ({@code from} is what covered it
     * before), gets a new reference, or is removed ({@code to} is what covers it without). There must be {@linkplain #reserve room}.
     *
     * @param from the longest prefix, not longer than this one, that covered the addresses so far, or 0
     * @param to what takes its place, or 0
     */
    void replace(int address, int length, int from, int to) {
        replace(nodes, 0, NODE, address, length, from, to);
    }

    private void replace(int[] entries, int level, int node, int address, int length, int from, int to) {
        int end = ABOVE[level] + STEP[level];
        int position = position(node, address >>> 32 - end & (1 << STEP[level]) - 1);
        if (length <= end) {
            replaceAll(entries, level, position, 1 << end - length, from, to);
            return;
        }
        if (entries[position] >= 0) {
            divide(entries, level, position);
        }
        replace(entries, level + 1, entries[position], address, length, from, to);
        unite(entries, level, position);
    }

    private static void replaceAll(int[] entries, int level, int first, int count, int from, int to) {
        for (int position = first; position < first + count; position++) {
            int entry = entries[position];
            if (entry < 0) {
                replaceAll(entries, level + 1, position(entry, 0), 1 << STEP[level + 1], from, to);
            } else if (entry == from) {
                ENTRY.setRelease(entries, position, to);
            }
        }
    }

    /** Puts a node below an entry. */
    private void divide(int[] entries, int level, int position) {
        int node = take(level + 1);
        Arrays.fill(entries, node, node + (1 << STEP[level + 1]), entries[position]);
        ENTRY.setRelease(entries, position, NODE | node);
    }

    /** Drops the node below an entry if all its entries are the same: no prefix in it is longer than the bits above it. */
    private void unite(int[] entries, int level, int position) {
        int node = position(entries[position], 0);
        int size = 1 << STEP[level + 1];
        int first = entries[node];
        for (int i = 0; i < size; i++) {
            if (first < 0 || entries[node + i] != first) {
                return;
            }
        }
        ENTRY.setRelease(entries, position, first);
        dropped += size;
    }

    // ---- memory

    /** Entries that there is memory for, of 4 bytes each. */
    int capacity() {
        return nodes.length;
    }

    /** A node whose entries are still to be set. */
    private int take(int level) {
        int size = 1 << STEP[level];
        if (level > 1) {
            freeTo -= size;
            return freeTo;
        }
        freeFrom += size;
        return freeFrom - size;
    }

    /**
     * Makes room for one more prefix.
     *
     * @return whether there is memory
     */
    boolean reserve() {
        if (freeTo - freeFrom >= MOST_ADDED) {
            return true;
        }
        int[] full = nodes;
        int left = full.length - (freeTo - freeFrom) - dropped;
        long size = Math.min(Integer.MAX_VALUE, left + left / 4L) & -1 << STEP[3];
        if (size - left < MOST_ADDED) {
            return false;
        }
        try {
            int[] entries = new int[(int) size];
            freeFrom = 0;
            freeTo = entries.length;
            dropped = 0;
            move(full, 0, NODE, entries);
            nodes = entries;
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    /** Copies a node and all below it to another array. */
    private int move(int[] source, int level, int node, int[] target) {
        int moved = take(level);
        for (int slot = 0; slot < 1 << STEP[level]; slot++) {
            int entry = source[position(node, slot)];
            target[moved + slot] = entry < 0 ? move(source, level + 1, entry, target) : entry;
        }
        return NODE | moved;
    }
}
