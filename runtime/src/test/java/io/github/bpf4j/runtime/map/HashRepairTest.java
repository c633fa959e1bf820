/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The state that a process leaves which is killed while it overwrites a key: the new element is in the chain, the old one too, the spare
 * element is used and still noted as spare, the lock is taken. Keys 0 to 7, eight elements, the twin is of key 3.
 */
class HashRepairTest {
    private static final int KEYS = 8;
    private static final long TWIN = 3;
    private static final int DEAD = Integer.MAX_VALUE; // no process has this number

    @TempDir
    Path directory;

    private PinDirectory pins;
    private BpfHashMap map;

    @BeforeEach
    void leaveATwin() throws Exception {
        pins = PinDirectory.of(directory);
        map = (BpfHashMap) pins.openOrCreate("m", new MapDefinition("m", MapType.HASH, 8, 8, KEYS, 0), TWO_CPUS);
        for (long key = 0; key < KEYS; key++) {
            assertEquals(0, put(map, key, 100 + key, 0));
        }
        MemorySegment key = bytes(8, TWIN);
        HashChains chains = map.chains;
        int hash = chains.hash(key, 0);
        long stripe = chains.stripeOf(hash);
        long fresh = HashChains.offset(chains.takeSpare(stripe));
        map.elementValues.fill(fresh, 0, bytes(8, 200 + TWIN), 0, false);
        map.memory.set(LONG, fresh + map.headerSize, TWIN);
        map.memory.set(INT, fresh + HashLayout.HASH, hash);
        int chain = chains.chainFrom(chains.findLocked(key, 0, hash));
        map.memory.set(INT, fresh + HashLayout.NEXT, chains.head(chain));
        map.memory.set(INT, chains.link(chain), map.index.linkTo(fresh, hash));
        map.memory.set(INT, stripe, DEAD);
        assertEquals(2, occurrences(TWIN));
    }

    /** How often a key is in its bucket. */
    private int occurrences(long key) {
        int count = 0;
        HashChains chains = map.chains;
        int first = chains.chainOf(chains.hash(bytes(8, key), 0));
        for (int chain = first; chain <= first + 1; chain++) {
            for (int link = chains.head(chain); link > 0; link = chains.next(chains.target(link))) {
                count += map.memory.get(LONG, chains.target(link) + map.headerSize) == key ? 1 : 0;
            }
        }
        return count;
    }

    private List<Long> walk() {
        List<Long> keys = new ArrayList<>();
        MemorySegment key = bytes(8, 0);
        for (int rc = map.nextKey(null, 0, key, 0); rc == 0; rc = map.nextKey(key, 0, key, 0)) {
            keys.add(key.get(LONG, 0));
            assertTrue(keys.size() <= KEYS, "the walk comes back to a key: " + keys);
        }
        return keys.stream().sorted().toList();
    }

    private static List<Long> keysWithout(long missing) {
        return LongStream.range(0, KEYS).filter(key -> key != missing).boxed().toList();
    }

    @Test
    void aWalkFromKeyToKeyPassesTwinsAndEnds() {
        assertEquals(keysWithout(-1), walk());
    }

    @Test
    void aLookupGivesTheNewerOfTwoTwins() {
        assertEquals(200 + TWIN, get(map, TWIN));
    }

    @Test
    void deletingAKeyTakesBothTwinsOut() {
        assertEquals(0, remove(map, TWIN));
        assertEquals(0, occurrences(TWIN));
        assertEquals(-1, get(map, TWIN));
        assertEquals(keysWithout(TWIN), walk());
    }

    @Test
    void overwritingAKeyTakesBothOldTwinsOut() {
        assertEquals(0, put(map, TWIN, 300, 0));
        assertEquals(1, occurrences(TWIN));
        assertEquals(300, get(map, TWIN));
        assertEquals(keysWithout(-1), walk());
    }

    @Test
    void aSpareThatIsInAChainIsNotUsedAgain() {
        for (int round = 0; round < 3; round++) {
            for (long key = 0; key < KEYS; key++) {
                if (key != TWIN) {
                    assertEquals(0, put(map, key, 400 + key, 0));
                }
            }
        }
        assertEquals(200 + TWIN, get(map, TWIN));
        assertEquals(keysWithout(-1), walk());
    }

    @Test
    void whoOpensTheMapAloneFindsItWhole() throws Exception {
        PinDirectory.release(map);
        map = (BpfHashMap) pins.open("m");
        assertEquals(1, occurrences(TWIN));
        assertEquals(200 + TWIN, get(map, TWIN));
        assertEquals(KEYS, map.elementCount());
        assertEquals(keysWithout(-1), walk());
        for (long key = 0; key < KEYS; key++) {
            assertEquals(0, remove(map, key));
        }
        for (long key = 20; key < 20 + KEYS; key++) {
            assertEquals(0, put(map, key, 0, 0), "no element is lost");
        }
    }
}
