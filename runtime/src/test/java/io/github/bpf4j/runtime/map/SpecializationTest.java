/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.bytes;
import static io.github.bpf4j.runtime.map.MapFixture.map;
import static io.github.bpf4j.runtime.map.MapFixture.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecializationTest {
    private static final int KEYS = 500;

    /** Makes a table hot with updates that fail and change nothing. */
    private static void heat(HashTable table) {
        MapDefinition d = table.definition();
        MemorySegment key = bytes(d.keySize(), -1);
        MemorySegment value = bytes(d.valueSize(), 0);
        for (int i = 0; i < HashTable.HOT; i++) {
            assertEquals(-Errno.ENOENT, table.update(0, key, 0, value, 0, MapFlags.BPF_EXIST));
        }
    }

    private static HashTable hot(MapDefinition definition) {
        HashTable table = (HashTable) map(definition);
        assertFalse(table.codeOfUpdates().isHidden());
        heat(table);
        assertTrue(table.codeOfUpdates().isHidden());
        return table;
    }

    private static MapDefinition definition(MapType type, int keySize, int valueSize, int entries) {
        return new MapDefinition("m", type, keySize, valueSize, entries, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "HASH,4,8",
        "HASH,8,8",
        "HASH,13,20",
        "HASH,8,200",
        "PERCPU_HASH,8,12",
        "LRU_HASH,4,4",
        "LRU_HASH,8,8",
        "LRU_PERCPU_HASH,13,8"
    })
    void aSpecializedTableDoesWhatAJavaMapDoes(MapType type, int keySize, int valueSize) {
        HashTable table = hot(definition(type, keySize, valueSize, KEYS));
        Map<Long, Long> model = new HashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 60_000; i++) {
            long key = random.nextInt(KEYS);
            long number = random.nextInt(1 << 30);
            if (random.nextInt(4) == 0) {
                assertEquals(model.remove(key) == null ? -Errno.ENOENT : 0, MapFixture.remove(table, key));
            } else {
                long flags = random.nextInt(3);
                boolean isThere = model.containsKey(key);
                int expected = 0;
                if (flags == MapFlags.BPF_NOEXIST && isThere) {
                    expected = -Errno.EEXIST;
                } else if (flags == MapFlags.BPF_EXIST && !isThere) {
                    expected = -Errno.ENOENT;
                }
                assertEquals(expected, MapFixture.put(table, key, number, flags));
                if (expected == 0) {
                    model.put(key, number);
                }
            }
            assertEquals(model.getOrDefault(key, -1L), valueOf(table, key));
            assertEquals(model.size(), table.elementCount());
        }
    }

    private static long valueOf(HashTable table, long key) {
        MapDefinition d = table.definition();
        long at = table.lookup(0, bytes(d.keySize(), key), 0);
        return at == BpfMap.NOT_FOUND ? -1 : number(table.values(), at, d.valueSize());
    }

    @Test
    void aSpecializedTableRefusesWhatItHasNoRoomFor() {
        HashTable table = hot(definition(MapType.HASH, 8, 8, 2));
        assertEquals(0, MapFixture.put(table, 1, 1, 0));
        assertEquals(0, MapFixture.put(table, 2, 2, 0));
        assertEquals(-Errno.E2BIG, MapFixture.put(table, 3, 3, 0));
        assertEquals(0, MapFixture.put(table, 2, 4, 0));
        assertEquals(-Errno.EINVAL, MapFixture.put(table, 2, 4, 3));
        assertEquals(-Errno.EINVAL, MapFixture.put(table, 2, 4, MapFlags.BPF_F_LOCK));
    }

    @Test
    void aSpecializedTableKeepsTheFieldsThatItLooksAfter() {
        HashTable table = hot(definition(MapType.HASH, 4, 16, 8).withSpecial(SpecialFields.withSpinLock(4)));
        MemorySegment value = MemorySegment.ofArray(new byte[16]).fill((byte) 0x11);
        assertEquals(0, table.update(0, bytes(4, 1), 0, value, 0, 0));
        assertEquals(0, table.update(0, bytes(4, 1), 0, value.fill((byte) 0x22), 0, MapFlags.BPF_F_LOCK));
        long at = table.lookup(0, bytes(4, 1), 0);
        assertEquals(0x2222_2222L, number(table.values(), at, 4));
        assertEquals(0, number(table.values(), at + 4, 4), "the lock");
        assertEquals(0x2222_2222_2222_2222L, number(table.values(), at + 8, 8));
    }

    @Test
    void specializedTablesDoNotMix() {
        List<HashTable> tables = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tables.add(hot(definition(MapType.LRU_HASH, 8, 8, 100 + i)));
        }
        for (int i = 0; i < 10_000; i++) {
            for (HashTable table : tables) {
                assertEquals(0, MapFixture.put(table, i, i + table.definition().maxEntries(), 0));
            }
            for (HashTable table : tables) {
                assertEquals(i + table.definition().maxEntries(), MapFixture.get(table, i));
            }
        }
        for (HashTable table : tables) {
            assertEquals(table.definition().maxEntries(), table.elementCount());
        }
    }

    private static WeakReference<Class<?>> classOfAForgottenTable() {
        HashTable table = hot(definition(MapType.LRU_HASH, 8, 8, 100));
        return new WeakReference<>(table.codeOfUpdates());
    }

    @Test
    void theCodeGoesWithItsTable() {
        WeakReference<Class<?>> code = classOfAForgottenTable();
        GarbageCollection.until(() -> code.get() == null);
    }

    private record Parts(String text) {}

    @Test
    void whatCannotBeLoadedAgainIsOrdinary() throws IllegalAccessException {
        Runnable lambda = () -> {};
        MethodHandles.Lookup hasNoClassFile = MethodHandles.lookup().in(lambda.getClass());
        Object made = Specialization.of(hasNoClassFile, Object.class, new Parts("ordinary"), Parts::text);
        assertEquals("ordinary", made);
    }
}
