/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapMemory;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The same commands on a map of bpf4j and on one of the host kernel: same results, same error numbers, same bytes.
 * {@code -Dbpf4j.maps.sequences=200000} makes it thorough.
 */
@RequiresKernel
class MapDifferentialTest {
    private static final int SEQUENCES = Integer.getInteger("bpf4j.maps.sequences", 200);
    private static final long SEED = Long.getLong("bpf4j.maps.seed", 20260718);
    private static final int OPERATIONS = 40;
    private static final MapEnvironment HOST = MapEnvironment.of(KernelBpf.available() ? KernelBpf.possibleCpus() : 1);
    private static final int NO_PREALLOC = MapFlags.NO_PREALLOC;

    /** What is drawn for a kind. */
    private record Kind(String name, MapDefinition definition, int keys) {
        static Kind of(String name, MapType type, int key, int value, int entries, int flags, int keys) {
            return new Kind(name, new MapDefinition(name, type, key, value, entries, flags), keys);
        }
    }

    private static final List<Kind> KINDS = List.of(
            Kind.of("array", MapType.ARRAY, 4, 8, 6, 0, 8),
            Kind.of("array of 13 bytes", MapType.ARRAY, 4, 13, 3, 0, 5),
            Kind.of("percpu_array", MapType.PERCPU_ARRAY, 4, 12, 4, 0, 6),
            Kind.of("hash 4", MapType.HASH, 4, 8, 6, 0, 10),
            Kind.of("hash 8", MapType.HASH, 8, 5, 6, NO_PREALLOC, 10),
            Kind.of("hash 13", MapType.HASH, 13, 24, 3, 0, 5),
            Kind.of("hash 1", MapType.HASH, 1, 1, 5, NO_PREALLOC, 9),
            Kind.of("percpu_hash", MapType.PERCPU_HASH, 8, 8, 5, 0, 9),
            Kind.of("percpu_hash 7", MapType.PERCPU_HASH, 7, 20, 5, NO_PREALLOC, 9),
            // few keys in a large map, so that the kernel evicts nothing
            Kind.of("lru_hash", MapType.LRU_HASH, 4, 8, 2000, 0, 10),
            Kind.of("lru_percpu_hash", MapType.LRU_PERCPU_HASH, 8, 8, 2000, MapFlags.NO_COMMON_LRU, 10),
            Kind.of("lpm_trie v4", MapType.LPM_TRIE, 8, 4, 12, NO_PREALLOC, 0),
            Kind.of("lpm_trie v6", MapType.LPM_TRIE, 20, 8, 12, NO_PREALLOC, 0),
            Kind.of("queue", MapType.QUEUE, 0, 8, 4, 0, 1),
            Kind.of("stack", MapType.STACK, 0, 6, 4, 0, 1),
            Kind.of("stack_trace", MapType.STACK_TRACE, 4, 16, 5, 0, 10),
            Kind.of("devmap", MapType.DEVMAP, 4, 4, 4, 0, 6),
            Kind.of("devmap_hash", MapType.DEVMAP_HASH, 4, 4, 4, 0, 6));

    @TestFactory
    List<DynamicTest> sameResultsAsTheHost() {
        return KINDS.stream()
                .map(kind -> DynamicTest.dynamicTest(kind.name, () -> run(kind)))
                .toList();
    }

    private static void run(Kind kind) throws MapException {
        for (int i = 0; i < SEQUENCES; i++) {
            long seed = SEED + i;
            List<String> log = new ArrayList<>();
            BpfMap ours = BpfMaps.create(kind.definition, HOST);
            try (KernelMap theirs = KernelMap.create(MapCreate.of(kind.definition, 0))) {
                Random random = new Random(seed);
                for (int step = 0; step < OPERATIONS; step++) {
                    step(kind, ours, theirs, random, seed, log);
                }
                assertEquals(
                        keys(theirs, kind),
                        keys(ours, kind),
                        () -> "keys, seed " + seed + "\n" + String.join("\n", log));
            }
        }
    }

    private static void step(Kind kind, BpfMap ours, KernelMap theirs, Random random, long seed, List<String> log) {
        MapDefinition d = kind.definition;
        byte[] key = d.keySize() == 0 ? null : key(kind, random);
        byte[] value = value(kind, ours.userValueSize(), random);
        byte[] theirValue = value.clone();
        byte[] ourValue = value.clone();
        long flags = random.nextInt(4) != 0 ? 0 : new long[] {1, 2, 3, 4, 5, 6, 8, 1L << 40, -1}[random.nextInt(9)];
        int operation = random.nextInt(d.keySize() == 0 ? 6 : 5);
        MemorySegment k = key == null ? MemorySegment.NULL : MemorySegment.ofArray(key);
        MemorySegment v = MemorySegment.ofArray(ourValue);
        int expected;
        int actual;
        String what;
        switch (operation) {
            case 0 -> {
                what = "lookup";
                flags = random.nextInt(8) == 0 ? flags : 0;
                expected = theirs.lookup(key, theirValue, flags);
                actual = ours.lookupElement(k, 0, v, 0, flags);
            }
            case 1, 2 -> {
                what = "update";
                expected = theirs.update(key, value, flags);
                actual = ours.updateElement(k, 0, v, 0, flags);
                theirValue = ourValue;
            }
            case 3 -> {
                what = "delete";
                flags = 0;
                byte[] someKey = key == null ? new byte[0] : key;
                expected = theirs.delete(someKey);
                actual = ours.deleteElement(k, 0);
            }
            default -> {
                what = "lookup and delete";
                flags = random.nextInt(8) == 0 ? flags : 0;
                expected = theirs.lookupAndDelete(key, theirValue, flags);
                actual = ours.lookupAndDeleteElement(k, 0, v, 0, flags);
            }
        }
        String line = what + " key " + hex(key) + " value " + hex(value) + " flags " + flags + " → " + expected;
        log.add(line);
        assertEquals(expected, actual, () -> "seed " + seed + "\n" + String.join("\n", log));
        if (expected == 0) {
            boolean same = Arrays.equals(theirValue, ourValue);
            String difference = hex(theirValue) + " from the host, " + hex(ourValue) + " from bpf4j";
            assertTrue(same, () -> difference + ", seed " + seed + "\n" + String.join("\n", log));
        }
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
    }

    private static byte[] key(Kind kind, Random random) {
        byte[] key = new byte[kind.definition.keySize()];
        if (kind.definition.type() == MapType.LPM_TRIE) {
            int bits = 8 * (key.length - 4);
            MemorySegment.ofArray(key)
                    .set(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0, random.nextInt(bits + 2));
            for (int i = 4; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(3) == 0 ? 0x80 : 0);
            }
            return key;
        }
        int number = random.nextInt(20) == 0 ? -1 : random.nextInt(kind.keys);
        for (int i = 0; i < Math.min(4, key.length); i++) {
            key[i] = (byte) (number >> 8 * i);
        }
        return key;
    }

    private static byte[] value(Kind kind, int size, Random random) {
        byte[] value = new byte[size];
        switch (kind.definition.type()) {
            case DEVMAP, DEVMAP_HASH -> value[0] = 1; // the loopback interface
            case PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH -> {
                int stride = kind.definition.valueSize() + 7 & -8;
                for (int i = 0; i < size; i++) { // the padding of a per-CPU value is nobody's
                    value[i] = i % stride < kind.definition.valueSize() ? (byte) random.nextInt() : 0;
                }
            }
            default -> random.nextBytes(value);
        }
        return value;
    }

    private static Set<String> keys(KernelMap map, Kind kind) {
        Set<String> keys = new TreeSet<>();
        byte[] key = new byte[kind.definition.keySize()];
        int result = map.nextKey(null, key);
        for (int i = 0; result == 0 && i < 100; i++) {
            keys.add(hex(key));
            byte[] next = new byte[key.length];
            result = map.nextKey(key, next);
            key = next;
        }
        keys.add("end " + result);
        return keys;
    }

    private static Set<String> keys(BpfMap map, Kind kind) {
        Set<String> keys = new TreeSet<>();
        byte[] key = new byte[kind.definition.keySize()];
        int result = map.nextKey(null, 0, MemorySegment.ofArray(key), 0);
        for (int i = 0; result == 0 && i < 100; i++) {
            keys.add(hex(key));
            byte[] next = new byte[key.length];
            result = map.nextKey(MemorySegment.ofArray(key), 0, MemorySegment.ofArray(next), 0);
            key = next;
        }
        keys.add("end " + result);
        return keys;
    }

    @Test
    void sameCreationErrors() {
        int[] keySizes = {0, 4, 8, 20, 261};
        int[] valueSizes = {0, 1, 4, 8, 12, 32768, 32769, 4 << 20, (4 << 20) + 1, -1};
        int[] entries = {0, 1, 3, 4096};
        int[] flags = {0, 1, 2, 4, 8, 16, 24, 32, 64, 128, 256, 384, 1024, 2048, 4096, 8192, 1 << 17, 1 << 20, 1025};
        List<MapType> types = List.of(
                MapType.HASH,
                MapType.ARRAY,
                MapType.PROG_ARRAY,
                MapType.PERF_EVENT_ARRAY,
                MapType.PERCPU_HASH,
                MapType.PERCPU_ARRAY,
                MapType.STACK_TRACE,
                MapType.CGROUP_ARRAY,
                MapType.LRU_HASH,
                MapType.LRU_PERCPU_HASH,
                MapType.LPM_TRIE,
                MapType.DEVMAP,
                MapType.DEVMAP_HASH,
                MapType.CPUMAP,
                MapType.QUEUE,
                MapType.STACK,
                MapType.RINGBUF,
                MapType.USER_RINGBUF,
                MapType.BLOOM_FILTER,
                MapType.ARENA);
        MapEnvironment small = HOST.withMemory(MapMemory.offHeap(1 << 20));
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (MapType type : types) {
            for (int keySize : keySizes) {
                for (int valueSize : valueSizes) {
                    for (int count : entries) {
                        if (count == 4096 && Integer.compareUnsigned(valueSize, 32768) >= 0) {
                            continue; // gigabytes
                        }
                        if (count == 4096 && type == MapType.CPUMAP) {
                            continue; // the limit is a setting of the kernel's build
                        }
                        for (int flag : flags) {
                            MapDefinition definition = new MapDefinition("m", type, keySize, valueSize, count, flag);
                            int expected = KernelMap.tryCreate(MapCreate.of(definition, 0));
                            int actual = 0;
                            try {
                                BpfMaps.create(definition, small);
                            } catch (MapException e) {
                                actual = e.errno() == Errno.ENOMEM ? 0 : -e.errno(); // only the limit below
                            }
                            compared++;
                            if (expected != actual) {
                                differences.add(type + " key " + keySize + " value " + valueSize + " entries " + count
                                        + " flags " + flag + ": host " + expected + ", bpf4j " + actual);
                            }
                        }
                    }
                }
            }
        }
        assertTrue(compared > 30_000, "compared only a few");
        assertEquals(
                List.of(), differences.subList(0, Math.min(12, differences.size())), differences.size() + " differ");
    }
}
