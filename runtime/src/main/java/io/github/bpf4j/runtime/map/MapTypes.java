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
            entry(MapType.PERCPU_ARRAY, new Kind(array(), PerCpuArrayMap::new)));

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

    /**
     * Whether maps of a kind can be created.
     *
     * @param type the kind
     * @return whether there is a row for it
     */
    public static boolean isSupported(MapType type) {
        return KINDS.containsKey(type);
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

    private static Check perCpuValue() {
        return refuseIf(d -> isPerCpu(d) && d.has(NUMA_NODE), Errno.EINVAL, "a per-CPU map takes no NUMA node")
                .and(refuseIf(
                        d -> isPerCpu(d) && Words.roundUp(Integer.toUnsignedLong(d.valueSize()), 8) > PERCPU_MAX,
                        Errno.E2BIG,
                        "a per-CPU value has at most " + PERCPU_MAX + " bytes"));
    }

    static Check array() {
        return entries()
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
        return flags(HASH_FLAGS)
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
