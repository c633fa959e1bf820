/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.LONG;
import static io.github.bpf4j.runtime.map.MapFixture.bytes;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What may come out when threads use the local storage of one task at once; see {@link MapOutcomes}. */
final class StorageOutcomes {
    private static final StorageOwner TASK = new StorageOwner(StorageOwner.Kind.TASK);
    private static final int NONE = -1;
    private static final int MIXED = -99;

    private StorageOutcomes() {}

    static List<OutcomeExperiment<BpfMap>> all() {
        return List.of(
                experiment("task storage: two threads create the value")
                        .start(map -> storage(map).remove(TASK))
                        .actor(map -> create(map, 5))
                        .actor(map -> create(map, 6))
                        .arbiter(StorageOutcomes::value)
                        .interesting("5, 5, 5", "the first in turn")
                        .interesting("6, 6, 6", "the second in turn")
                        .forbidden("5, 6, 5", "a task has one value")
                        .forbidden("5, 6, 6", "a task has one value"),
                experiment("task storage: a lookup while the value is created")
                        .start(map -> storage(map).remove(TASK))
                        .actor(map -> create(map, 5))
                        .actor(StorageOutcomes::value)
                        .arbiter(StorageOutcomes::value)
                        .interesting("5, -1, 5", "before")
                        .interesting("5, 5, 5", "after")
                        .forbidden("5, -99, 5", "a value is never half there"),
                experiment("task storage: a lookup while the value is replaced")
                        .start(map -> replace(map, 5))
                        .actor(map -> replace(map, 6))
                        .actor(StorageOutcomes::value)
                        .arbiter(StorageOutcomes::value)
                        .interesting("0, 5, 6", "before")
                        .interesting("0, 6, 6", "after")
                        .forbidden("0, -1, 6", "a value that is always there is always found")
                        .forbidden("0, -99, 6", "a value is never half old, half new"),
                experiment("task storage: two threads delete the value")
                        .start(map -> replace(map, 5))
                        .actor(map -> storage(map).remove(TASK) ? 1 : 0)
                        .actor(map -> storage(map).remove(TASK) ? 1 : 0)
                        .arbiter(StorageOutcomes::value)
                        .interesting("0, 1, -1", "the second does it")
                        .interesting("1, 0, -1", "the first does it"));
    }

    private static OutcomeExperiment<BpfMap> experiment(String name) {
        return new OutcomeExperiment<>(
                name, () -> MapFixture.map(MapType.TASK_STORAGE, 4, 16, 0, MapFlags.NO_PREALLOC));
    }

    private static LocalStorageMap storage(BpfMap map) {
        return (LocalStorageMap) map;
    }

    private static MemorySegment pair(long number) {
        MemorySegment value = bytes(16, number);
        value.set(LONG, 8, number);
        return value;
    }

    private static long create(BpfMap map, long number) {
        return number(storage(map).getOrCreate(TASK, pair(number), 0));
    }

    private static long replace(BpfMap map, long number) {
        return map.updateElement(bytes(4, TASK.descriptor()), 0, pair(number), 0, MapFlags.BPF_ANY);
    }

    private static long value(BpfMap map) {
        MemorySegment value = storage(map).get(TASK);
        return value == null ? NONE : number(value);
    }

    private static long number(MemorySegment value) {
        long first = value.get(LONG, 0);
        return first == value.get(LONG, 8) ? first : MIXED;
    }
}
