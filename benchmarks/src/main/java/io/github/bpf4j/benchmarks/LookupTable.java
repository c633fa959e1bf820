/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** The tables in which lookups are measured, full, and the keys that are looked up: always the same. */
public enum LookupTable {
    /** An array of 8-byte values; indices in random order. */
    ARRAY(MapType.ARRAY, 4, 8, LookupTable.ENTRIES, 0),
    /** The same array; indices in ascending order. */
    ARRAY_IN_ORDER(MapType.ARRAY, 4, 8, LookupTable.ENTRIES, 0),
    /** A hash map of 8-byte keys and values; the keys are 64-bit numbers without any order. */
    HASH(MapType.HASH, 8, 8, LookupTable.ENTRIES, 0),
    /** The same; the keys are the numbers from 0 on. */
    HASH_DENSE(MapType.HASH, 8, 8, LookupTable.ENTRIES, 0),
    /** An LRU hash map with the keys of {@link #HASH}. */
    LRU_HASH(MapType.LRU_HASH, 8, 8, LookupTable.ENTRIES, 0),
    /** IPv4 prefixes with the length distribution of the public routing table; nine addresses in ten are covered. */
    LPM_TRIE(MapType.LPM_TRIE, 8, 8, LookupTable.PREFIXES, MapFlags.NO_PREALLOC);

    /** Elements in every table but the trie. */
    static final int ENTRIES = 1_000_000;

    /** How many keys are looked up in turn: random ones with repetition. */
    static final int KEYS = 1 << 16;

    private static final int PREFIXES = 500_000;

    /** Prefixes of each length from 8 on: the shape of the public IPv4 routing table. */
    private static final int[] LENGTHS = {
        1, 1, 4, 10, 30, 60, 120, 200, 1350, 830, 1400, 2600, 4700, 5300, 11500, 10900, 60800, 6, 8, 10, 14, 24, 30, 40,
        60
    };

    private static final int SHORTEST = 8;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfInt BIG_ENDIAN = INT.withOrder(ByteOrder.BIG_ENDIAN);

    private final MapDefinition definition;

    LookupTable(MapType type, int keySize, int valueSize, int entries, int flags) {
        this.definition = new MapDefinition("table", type, keySize, valueSize, entries, flags);
    }

    /** Whether keys are hashed, so that Java's hash map compares. */
    boolean isHash() {
        return this == HASH || this == HASH_DENSE || this == LRU_HASH;
    }

    /** What describes the map. */
    MapDefinition definition() {
        return definition;
    }

    /** Creates a map. */
    static BpfMap create(MapDefinition definition) {
        try {
            return BpfMaps.create(definition, MapEnvironment.of(2));
        } catch (MapException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The table, filled. */
    BpfMap filled() {
        BpfMap map = create(definition);
        MemorySegment key = Arena.ofAuto().allocate(8, 8);
        MemorySegment value = Arena.ofAuto().allocate(8, 8);
        long[] contents = contents();
        for (int i = 0; i < contents.length; i++) {
            key.set(LONG, 0, contents[i]);
            value.set(LONG, 0, i);
            if (map.update(0, key, 0, value, 0, 0) != 0) {
                throw new IllegalStateException(this + " is full");
            }
        }
        return map;
    }

    /** The keys in the table as numbers in host byte order, each once. */
    long[] contents() {
        return this == LPM_TRIE ? prefixes() : allKeys();
    }

    private long[] allKeys() {
        long[] all = new long[definition.maxEntries()];
        Arrays.setAll(all, this::key);
        return all;
    }

    /** The i-th key: for hash tables a random number, else {@code i}. */
    long key(int i) {
        if (this != HASH && this != LRU_HASH) {
            return i;
        }
        long mixed = (i + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 27);
    }

    /** The keys to look up. */
    long[] queries() {
        Random random = new Random(1);
        long[] queries = new long[KEYS];
        switch (this) {
            case ARRAY_IN_ORDER -> Arrays.setAll(queries, i -> i);
            case LPM_TRIE -> {
                long[] prefixes = prefixes();
                Arrays.setAll(
                        queries,
                        i -> prefix(
                                random.nextInt(10) == 0
                                        ? random.nextInt()
                                        : network(prefixes[random.nextInt(PREFIXES)]) & -256 | random.nextInt(256),
                                32));
            }
            default -> Arrays.setAll(queries, i -> key(random.nextInt(ENTRIES)));
        }
        return queries;
    }

    private static long[] prefixes() {
        Random random = new Random(2);
        int total = Arrays.stream(LENGTHS).sum();
        return random.longs()
                .map(draw -> {
                    int length = SHORTEST;
                    for (long rest = Long.remainderUnsigned(draw, total);
                            rest >= LENGTHS[length - SHORTEST];
                            length++) {
                        rest -= LENGTHS[length - SHORTEST];
                    }
                    int network = random.nextInt(0x0100_0000, 0x7fff_ffff);
                    return prefix(network & -1 << 32 - length, length);
                })
                .distinct()
                .limit(PREFIXES)
                .toArray();
    }

    /** {@code struct bpf_lpm_trie_key} with four bytes of address. */
    private static long prefix(int network, int length) {
        MemorySegment key = MemorySegment.ofArray(new byte[8]);
        key.set(INT, 0, length);
        key.set(BIG_ENDIAN, 4, network);
        return key.get(LONG, 0);
    }

    private static int network(long prefix) {
        MemorySegment key = MemorySegment.ofArray(new byte[8]);
        key.set(LONG, 0, prefix);
        return key.get(BIG_ENDIAN, 4);
    }
}
