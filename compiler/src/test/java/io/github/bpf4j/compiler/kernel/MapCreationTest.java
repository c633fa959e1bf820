/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapMemory;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which maps the host kernel refuses to create, and with which error number. */
@RequiresKernel
class MapCreationTest {
    private static final MapEnvironment HOST = MapEnvironment.of(KernelBpf.available() ? KernelBpf.possibleCpus() : 1);

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

    /** Linux wants types for local storage, of a key that is an integer of 4 bytes and of a value of the right size. */
    @Test
    void sameCreationErrorsOfLocalStorage() {
        List<String> differences = new ArrayList<>();
        List<MapType> types =
                List.of(MapType.TASK_STORAGE, MapType.CGRP_STORAGE, MapType.SK_STORAGE, MapType.INODE_STORAGE);
        for (MapType type : types) {
            for (int valueSize : new int[] {0, 1, 8, 12, 4096, 65_407, 65_408, 1 << 20}) {
                MapDefinition plain = new MapDefinition("m", type, 4, valueSize, 0, 1);
                try (KernelBtf btf = KernelBtf.load(ValueTypes.of(plain))) {
                    for (int keySize : new int[] {0, 4, 8}) {
                        for (int entries : new int[] {0, 1}) {
                            for (int flags :
                                    new int[] {0, 1, 2, 3, 5, 9, 17, 65, 129, 257, 512, 513, 1025, 4097, 8193}) {
                                MapDefinition definition =
                                        new MapDefinition("m", type, keySize, valueSize, entries, flags);
                                int expected = KernelMap.tryCreate(MapCreate.of(definition, 0)
                                        .withBtf(btf.fd(), ValueTypes.KEY_ID, ValueTypes.VALUE_ID));
                                compare(definition, expected, differences);
                            }
                        }
                    }
                }
            }
            for (SpecialFields fields : List.of(
                    SpecialFields.withSpinLock(8),
                    SpecialFields.withTimer(0),
                    new SpecialFields(-1, 0, -1, -1, List.of()),
                    new SpecialFields(-1, -1, -1, 0, List.of()))) {
                MapDefinition definition = new MapDefinition("m", type, 4, 16, 0, 1).withSpecial(fields);
                try (KernelBtf btf = KernelBtf.load(ValueTypes.of(definition))) {
                    int expected = KernelMap.tryCreate(
                            MapCreate.of(definition, 0).withBtf(btf.fd(), ValueTypes.KEY_ID, ValueTypes.VALUE_ID));
                    compare(definition, expected, differences);
                }
            }
        }
        assertEquals(
                List.of(), differences.subList(0, Math.min(12, differences.size())), differences.size() + " differ");
    }

    private static void compare(MapDefinition definition, int expected, List<String> differences) {
        int actual = 0;
        try {
            BpfMaps.create(definition, HOST);
        } catch (MapException e) {
            actual = -e.errno();
        }
        if (expected != actual) {
            differences.add(definition + ": host " + expected + ", bpf4j " + actual);
        }
    }
}
