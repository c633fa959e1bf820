/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashIndexTest {
    private static final long FACTOR = 0x9E3779B97F4A7C15L; // that of a map with BPF_F_ZERO_SEED

    private static HashIndex index(int referenceBits) {
        return new HashIndex(MemorySegment.NULL, 0, 48, FACTOR, referenceBits, 8, 8);
    }

    private static long heads(int one, int other) {
        return Integer.toUnsignedLong(one) | (long) other << 32;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 12, 23, 30, 31})
    void aLinkLeadsToItsElementWhateverTheHash(int referenceBits) {
        HashIndex index = index(referenceBits);
        Random random = new Random(referenceBits);
        for (int i = 0; i < 1000; i++) {
            long element = (1 + random.nextLong((1L << referenceBits - 1) - 1)) << 4;
            int link = index.linkTo(element, random.nextInt());
            assertTrue(link > 0);
            assertEquals(element, index.target(link));
            assertEquals(element, index.target(link | HashIndex.LAST));
        }
    }

    @Test
    void theHeadWhoseTagFitsIsTheCandidateWhereverItIs() {
        HashIndex index = index(20);
        int fits = index.linkTo(80, 0x123);
        int doesNot = index.linkTo(160, 0x124);
        long product = 0x123L << 32 | 0xffff_ffffL;
        assertEquals(80, index.candidate(heads(fits, doesNot), product));
        assertEquals(80, index.candidate(heads(doesNot, fits), product));
        assertEquals(80, index.candidate(heads(fits, ~6), product));
        assertEquals(80, index.candidate(heads(~6, fits), product));
    }

    @Test
    void headsExcludeAKeyIfEachIsEmptyOrOfTheLastElementAndOfAnotherTag() {
        HashIndex index = index(20);
        int hash = 0x123;
        int same = index.linkTo(80, hash);
        int other = index.linkTo(160, 0x124);
        int last = other | HashIndex.LAST;
        assertTrue(index.excludes(heads(~6, ~7), hash));
        assertTrue(index.excludes(heads(last, ~7), hash));
        assertTrue(index.excludes(heads(~6, last), hash));
        assertTrue(index.excludes(heads(last, last), hash));
        assertFalse(index.excludes(heads(other, ~7), hash));
        assertFalse(index.excludes(heads(~6, other), hash));
        assertFalse(index.excludes(heads(same | HashIndex.LAST, last), hash));
        assertFalse(index.excludes(heads(last, same), hash));
    }

    @Test
    void emptyChainsHaveNoCandidate() {
        HashIndex index = index(20);
        for (int chain : new int[] {0, 2, 1 << 20, Integer.MAX_VALUE - 1}) {
            for (long hash : new long[] {0, 1, -1, Integer.MIN_VALUE, ~chain}) {
                assertEquals(0, index.candidate(heads(~chain, ~(chain + 1)), hash << 32));
            }
        }
    }

    /** Keys that all hash to one bucket of a map, so that its chains are long and tags collide. */
    private static List<Long> keysOfOneBucket(int buckets, int count) {
        int shift = Long.numberOfLeadingZeros(buckets - 1);
        List<Long> keys = new ArrayList<>();
        for (long key = 1; keys.size() < count; key++) {
            if (key * FACTOR >>> shift == 3) {
                keys.add(key);
            }
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 12})
    void longChainsBehaveAsAMap(int keySize) throws MapException {
        List<Long> keys = keysOfOneBucket(128, 12);
        BpfMap map = MapFixture.map(MapType.HASH, keySize, 8, 60, MapFlags.ZERO_SEED);
        KeyLookup lookup = map.keyLookup();
        Map<Long, Long> model = new HashMap<>();
        Random random = new Random(keySize);
        MemorySegment key = MemorySegment.ofArray(new long[2]);
        MemorySegment value = MemorySegment.ofArray(new long[1]);
        for (int step = 0; step < 20_000; step++) {
            long k = keys.get(random.nextInt(keys.size()));
            key.set(Words.LONG, 0, k);
            switch (random.nextInt(4)) {
                case 0 -> {
                    assertEquals(model.remove(k) != null, map.delete(key, 0) == 0, "step " + step);
                }
                case 1 -> {
                    value.set(Words.LONG, 0, step);
                    model.put(k, (long) step);
                    assertEquals(0, map.update(0, key, 0, value, 0, 0));
                }
                default -> {
                    long at = map.lookup(0, key, 0);
                    Long expected = model.get(k);
                    assertEquals(expected == null, at == BpfMap.NOT_FOUND, "step " + step);
                    if (expected != null) {
                        assertEquals(expected, map.values().get(Words.LONG, at), "step " + step);
                    }
                    if (keySize == 4) {
                        assertEquals(at, lookup.lookupInt(0, (int) k));
                    } else if (keySize == 8) {
                        assertEquals(at, lookup.lookupLong(0, k));
                    }
                }
            }
            if (step % 500 == 0) {
                assertEquals(model.keySet(), keysIn(map), "step " + step);
            }
        }
    }

    private static Set<Long> keysIn(BpfMap map) {
        Set<Long> keys = new HashSet<>();
        MemorySegment next = MemorySegment.ofArray(new long[2]);
        int size = map.definition().keySize();
        for (int result = map.nextKey(null, 0, next, 0); result == 0; result = map.nextKey(next, 0, next, 0)) {
            long key = size == 4 ? next.get(Words.INT, 0) : next.get(Words.LONG, 0);
            assertTrue(keys.add(key), () -> "twice: " + key);
        }
        return keys;
    }
}
