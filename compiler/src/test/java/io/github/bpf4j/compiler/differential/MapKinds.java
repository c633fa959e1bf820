/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;

/** The maps that are compared with the host kernel's: each type, with what makes a difference in its code. */
final class MapKinds {
    private static final int NO_PREALLOC = MapFlags.NO_PREALLOC;

    /** For the commands of {@code bpf(2)}. */
    static final List<MapKind> USER = List.of(
            MapKind.of("array", MapType.ARRAY, 4, 8, 6, 0, 8),
            MapKind.of("array of 13 bytes", MapType.ARRAY, 4, 13, 3, 0, 5),
            MapKind.of("array with lock", MapType.ARRAY, 4, 24, 3, 0, 5).withSpinLock(8),
            MapKind.of("percpu_array", MapType.PERCPU_ARRAY, 4, 12, 4, 0, 6),
            MapKind.of("hash 4", MapType.HASH, 4, 8, 6, 0, 10),
            MapKind.of("hash 8", MapType.HASH, 8, 5, 6, NO_PREALLOC, 10),
            MapKind.of("hash 13", MapType.HASH, 13, 24, 3, 0, 5),
            MapKind.of("hash 1", MapType.HASH, 1, 1, 5, NO_PREALLOC, 9),
            MapKind.of("hash with lock", MapType.HASH, 4, 16, 4, 0, 7).withSpinLock(0),
            MapKind.of("hash read-only", MapType.HASH, 4, 8, 4, MapFlags.RDONLY, 7),
            MapKind.of("hash write-only", MapType.HASH, 4, 8, 4, MapFlags.WRONLY, 7),
            MapKind.of("percpu_hash", MapType.PERCPU_HASH, 8, 8, 5, 0, 9),
            MapKind.of("percpu_hash 7", MapType.PERCPU_HASH, 7, 20, 5, NO_PREALLOC, 9),
            MapKind.of("lru_hash", MapType.LRU_HASH, 4, 8, 2000, 0, 10),
            MapKind.of("lru_percpu_hash", MapType.LRU_PERCPU_HASH, 8, 8, 2000, MapFlags.NO_COMMON_LRU, 10),
            MapKind.of("lpm_trie v4", MapType.LPM_TRIE, 8, 4, 12, NO_PREALLOC, 0),
            MapKind.of("lpm_trie v6", MapType.LPM_TRIE, 20, 8, 12, NO_PREALLOC, 0),
            MapKind.of("queue", MapType.QUEUE, 0, 8, 4, 0, 1),
            MapKind.of("stack", MapType.STACK, 0, 6, 4, 0, 1),
            MapKind.of("bloom_filter", MapType.BLOOM_FILTER, 0, 9, 100, 0, 100),
            MapKind.of("stack_trace", MapType.STACK_TRACE, 4, 16, 5, 0, 10),
            MapKind.of("devmap", MapType.DEVMAP, 4, 4, 4, 0, 6),
            MapKind.of("devmap_hash", MapType.DEVMAP_HASH, 4, 4, 4, 0, 6),
            MapKind.ofMaps("array_of_maps", MapType.ARRAY_OF_MAPS, 4),
            MapKind.ofMaps("hash_of_maps", MapType.HASH_OF_MAPS, 3),
            MapKind.of("task_storage", MapType.TASK_STORAGE, 4, 8, 0, NO_PREALLOC, 4),
            MapKind.of("task_storage 13", MapType.TASK_STORAGE, 4, 13, 0, NO_PREALLOC, 4),
            MapKind.of("task_storage lock", MapType.TASK_STORAGE, 4, 24, 0, NO_PREALLOC, 4)
                    .withSpinLock(8),
            MapKind.of("sk_storage", MapType.SK_STORAGE, 4, 8, 0, NO_PREALLOC | MapFlags.CLONE, 4),
            MapKind.of("inode_storage", MapType.INODE_STORAGE, 4, 5, 0, NO_PREALLOC, 4),
            MapKind.of("cgrp_storage", MapType.CGRP_STORAGE, 4, 8, 0, NO_PREALLOC, 4),
            MapKind.of("ringbuf", MapType.RINGBUF, 0, 0, 4096, 0, 0),
            MapKind.of("user_ringbuf", MapType.USER_RINGBUF, 0, 0, 4096, 0, 0));

    /** For the helpers; values have 8 bytes, or 8 behind the lock. */
    static final List<MapKind> PROGRAM = List.of(
            MapKind.of("array", MapType.ARRAY, 4, 8, 4, 0, 6),
            MapKind.of("array with lock", MapType.ARRAY, 4, 16, 4, 0, 6).withSpinLock(0),
            MapKind.of("percpu_array", MapType.PERCPU_ARRAY, 4, 8, 4, 0, 6),
            MapKind.of("hash 4", MapType.HASH, 4, 8, 4, 0, 7),
            MapKind.of("hash 8", MapType.HASH, 8, 8, 4, NO_PREALLOC, 7),
            MapKind.of("hash 13", MapType.HASH, 13, 8, 4, 0, 7),
            MapKind.of("hash with lock", MapType.HASH, 4, 16, 4, 0, 7).withSpinLock(0),
            MapKind.of("percpu_hash", MapType.PERCPU_HASH, 8, 8, 4, 0, 7),
            MapKind.of("lru_hash", MapType.LRU_HASH, 8, 8, 2000, 0, 9),
            MapKind.of("lru_percpu_hash", MapType.LRU_PERCPU_HASH, 4, 8, 2000, 0, 9),
            MapKind.of("lpm_trie v4", MapType.LPM_TRIE, 8, 8, 5, NO_PREALLOC, 0),
            MapKind.of("lpm_trie 16", MapType.LPM_TRIE, 16, 8, 5, NO_PREALLOC, 0),
            MapKind.of("queue", MapType.QUEUE, 0, 8, 3, 0, 0),
            MapKind.of("stack", MapType.STACK, 0, 8, 3, 0, 0),
            MapKind.of("bloom_filter", MapType.BLOOM_FILTER, 0, 8, 100, 0, 200),
            MapKind.of("ringbuf", MapType.RINGBUF, 0, 0, 4096, 0, 0),
            MapKind.of("task_storage", MapType.TASK_STORAGE, 4, 8, 0, NO_PREALLOC, 1),
            MapKind.of("task_storage with lock", MapType.TASK_STORAGE, 4, 16, 0, NO_PREALLOC, 1)
                    .withSpinLock(0),
            MapKind.ofMaps("array_of_maps", MapType.ARRAY_OF_MAPS, 4),
            MapKind.ofMaps("hash_of_maps", MapType.HASH_OF_MAPS, 4));

    /** For calls through it. */
    static final MapKind PROG_ARRAY = MapKind.of("prog_array", MapType.PROG_ARRAY, 4, 4, 4, 0, 6);

    private MapKinds() {}
}
