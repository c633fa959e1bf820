/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LpmTrieMapTest {
    private static MemorySegment key(int keySize, int length, int... address) {
        MemorySegment key = bytes(keySize, length);
        for (int i = 0; i < address.length; i++) {
            key.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 4 + i, (byte) address[i]);
        }
        return key;
    }

    private static long find(BpfMap map, MemorySegment key) {
        long at = map.lookup(0, key, 0);
        return at == BpfMap.NOT_FOUND ? -1 : number(map.values(), at, 4);
    }

    private static int add(BpfMap map, MemorySegment key, long value, long flags) {
        return map.update(0, key, 0, bytes(4, value), 0, flags);
    }

    @Test
    void creationChecks() {
        refused(Errno.EINVAL, MapType.LPM_TRIE, 8, 4, 10, 0);
        refused(Errno.EINVAL, MapType.LPM_TRIE, 4, 4, 10, 1);
        refused(Errno.EINVAL, MapType.LPM_TRIE, 261, 4, 10, 1);
        refused(Errno.EINVAL, MapType.LPM_TRIE, 8, 0, 10, 1);
        refused(Errno.EINVAL, MapType.LPM_TRIE, 8, 4, 0, 1);
    }

    @Test
    void flagsAndErrors() {
        BpfMap map = map(MapType.LPM_TRIE, 8, 4, 3, 1);
        assertEquals(-Errno.EINVAL, add(map, key(8, 33, 10), 1, 0));
        assertEquals(-Errno.ENOENT, add(map, key(8, 8, 10), 1, MapFlags.BPF_EXIST));
        assertEquals(0, add(map, key(8, 8, 10), 1, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EEXIST, add(map, key(8, 8, 10, 7, 7, 7), 1, MapFlags.BPF_NOEXIST));
        assertEquals(0, add(map, key(8, 8, 10, 7, 7, 7), 2, 0));
        assertEquals(2, find(map, key(8, 32, 10, 1, 1, 1)));
        assertEquals(0, add(map, key(8, 24, 10, 1, 2), 24, 0));
        assertEquals(0, add(map, key(8, 0), 99, 0));
        assertEquals(-Errno.ENOSPC, add(map, key(8, 16, 10, 1), 1, 0));
        assertEquals(24, find(map, key(8, 32, 10, 1, 2, 3)));
        assertEquals(24, find(map, key(8, 24, 10, 1, 2, 3)));
        assertEquals(2, find(map, key(8, 23, 10, 1, 2, 3)));
        assertEquals(2, find(map, key(8, 8, 10, 1, 2, 3)));
        assertEquals(99, find(map, key(8, 7, 10, 1, 2, 3)));
        assertEquals(99, find(map, key(8, 32, 11)));
        assertEquals(-1, find(map, key(8, 33, 11)));
        assertEquals(-Errno.ENOENT, map.delete(key(8, 9, 10), 0));
        assertEquals(0, map.delete(key(8, 24, 10, 1, 2, 200), 0));
        assertEquals(2, find(map, key(8, 32, 10, 1, 2, 3)));
        assertEquals(-Errno.EINVAL, map.delete(key(8, 40, 10), 0));
    }

    @Test
    void keysAsNumbers(@TempDir Path directory) throws Exception {
        MapDefinition definition = new MapDefinition("m", MapType.LPM_TRIE, 8, 4, 3, MapFlags.NO_PREALLOC);
        BpfMap pinned = PinDirectory.of(directory).openOrCreate("m", definition, TWO_CPUS); // has no index
        for (BpfMap map : List.of(map(definition), pinned)) {
            assertEquals(0, add(map, key(8, 8, 10), 8, 0));
            assertEquals(0, add(map, key(8, 24, 10, 1, 2), 24, 0));
            KeyLookup lookup = map.keyLookup();
            assertEquals(24, number(map.values(), lookup.lookupLong(0, number(key(8, 32, 10, 1, 2, 3), 0, 8)), 4));
            assertEquals(8, number(map.values(), lookup.lookupLong(0, number(key(8, 32, 10, 1, 3, 3), 0, 8)), 4));
            assertEquals(8, number(map.values(), lookup.lookupLong(0, number(key(8, 23, 10, 1, 2, 3), 0, 8)), 4));
            assertEquals(BpfMap.NOT_FOUND, lookup.lookupLong(0, number(key(8, 32, 11), 0, 8)));
            assertEquals(BpfMap.NOT_FOUND, lookup.lookupLong(0, number(key(8, 33, 10), 0, 8)));
            assertThrows(UnsupportedOperationException.class, () -> lookup.lookupInt(0, 32));
        }
        BpfMap v6 = map(MapType.LPM_TRIE, 20, 4, 3, MapFlags.NO_PREALLOC);
        assertThrows(UnsupportedOperationException.class, () -> v6.keyLookup().lookupLong(0, 32));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 20, 5, 7})
    void agreesWithAScanOfAllPrefixes(int keySize) {
        long seed = 7L * keySize;
        Random random = new Random(seed);
        int bits = 8 * (keySize - 4);
        BpfMap map = map(MapType.LPM_TRIE, keySize, 4, 400, 1);
        Map<String, Long> model = new HashMap<>(); // bit string → value
        for (int i = 0; i < 20_000; i++) {
            byte[] address = new byte[keySize - 4];
            random.nextBytes(address);
            for (int j = 0; j < address.length; j++) {
                address[j] = (byte) (address[j] & (random.nextInt(4) == 0 ? 0x11 : 0x01)); // many shared prefixes
            }
            int length = random.nextInt(bits + 1);
            MemorySegment key = bytes(keySize, length);
            MemorySegment.copy(MemorySegment.ofArray(address), 0, key, 4, address.length);
            StringBuilder all = new StringBuilder();
            for (int b = 0; b < bits; b++) {
                all.append(address[b / 8] >> (7 - b % 8) & 1);
            }
            String prefix = all.substring(0, length);
            switch (random.nextInt(4)) {
                case 0 -> {
                    boolean fits = model.containsKey(prefix) || model.size() < 400;
                    assertEquals(fits ? 0 : -Errno.ENOSPC, add(map, key, i, 0), "seed " + seed);
                    if (fits) {
                        model.put(prefix, (long) i);
                    }
                }
                case 1 ->
                    assertEquals(
                            model.remove(prefix) == null ? -Errno.ENOENT : 0,
                            map.delete(key, 0),
                            "seed " + seed + " step " + i);
                default -> {
                    int full = random.nextBoolean() ? bits : length;
                    key.set(INT, 0, full);
                    long expected = -1;
                    for (int l = full; l >= 0 && expected < 0; l--) {
                        expected = model.getOrDefault(all.substring(0, l), -1L);
                    }
                    assertEquals(expected, find(map, key), "seed " + seed + " step " + i);
                    if (keySize == 8) {
                        long at = map.lookupLong(0, key.get(LONG, 0));
                        assertEquals(expected, at < 0 ? -1 : number(map.values(), at, 4));
                    }
                }
            }
        }
        assertEquals(model.size(), map.elementCount());
    }
}
