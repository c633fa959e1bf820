/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueueMapTest {
    private static int push(BpfMap map, long value, long flags) {
        return map.push(bytes(8, value), 0, flags);
    }

    private static long pop(BpfMap map) {
        MemorySegment value = bytes(8, -1);
        int rc = map.pop(value, 0);
        assertEquals(0, rc == 0 ? 0 : number(value, 0, 8), "zeroed on failure");
        return rc == 0 ? number(value, 0, 8) : rc;
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE", "STACK"})
    void creationChecksAndFlags(MapType type) {
        refused(Errno.EINVAL, type, 4, 8, 4, 0);
        refused(Errno.EINVAL, type, 0, 0, 4, 0);
        refused(Errno.EINVAL, type, 0, 8, 0, 0);
        refused(Errno.EINVAL, type, 0, 8, 4, MapFlags.NO_PREALLOC);
        refused(Errno.E2BIG, type, 0, (4 << 20) + 1, 1, 0);
        BpfMap map = map(type, 0, 8, 2, 0);
        assertEquals(-Errno.ENOENT, pop(map));
        assertEquals(-Errno.EINVAL, push(map, 1, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EINVAL, push(map, 1, 3));
        assertEquals(-Errno.EINVAL, push(map, 1, 4));
        assertEquals(0, push(map, 10, 0));
        assertEquals(0, push(map, 11, 0));
        assertEquals(-Errno.E2BIG, push(map, 12, 0));
        assertEquals(0, push(map, 12, MapFlags.BPF_EXIST));
        assertEquals(type == MapType.QUEUE ? 11 : 12, pop(map));
        assertEquals(type == MapType.QUEUE ? 12 : 11, pop(map));
        assertEquals(-Errno.ENOENT, pop(map));
        assertEquals(-Errno.EINVAL, map.deleteElement(bytes(8, 0), 0));
        assertEquals(-Errno.EINVAL, map.nextKey(null, 0, bytes(8, 0), 0));
    }

    @Test
    void javaPushesPeeksAndPops() {
        BpfMap map = map(MapType.QUEUE, 0, 8, 3, 0);
        MemorySegment none = MemorySegment.NULL;
        MemorySegment value = bytes(8, 5);
        assertEquals(0, map.updateElement(none, 0, value, 0, 0));
        assertEquals(0, map.lookupElement(none, 0, value, 0, 0));
        assertEquals(5, number(value, 0, 8));
        assertEquals(0, map.lookupAndDeleteElement(none, 0, value, 0, 0));
        assertEquals(-Errno.ENOENT, map.lookupElement(none, 0, value, 0, 0));
    }

    @Test
    void bloomFilterNeverForgets() {
        refused(Errno.EINVAL, new MapDefinition("m", MapType.BLOOM_FILTER, 0, 8, 4, 0, 16, null));
        BpfMap map = map(new MapDefinition("m", MapType.BLOOM_FILTER, 0, 8, 1000, 0, 3, null));
        for (int i = 0; i < 1000; i++) {
            assertEquals(0, push(map, i, 0));
        }
        int wrong = 0;
        for (int i = 0; i < 1000; i++) {
            assertEquals(0, map.peek(bytes(8, i), 0));
            wrong += map.peek(bytes(8, 1_000_000 + i), 0) == 0 ? 1 : 0;
        }
        assertTrue(wrong < 400, wrong + " of 1000 values that were never added are said to be there");
        assertEquals(-Errno.EINVAL, push(map, 1, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EINVAL, push(map, 1, MapFlags.BPF_EXIST));
    }
}
