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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LruHashMapTest {
    @ParameterizedTest
    @EnumSource(names = {"LRU_HASH", "LRU_PERCPU_HASH"})
    void creationChecks(MapType type) {
        refused(Errno.ENOTSUPP, type, 4, 8, 4, MapFlags.NO_PREALLOC);
        refused(Errno.EINVAL, type, 4, 8, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"LRU_HASH,0", "LRU_HASH,2", "LRU_PERCPU_HASH,0", "LRU_PERCPU_HASH,2"})
    void updatesNeverFailAndCapacityHolds(MapType type, int flags) {
        BpfMap map = map(type, 8, 8, 100, flags);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(0, put(map, i, i, 0));
            assertEquals(i, get(map, i), "what was just added is there");
            assertTrue(map.elementCount() <= 100);
        }
        assertEquals(flags == 0 ? 100 : 50, map.elementCount(), "CPU 0 has only its share without a common LRU");
    }

    @ParameterizedTest
    @CsvSource({"LRU_HASH,0", "LRU_PERCPU_HASH,0"})
    void keysInUseSurvive(MapType type, int flags) {
        BpfMap map = map(type, 4, 8, 1000, flags);
        for (int i = 0; i < 100; i++) {
            put(map, i, i, 0);
        }
        for (int i = 1000; i < 20_000; i++) {
            put(map, i, i, 0);
            assertNotEquals(-1, get(map, i % 100), "a key used every hundred insertions of a thousand stays");
        }
    }

    @Test
    void flagsWorkAsInAHash() {
        BpfMap map = map(MapType.LRU_HASH, 4, 8, 10, 0);
        assertEquals(-Errno.ENOENT, put(map, 1, 1, MapFlags.BPF_EXIST));
        assertEquals(0, put(map, 1, 1, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EEXIST, put(map, 1, 1, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EINVAL, put(map, 1, 1, MapFlags.BPF_F_LOCK));
        assertEquals(0, remove(map, 1));
        assertEquals(-Errno.ENOENT, remove(map, 1));
    }

    @Test
    void overwritingEvictsNothing() {
        BpfMap map = map(MapType.LRU_HASH, 4, 8, 3, 0);
        for (int i = 0; i < 3; i++) {
            put(map, i, i, 0);
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(0, put(map, i % 3, i, 0));
            assertEquals(3, map.elementCount());
        }
    }

    @Test
    void lookingFromJavaIsNoUse() {
        BpfMap map = map(MapType.LRU_HASH, 4, 8, 2, 0);
        put(map, 1, 1, 0);
        put(map, 2, 2, 0);
        MemorySegment value = bytes(8, 0);
        assertEquals(0, map.lookupElement(bytes(4, 1), 0, value, 0, 0));
        get(map, 2);
        put(map, 3, 3, 0);
        assertEquals(-1, get(map, 1));
        assertEquals(2, get(map, 2));
    }
}
