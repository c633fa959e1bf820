/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.bytes;
import static io.github.bpf4j.runtime.map.MapFixture.get;
import static io.github.bpf4j.runtime.map.MapFixture.map;
import static io.github.bpf4j.runtime.map.MapFixture.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LruClockTest {
    /** So many that stripes take several places of the hand at once. */
    private static final int ENTRIES = 100_000;

    private HashTable table;

    @BeforeEach
    void fill() {
        table = (HashTable) map(MapType.LRU_HASH, 8, 8, ENTRIES, 0);
        assertTrue(table.layout.places() > 1);
        for (long key = 0; key < ENTRIES; key++) {
            assertEquals(0, put(table, key, key, 0));
        }
        assertEquals(ENTRIES, table.elementCount());
    }

    private long present(long from, long to) {
        return LongStream.range(from, to).filter(key -> findsQuietly(key)).count();
    }

    private boolean findsQuietly(long key) {
        return table.findElement(bytes(8, key), 0) != 0; // no use, unlike a lookup
    }

    @Test
    void whatIsNewStaysAndAsMuchOfTheOldGoes() {
        for (long key = ENTRIES; key < ENTRIES + ENTRIES / 2; key++) {
            assertEquals(0, put(table, key, key, 0));
        }
        assertEquals(ENTRIES, table.elementCount());
        assertEquals(ENTRIES / 2, present(0, ENTRIES));
        assertEquals(ENTRIES / 2, present(ENTRIES, 2 * ENTRIES));
    }

    @Test
    void keysInUseSurviveManyRounds() {
        for (long key = 0; key < 1000; key++) {
            assertEquals(key, get(table, key));
        }
        for (long key = ENTRIES; key < 4 * ENTRIES; key++) {
            assertEquals(0, put(table, key, key, 0));
            assertNotEquals(-1, get(table, key % 1000), "a key that is used every thousand insertions");
        }
    }

    @Test
    void ifAllAreInUseOneGoesAllTheSame() {
        for (long key = 0; key < ENTRIES; key++) {
            assertEquals(key, get(table, key));
        }
        assertEquals(0, put(table, ENTRIES, 1, 0));
        assertEquals(1, get(table, ENTRIES));
        assertEquals(ENTRIES, table.elementCount());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anUpdateDoesNotWaitForTheLockOfAnotherStripe() {
        long taken = table.chains.stripe(0);
        assertTrue(SpinLocks.tryLock(table.memory, taken));
        for (long key = ENTRIES; key < 2 * ENTRIES; key++) {
            if (table.chains.stripeOf(table.chains.hash(bytes(8, key), 0)) != taken) {
                assertEquals(0, put(table, key, key, 0));
            }
        }
        SpinLocks.unlock(table.memory, taken);
        assertEquals(ENTRIES, table.elementCount());
    }

    @Test
    void placesThatADamagedFileNamesAreNoneOfTheTable() {
        for (int stripe = 0; stripe < table.layout.stripeCount(); stripe++) {
            table.memory.set(Words.LONG, table.chains.stripe(stripe) + HashLayout.PLACES, -1L - stripe);
        }
        for (long key = ENTRIES; key < 2 * ENTRIES; key++) {
            assertEquals(0, put(table, key, key, 0));
        }
        assertEquals(ENTRIES, table.elementCount());
    }

    @Test
    void aSmallTableGivesTheHandAwayPlaceByPlace() {
        assertEquals(1, ((HashTable) map(MapType.LRU_HASH, 8, 8, 1000, 0)).layout.places());
        assertEquals(1, ((HashTable) map(MapType.LRU_HASH, 8, 8, ENTRIES, MapFlags.NO_COMMON_LRU)).layout.places());
    }
}
