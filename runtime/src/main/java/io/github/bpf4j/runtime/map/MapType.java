/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** The kinds of map, with the numbers of {@code enum bpf_map_type} in {@code linux/bpf.h}. */
public enum MapType {
    /** {@code BPF_MAP_TYPE_HASH}. */
    HASH(1),
    /** {@code BPF_MAP_TYPE_ARRAY}. */
    ARRAY(2),
    /** {@code BPF_MAP_TYPE_PROG_ARRAY}. */
    PROG_ARRAY(3),
    /** {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY}. */
    PERF_EVENT_ARRAY(4),
    /** {@code BPF_MAP_TYPE_PERCPU_HASH}. */
    PERCPU_HASH(5),
    /** {@code BPF_MAP_TYPE_PERCPU_ARRAY}. */
    PERCPU_ARRAY(6),
    /** {@code BPF_MAP_TYPE_STACK_TRACE}. */
    STACK_TRACE(7),
    /** {@code BPF_MAP_TYPE_CGROUP_ARRAY}. */
    CGROUP_ARRAY(8),
    /** {@code BPF_MAP_TYPE_LRU_HASH}. */
    LRU_HASH(9),
    /** {@code BPF_MAP_TYPE_LRU_PERCPU_HASH}. */
    LRU_PERCPU_HASH(10),
    /** {@code BPF_MAP_TYPE_LPM_TRIE}. */
    LPM_TRIE(11),
    /** {@code BPF_MAP_TYPE_ARRAY_OF_MAPS}. */
    ARRAY_OF_MAPS(12),
    /** {@code BPF_MAP_TYPE_HASH_OF_MAPS}. */
    HASH_OF_MAPS(13),
    /** {@code BPF_MAP_TYPE_DEVMAP}. */
    DEVMAP(14),
    /** {@code BPF_MAP_TYPE_SOCKMAP}. */
    SOCKMAP(15),
    /** {@code BPF_MAP_TYPE_CPUMAP}. */
    CPUMAP(16),
    /** {@code BPF_MAP_TYPE_XSKMAP}. */
    XSKMAP(17),
    /** {@code BPF_MAP_TYPE_SOCKHASH}. */
    SOCKHASH(18),
    /** {@code BPF_MAP_TYPE_CGROUP_STORAGE}. */
    CGROUP_STORAGE(19),
    /** {@code BPF_MAP_TYPE_REUSEPORT_SOCKARRAY}. */
    REUSEPORT_SOCKARRAY(20),
    /** {@code BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE}. */
    PERCPU_CGROUP_STORAGE(21),
    /** {@code BPF_MAP_TYPE_QUEUE}. */
    QUEUE(22),
    /** {@code BPF_MAP_TYPE_STACK}. */
    STACK(23),
    /** {@code BPF_MAP_TYPE_SK_STORAGE}. */
    SK_STORAGE(24),
    /** {@code BPF_MAP_TYPE_DEVMAP_HASH}. */
    DEVMAP_HASH(25),
    /** {@code BPF_MAP_TYPE_STRUCT_OPS}. */
    STRUCT_OPS(26),
    /** {@code BPF_MAP_TYPE_RINGBUF}. */
    RINGBUF(27),
    /** {@code BPF_MAP_TYPE_INODE_STORAGE}. */
    INODE_STORAGE(28),
    /** {@code BPF_MAP_TYPE_TASK_STORAGE}. */
    TASK_STORAGE(29),
    /** {@code BPF_MAP_TYPE_BLOOM_FILTER}. */
    BLOOM_FILTER(30),
    /** {@code BPF_MAP_TYPE_USER_RINGBUF}. */
    USER_RINGBUF(31),
    /** {@code BPF_MAP_TYPE_CGRP_STORAGE}. */
    CGRP_STORAGE(32),
    /** {@code BPF_MAP_TYPE_ARENA}. */
    ARENA(33);

    private final int kernelId;

    MapType(int kernelId) {
        this.kernelId = kernelId;
    }

    /**
     * The number in {@code enum bpf_map_type}.
     *
     * @return the number
     */
    public int kernelId() {
        return kernelId;
    }

    /**
     * Whether values belong to tasks, cgroups, sockets or inodes and are found through them.
     *
     * @return whether maps of this kind are {@link LocalStorageMap}s
     */
    public boolean isLocalStorage() {
        return this == TASK_STORAGE || this == CGRP_STORAGE || this == SK_STORAGE || this == INODE_STORAGE;
    }
}
