/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Short words for map tests: keys and values as numbers. */
final class MapFixture {
    static final MapEnvironment TWO_CPUS = MapEnvironment.of(2);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private MapFixture() {}

    static BpfMap map(MapType type, int keySize, int valueSize, int maxEntries, int flags) {
        return map(new MapDefinition("m", type, keySize, valueSize, maxEntries, flags));
    }

    static BpfMap map(MapDefinition definition) {
        try {
            return BpfMaps.create(definition, TWO_CPUS);
        } catch (MapException e) {
            throw new AssertionError(e.errno() + ": " + e.getMessage(), e);
        }
    }

    static void refused(int errno, MapDefinition definition) {
        MapException e = assertThrows(MapException.class, () -> BpfMaps.create(definition, TWO_CPUS));
        assertEquals(errno, e.errno(), e.getMessage());
    }

    static void refused(int errno, MapType type, int keySize, int valueSize, int maxEntries, int flags) {
        refused(errno, new MapDefinition("m", type, keySize, valueSize, maxEntries, flags));
    }

    /** A number as little-endian bytes, zero-extended to the size. */
    static MemorySegment bytes(int size, long number) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < Math.min(8, size); i++) {
            bytes[i] = (byte) (number >>> 8 * i);
        }
        return MemorySegment.ofArray(bytes);
    }

    static long number(MemorySegment memory, long offset, int size) {
        long number = 0;
        for (int i = Math.min(8, size) - 1; i >= 0; i--) {
            number = number << 8 | Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, offset + i));
        }
        return number;
    }

    static int put(BpfMap map, long key, long value, long flags) {
        MapDefinition d = map.definition();
        return map.update(0, bytes(d.keySize(), key), 0, bytes(d.valueSize(), value), 0, flags);
    }

    /** A program's lookup on CPU 0: the value, or -1. */
    static long get(BpfMap map, long key) {
        MapDefinition d = map.definition();
        long at = map.lookup(0, bytes(d.keySize(), key), 0);
        return at == BpfMap.NOT_FOUND ? -1 : number(map.values(), at, d.valueSize());
    }

    static int remove(BpfMap map, long key) {
        return map.delete(bytes(map.definition().keySize(), key), 0);
    }
}
