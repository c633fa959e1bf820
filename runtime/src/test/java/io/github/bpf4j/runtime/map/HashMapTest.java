/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HashMapTest {
    @ParameterizedTest
    @EnumSource(names = {"HASH", "PERCPU_HASH"})
    void creationChecks(MapType type) {
        refused(Errno.EINVAL, type, 4, 8, 0, 0);
        refused(Errno.EINVAL, type, 0, 8, 4, 0);
        refused(Errno.EINVAL, type, 4, 0, 4, 0);
        refused(Errno.EINVAL, type, 4, 8, 4, MapFlags.MMAPABLE);
        refused(Errno.EINVAL, type, 4, 8, 4, MapFlags.NO_COMMON_LRU);
        refused(Errno.E2BIG, type, 4, 4 << 20, 4, 0);
        assertEquals(0, put(map(type, 513, 8, 4, MapFlags.ZERO_SEED | MapFlags.NO_PREALLOC), 1, 2, 0));
    }

    @Test
    void perCpuCreationChecks() {
        refused(Errno.E2BIG, MapType.PERCPU_HASH, 4, 32769, 4, 0);
        refused(Errno.EINVAL, MapType.PERCPU_HASH, 4, 8, 4, MapFlags.NUMA_NODE);
    }

    @ParameterizedTest
    @CsvSource({"HASH,4", "HASH,8", "HASH,1", "HASH,13", "HASH,16", "PERCPU_HASH,4", "PERCPU_HASH,8", "PERCPU_HASH,20"})
    void updateFlagsAndCapacity(MapType type, int keySize) {
        BpfMap map = map(type, keySize, 8, 3, 0);
        assertEquals(-1, get(map, 1));
        assertEquals(-Errno.ENOENT, put(map, 1, 5, MapFlags.BPF_EXIST));
        assertEquals(0, put(map, 1, 5, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EEXIST, put(map, 1, 6, MapFlags.BPF_NOEXIST));
        assertEquals(5, get(map, 1));
        assertEquals(0, put(map, 1, 6, MapFlags.BPF_EXIST));
        assertEquals(6, get(map, 1));
        assertEquals(-Errno.EINVAL, put(map, 1, 6, 3));
        assertEquals(-Errno.EINVAL, put(map, 1, 6, 8));
        assertEquals(-Errno.EINVAL, put(map, 1, 6, MapFlags.BPF_F_LOCK));
        assertEquals(0, put(map, 2, 7, 0));
        assertEquals(0, put(map, 3, 8, 0));
        assertEquals(-Errno.E2BIG, put(map, 4, 9, 0));
        assertEquals(0, put(map, 3, 9, 0));
        assertEquals(3, map.elementCount());
        assertEquals(0, remove(map, 2));
        assertEquals(-Errno.ENOENT, remove(map, 2));
        assertEquals(0, put(map, 4, 10, 0));
        assertEquals(Map.of(1L, 6L, 3L, 9L, 4L, 10L), contents(map));
    }

    @Test
    void fastPathsFindWhatTheGeneralOneFinds() {
        BpfMap longs = map(MapType.HASH, 8, 8, 100, 0);
        BpfMap ints = map(MapType.HASH, 4, 8, 100, 0);
        for (long i = 0; i < 100; i++) {
            put(longs, i * 0x1_0000_0001L, i, 0);
            put(ints, i - 50, i, 0);
        }
        for (long i = 0; i < 100; i++) {
            assertEquals(longs.lookup(0, bytes(8, i * 0x1_0000_0001L), 0), longs.lookupLong(0, i * 0x1_0000_0001L));
            assertNotEquals(BpfMap.NOT_FOUND, longs.lookupLong(0, i * 0x1_0000_0001L));
            assertEquals(i, ints.values().get(LONG, ints.lookupInt(0, (int) i - 50)));
        }
        assertEquals(BpfMap.NOT_FOUND, longs.lookupLong(0, 5));
    }

    @ParameterizedTest
    @CsvSource({"HASH,4", "HASH,8", "HASH,11", "PERCPU_HASH,8"})
    void behavesLikeAJavaMap(MapType type, int keySize) {
        long seed = 20260101;
        Random random = new Random(seed);
        BpfMap map = map(type, keySize, 8, 200, 0);
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long key = random.nextInt(256);
            switch (random.nextInt(3)) {
                case 0 -> {
                    long value = random.nextLong() >>> 1;
                    int expected = model.containsKey(key) || model.size() < 200 ? 0 : -Errno.E2BIG;
                    assertEquals(expected, put(map, key, value, 0), "seed " + seed);
                    if (expected == 0) {
                        model.put(key, value);
                    }
                }
                case 1 -> assertEquals(model.remove(key) == null ? -Errno.ENOENT : 0, remove(map, key), "seed " + seed);
                default -> assertEquals(model.getOrDefault(key, -1L), get(map, key), "seed " + seed);
            }
        }
        assertEquals(model, contents(map));
        assertEquals(model.size(), map.elementCount());
    }

    @Test
    void valueOfHeldElementStaysReadable() {
        BpfMap map = map(MapType.HASH, 4, 8, 1, 0);
        put(map, 1, 5, 0);
        long held = map.lookupInt(0, 1);
        put(map, 1, 6, 0);
        assertEquals(5, map.values().get(LONG, held), "an overwritten element keeps its value until it is used again");
        assertEquals(6, get(map, 1));
    }

    @Test
    void takeReturnsTheValueAndRemoves() {
        BpfMap map = map(MapType.HASH, 4, 8, 2, 0);
        put(map, 1, 5, 0);
        MemorySegment value = bytes(8, 0);
        assertEquals(0, map.lookupAndDeleteElement(bytes(4, 1), 0, value, 0, 0));
        assertEquals(5, number(value, 0, 8));
        assertEquals(-Errno.ENOENT, map.lookupAndDeleteElement(bytes(4, 1), 0, value, 0, 0));
    }

    @Test
    void deletingWhileIteratingInACallbackIsFine() {
        BpfMap map = map(MapType.HASH, 8, 8, 64, 0);
        for (int i = 0; i < 64; i++) {
            put(map, i, i, 0);
        }
        Set<Long> seen = new HashSet<>();
        long visited = map.forEach(
                new io.github.bpf4j.runtime.program.ExecutionContext(0),
                (c, m, mb, k, kb, v, vb, x, xb) -> {
                    seen.add(number((MemorySegment) kb, k, 8));
                    return map.delete((MemorySegment) kb, k);
                },
                0,
                null);
        assertEquals(64, visited);
        assertEquals(64, seen.size());
        assertEquals(0, map.elementCount());
    }

    @Test
    void newPerCpuElementIsZeroForOtherCpus() {
        BpfMap map = map(MapType.PERCPU_HASH, 4, 8, 1, 0);
        assertEquals(0, map.updateElement(bytes(4, 1), 0, bytes(16, -1), 0, 0));
        remove(map, 1);
        assertEquals(0, map.update(1, bytes(4, 2), 0, bytes(8, 9), 0, 0));
        assertEquals(0, map.values().get(LONG, map.lookupInt(0, 2)));
        assertEquals(9, map.values().get(LONG, map.lookupInt(1, 2)));
    }

    @Test
    void aMillionSmallEntriesFitIn64MiB() {
        BpfMap map = map(MapType.HASH, 8, 8, 1_000_000, 0);
        assertTrue(map.values().byteSize() <= 64 << 20, () -> map.values().byteSize() + " bytes");
        for (long i = 0; i < 1_000_000; i++) {
            assertEquals(0, put(map, i * 31, i, 0));
        }
        assertEquals(-Errno.E2BIG, put(map, -1, 0, 0));
        assertEquals(999_999, get(map, 999_999 * 31));
    }

    private static Map<Long, Long> contents(BpfMap map) {
        Map<Long, Long> contents = new HashMap<>();
        MemorySegment key = bytes(map.definition().keySize(), 0);
        for (int rc = map.nextKey(null, 0, key, 0); rc == 0; rc = map.nextKey(key, 0, key, 0)) {
            long number = number(key, 0, map.definition().keySize());
            contents.put(number, get(map, number));
        }
        return contents;
    }
}
