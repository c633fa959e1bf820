/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFlags.ACCESS_MASK;
import static io.github.bpf4j.runtime.map.MapFlags.INNER_MAP;
import static io.github.bpf4j.runtime.map.MapFlags.MMAPABLE;
import static io.github.bpf4j.runtime.map.MapFlags.NO_COMMON_LRU;
import static io.github.bpf4j.runtime.map.MapFlags.NO_PREALLOC;
import static io.github.bpf4j.runtime.map.MapFlags.NUMA_NODE;
import static io.github.bpf4j.runtime.map.MapFlags.PRESERVE_ELEMS;
import static io.github.bpf4j.runtime.map.MapFlags.ZERO_SEED;
import static java.util.Map.entry;

import io.github.bpf4j.runtime.Errno;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of map kinds. One row says which creation flags a kind takes, what it checks with which error number, and what makes the
 * map. The checks are those of the kernel's {@code map_alloc_check} functions, in their order.
 */
public final class MapTypes {
    /** {@code KMALLOC_MAX_SIZE}: the largest object the kernel's allocator gives. */
    private static final long KMALLOC_MAX = 4 << 20;

    /** {@code PCPU_MIN_UNIT_SIZE}: the largest per-CPU object. */
    private static final long PERCPU_MAX = 32 << 10;

    /** {@code BPF_LOCAL_STORAGE_MAX_VALUE_SIZE}: the largest value of local storage. */
    private static final int LOCAL_STORAGE_MAX = 65_407;

    private static final int HASH_FLAGS = NO_PREALLOC | NO_COMMON_LRU | NUMA_NODE | ACCESS_MASK | ZERO_SEED;
    private static final int ARRAY_FLAGS = NUMA_NODE | MMAPABLE | ACCESS_MASK | PRESERVE_ELEMS | INNER_MAP;

    private MapTypes() {}

    /** What is wrong with a definition. */
    record Problem(int errno, String text) {}

    @FunctionalInterface
    interface Check {
        /** Looks at a definition; null if it is fine. */
        @Nullable
        Problem problem(MapDefinition definition, MapEnvironment environment);

        default Check and(Check next) {
            return (d, e) -> {
                Problem problem = problem(d, e);
                return problem != null ? problem : next.problem(d, e);
            };
        }
    }

    @FunctionalInterface
    interface Factory {
        BpfMap create(MapDefinition definition, MapEnvironment environment) throws MapException;
    }

    /** A row. */
    record Kind(Check check, Factory factory) {}

    private static final Map<MapType, Kind> KINDS = Map.ofEntries(
            entry(MapType.HASH, new Kind(hash(), BpfHashMap::new)),
            entry(MapType.ARRAY, new Kind(array(), ArrayMap::new)),
            entry(MapType.PERCPU_HASH, new Kind(hash(), PerCpuHashMap::new)),
            entry(MapType.PERCPU_ARRAY, new Kind(array(), PerCpuArrayMap::new)),
            entry(MapType.LRU_HASH, new Kind(hash(), LruHashMap::new)),
            entry(MapType.LRU_PERCPU_HASH, new Kind(hash(), LruPerCpuHashMap::new)),
            entry(MapType.LPM_TRIE, new Kind(lpm(), LpmTrieMap::new)),
            entry(MapType.PROG_ARRAY, new Kind(references().and(array()), ProgramArrayMap::new)),
            entry(MapType.PERF_EVENT_ARRAY, new Kind(references().and(array()), PerfEventArrayMap::new)),
            entry(MapType.CGROUP_ARRAY, new Kind(references().and(array()), CgroupArrayMap::new)),
            entry(MapType.ARRAY_OF_MAPS, new Kind(references().and(array()), ArrayOfMaps::new)),
            entry(MapType.HASH_OF_MAPS, new Kind(valueSize(4).and(hash()), HashOfMaps::new)),
            entry(MapType.QUEUE, new Kind(queue(), QueueMap::new)),
            entry(MapType.STACK, new Kind(queue(), QueueMap::new)),
            entry(MapType.RINGBUF, new Kind(ring(), RingBufferMap::new)),
            entry(MapType.USER_RINGBUF, new Kind(ring(), UserRingBufferMap::new)),
            entry(MapType.BLOOM_FILTER, new Kind(bloom(), BloomFilterMap::new)),
            entry(
                    MapType.DEVMAP,
                    new Kind(targets(NUMA_NODE | MapFlags.RDONLY | MapFlags.WRONLY), RedirectTargetMap::new)),
            entry(
                    MapType.DEVMAP_HASH,
                    new Kind(targets(NUMA_NODE | MapFlags.RDONLY | MapFlags.WRONLY), BpfHashMap::new)),
            entry(
                    MapType.CPUMAP,
                    new Kind(
                            targets(NUMA_NODE)
                                    .and(refuseIf(
                                            d -> Integer.compareUnsigned(d.maxEntries(), MapEnvironment.MOST_CPUS) > 0,
                                            Errno.E2BIG,
                                            "there are at most " + MapEnvironment.MOST_CPUS + " CPUs")),
                            RedirectTargetMap::new)),
            entry(MapType.TASK_STORAGE, localStorage(StorageOwner.Kind.TASK)),
            entry(MapType.CGRP_STORAGE, localStorage(StorageOwner.Kind.CGROUP)),
            entry(MapType.SK_STORAGE, localStorage(StorageOwner.Kind.SOCKET)),
            entry(MapType.INODE_STORAGE, localStorage(StorageOwner.Kind.INODE)),
            entry(MapType.STACK_TRACE, new Kind(stackTrace(), StackTraceMap::new)),
            entry(MapType.ARENA, new Kind(arena(), ArenaMap::new)));

    /**
     * The row of a kind.
     *
     * @throws MapException with {@code EINVAL} if the kind does not exist outside a kernel
     */
    static Kind kind(MapDefinition definition) throws MapException {
        Kind kind = KINDS.get(definition.type());
        if (kind == null) {
            throw new MapException(
                    Errno.EINVAL,
                    "map '" + definition.name() + "': " + definition.type()
                            + " maps hold kernel objects and do not exist here");
        }
        return kind;
    }

    // ---- the checks
    // ---------------------------------------------------------------------------------------------------------------

    @FunctionalInterface
    interface Condition {
        boolean holds(MapDefinition definition);
    }

    static Check refuseIf(Condition wrong, int errno, String text) {
        return (d, e) -> wrong.holds(d) ? new Problem(errno, text) : null;
    }

    static Check flags(int allowed) {
        return (d, e) -> {
            int unknown = d.flags() & ~allowed;
            if (unknown != 0) {
                return new Problem(Errno.EINVAL, "flags 0x" + Integer.toHexString(unknown) + " are not for this kind");
            }
            int both = MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG;
            return (d.flags() & both) == both
                    ? new Problem(Errno.EINVAL, "read-only and write-only for programs exclude each other")
                    : null;
        };
    }

    private static Check entries() {
        return refuseIf(d -> d.maxEntries() == 0, Errno.EINVAL, "max_entries is 0");
    }

    private static Check keySize(int size) {
        return refuseIf(d -> d.keySize() != size, Errno.EINVAL, "key size must be " + size);
    }

    private static Check someValue() {
        return refuseIf(d -> d.valueSize() == 0, Errno.EINVAL, "value size is 0");
    }

    private static boolean isPerCpu(MapDefinition d) {
        return switch (d.type()) {
            case PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH -> true;
            default -> false;
        };
    }

    private static boolean isLru(MapDefinition d) {
        return d.type() == MapType.LRU_HASH || d.type() == MapType.LRU_PERCPU_HASH;
    }

    private static Check noPerCpuNumaNode() {
        return refuseIf(d -> isPerCpu(d) && d.has(NUMA_NODE), Errno.EINVAL, "a per-CPU map takes no NUMA node");
    }

    private static Check perCpuValue() {
        return refuseIf(
                d -> isPerCpu(d) && Words.roundUp(Integer.toUnsignedLong(d.valueSize()), 8) > PERCPU_MAX,
                Errno.E2BIG,
                "a per-CPU value has at most " + PERCPU_MAX + " bytes");
    }

    static Check array() {
        return noPerCpuNumaNode()
                .and(entries())
                .and(keySize(4))
                .and(someValue())
                .and(flags(ARRAY_FLAGS))
                .and(refuseIf(
                        d -> d.type() != MapType.ARRAY && (d.flags() & (MMAPABLE | INNER_MAP)) != 0,
                        Errno.EINVAL,
                        "only ARRAY takes BPF_F_MMAPABLE and BPF_F_INNER_MAP"))
                .and(refuseIf(
                        d -> d.type() != MapType.PERF_EVENT_ARRAY && d.has(PRESERVE_ELEMS),
                        Errno.EINVAL,
                        "only PERF_EVENT_ARRAY takes BPF_F_PRESERVE_ELEMS"))
                .and(refuseIf(d -> d.valueSize() < 0, Errno.E2BIG, "value size is over 2 GiB"))
                .and(perCpuValue());
    }

    static Check hash() {
        return noPerCpuNumaNode()
                .and(flags(HASH_FLAGS))
                .and(refuseIf(
                        d -> !isLru(d) && d.has(NO_COMMON_LRU), Errno.EINVAL, "only LRU maps take BPF_F_NO_COMMON_LRU"))
                .and(refuseIf(d -> isLru(d) && d.has(NO_PREALLOC), Errno.ENOTSUPP, "an LRU map is always preallocated"))
                .and(refuseIf(
                        d -> d.maxEntries() == 0 || d.keySize() == 0 || d.valueSize() == 0,
                        Errno.EINVAL,
                        "max_entries, key size and value size must not be 0"))
                .and(refuseIf(
                        d -> Integer.toUnsignedLong(d.keySize()) + Integer.toUnsignedLong(d.valueSize())
                                >= KMALLOC_MAX - 48,
                        Errno.E2BIG,
                        "key and value have together at most 4 MiB"))
                .and(perCpuValue())
                .and(refuseIf(d -> d.maxEntries() < 0, Errno.E2BIG, "max_entries is over 2^31"));
    }

    private static Check valueSize(int size) {
        return refuseIf(d -> d.valueSize() != size, Errno.EINVAL, "value size must be " + size);
    }

    private static Check references() {
        return valueSize(4)
                .and(refuseIf(
                        d -> (d.flags() & (MapFlags.RDONLY_PROG | MapFlags.WRONLY_PROG)) != 0,
                        Errno.EINVAL,
                        "programs have no access to values of this kind that could be restricted"));
    }

    private static Check lpm() {
        return refuseIf(
                        d -> d.maxEntries() == 0
                                || !d.has(NO_PREALLOC)
                                || (d.flags() & ~(NO_PREALLOC | NUMA_NODE | ACCESS_MASK)) != 0
                                || Integer.compareUnsigned(d.keySize(), 5) < 0
                                || Integer.compareUnsigned(d.keySize(), 260) > 0
                                || d.valueSize() < 1
                                || d.valueSize() > KMALLOC_MAX - 256 - 40,
                        Errno.EINVAL,
                        "an LPM trie needs max_entries, BPF_F_NO_PREALLOC, a key of 5 to 260 bytes and a value of 1 byte to 4 MiB")
                .and(flags(NO_PREALLOC | NUMA_NODE | ACCESS_MASK));
    }

    private static Check queue() {
        return refuseIf(
                        d -> d.maxEntries() == 0 || d.keySize() != 0 || d.valueSize() == 0,
                        Errno.EINVAL,
                        "a queue or stack has max_entries, values and no key")
                .and(flags(NUMA_NODE | ACCESS_MASK))
                .and(refuseIf(
                        d -> Integer.toUnsignedLong(d.valueSize()) > KMALLOC_MAX,
                        Errno.E2BIG,
                        "a value has at most 4 MiB"));
    }

    private static Check ring() {
        return flags(NUMA_NODE)
                .and(refuseIf(
                        d -> d.keySize() != 0 || d.valueSize() != 0, Errno.EINVAL, "a ring has no key and no value"))
                .and((d, e) -> Integer.bitCount(d.maxEntries()) != 1
                                || Integer.compareUnsigned(d.maxEntries(), e.pageSize()) < 0
                        ? new Problem(
                                Errno.EINVAL,
                                "max_entries is the ring's size in bytes: a power of two, a multiple of the page size "
                                        + e.pageSize())
                        : null);
    }

    private static Check bloom() {
        return refuseIf(
                        d -> Integer.toUnsignedLong(d.valueSize()) > KMALLOC_MAX,
                        Errno.E2BIG,
                        "a value has at most 4 MiB")
                .and(refuseIf(
                        d -> d.maxEntries() == 0 || d.keySize() != 0 || d.valueSize() == 0,
                        Errno.EINVAL,
                        "a bloom filter has max_entries, values and no key"))
                .and(flags(NUMA_NODE | ZERO_SEED | ACCESS_MASK))
                .and(refuseIf(
                        d -> (d.extra() & ~0xfL) != 0,
                        Errno.EINVAL,
                        "map_extra is the number of hash functions, 0 to 15"));
    }

    private static Check targets(int flags) {
        return entries()
                .and(keySize(4))
                .and(refuseIf(d -> d.valueSize() != 4 && d.valueSize() != 8, Errno.EINVAL, "value size must be 4 or 8"))
                .and(flags(flags));
    }

    private static Check stackTrace() {
        return flags(NUMA_NODE | MapFlags.RDONLY | MapFlags.WRONLY | MapFlags.STACK_BUILD_ID)
                .and(entries())
                .and(keySize(4))
                .and(refuseIf(
                        d -> {
                            int frame = d.has(MapFlags.STACK_BUILD_ID) ? 32 : 8; // struct bpf_stack_build_id
                            return d.valueSize() < 8 || d.valueSize() % frame != 0 || d.valueSize() / frame > 127;
                        },
                        Errno.EINVAL,
                        "a value is 1 to 127 frames"));
    }

    private static Kind localStorage(StorageOwner.Kind owner) {
        Check check = refuseIf(
                        d -> (d.flags() & ~(NO_PREALLOC | MapFlags.CLONE)) != 0
                                || !d.has(NO_PREALLOC)
                                || d.maxEntries() != 0
                                || d.keySize() != 4
                                || d.valueSize() == 0,
                        Errno.EINVAL,
                        "local storage needs BPF_F_NO_PREALLOC, max_entries 0, a key of 4 bytes and a value")
                .and(refuseIf(
                        d -> Integer.compareUnsigned(d.valueSize(), LOCAL_STORAGE_MAX) > 0,
                        Errno.E2BIG,
                        "a value of local storage has at most " + LOCAL_STORAGE_MAX + " bytes"))
                .and(refuseIf(
                        d -> d.special().timer() >= 0 || d.special().workQueue() >= 0,
                        Errno.EOPNOTSUPP,
                        "values of local storage cannot have timers and work queues"));
        return new Kind(check, (definition, environment) -> new LocalStorageMap(definition, owner));
    }

    private static Check arena() {
        return refuseIf(
                        d -> d.keySize() != 0 || d.valueSize() != 0 || d.maxEntries() == 0 || !d.has(MMAPABLE),
                        Errno.EINVAL,
                        "an arena has max_entries pages, BPF_F_MMAPABLE, no key and no value")
                .and(flags(MMAPABLE | MapFlags.SEGV_ON_FAULT | MapFlags.NO_USER_CONV))
                .and((d, e) -> (d.extra() & e.pageSize() - 1) != 0
                        ? new Problem(
                                Errno.EINVAL, "map_extra, the arena's address, is not a multiple of the page size")
                        : null)
                .and((d, e) -> Integer.toUnsignedLong(d.maxEntries()) * e.pageSize() > 1L << 32
                        ? new Problem(Errno.E2BIG, "an arena has at most 4 GiB")
                        : null)
                .and((d, e) -> d.extra() >>> 32
                                != d.extra() + Integer.toUnsignedLong(d.maxEntries()) * e.pageSize() - 1 >>> 32
                        ? new Problem(
                                Errno.ERANGE, "the upper halves of an arena's addresses differ: map_extra is too large")
                        : null);
    }

    /** What all kinds check first. */
    static final Check COMMON = refuseIf(
                    d -> d.extra() != 0 && d.type() != MapType.BLOOM_FILTER && d.type() != MapType.ARENA,
                    Errno.EINVAL,
                    "only BLOOM_FILTER and ARENA take map_extra")
            .and(refuseIf(
                    d -> d.has(MapFlags.RDONLY) && d.has(MapFlags.WRONLY),
                    Errno.EINVAL,
                    "read-only and write-only exclude each other"))
            .and(refuseIf(
                    d -> d.special().ranges().stream()
                            .anyMatch(r -> Integer.compareUnsigned(r.offset() + r.size(), d.valueSize()) > 0),
                    Errno.EINVAL,
                    "a special field is outside the value"));
}
