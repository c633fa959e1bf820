/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;

/**
 * {@code BPF_MAP_TYPE_DEVMAP} and {@code BPF_MAP_TYPE_CPUMAP}: where a pipeline may send packets. A value's first word is an interface
 * index, or the length of a CPU's queue; 0 means the element is empty. Whether an interface exists is not checked here, but when a packet
 * is sent to it.
 */
public final class RedirectTargetMap extends IndexedMap {
    /** {@code EOVERFLOW}, which only these maps give. */
    private static final int EOVERFLOW = 75;

    private static final int MOST_QUEUED = 16384;

    private final MemorySegment values;
    private final boolean isCpuMap;
    private final int cpus;

    RedirectTargetMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(
                definition,
                environment.cpus(),
                environment.memory().allocate(definition, 8 * Integer.toUnsignedLong(definition.maxEntries())));
    }

    private RedirectTargetMap(MapDefinition definition, int cpus, MapRegion region) {
        super(definition, region.header());
        this.values = region.body();
        this.cpus = cpus;
        this.isCpuMap = definition.type() == MapType.CPUMAP;
    }

    /**
     * The target of an element, for pipelines.
     *
     * @param index the element, an unsigned number
     * @return interface index or queue length; 0 if the element is empty or out of range
     */
    public int target(int index) {
        return isInRange(index) ? (int) Words.ATOMIC_INT.getAcquire(values, 8 * Integer.toUnsignedLong(index)) : 0;
    }

    @Override
    public MemorySegment values() {
        return values;
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return lookupInt(cpu, key.get(Words.INT, keyOffset));
    }

    @Override
    public long lookupInt(int cpu, int key) {
        return target(key) != 0 ? 8 * Integer.toUnsignedLong(key) : NOT_FOUND;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        int target = value.get(Words.INT, valueOffset);
        if (flags < 0 || flags > MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        if (flags == MapFlags.BPF_NOEXIST) {
            return -Errno.EEXIST;
        }
        if (isCpuMap && Integer.compareUnsigned(target, MOST_QUEUED) > 0) {
            return -EOVERFLOW;
        }
        if (isCpuMap && Integer.compareUnsigned(index, cpus) >= 0) {
            return -Errno.ENODEV;
        }
        if (definition().valueSize() == 8 && value.get(Words.INT, valueOffset + 4) > 0) {
            return -Errno.EINVAL; // a program for the target: there are none of type XDP
        }
        Words.ATOMIC_INT.setRelease(values, 8 * Integer.toUnsignedLong(index), target);
        return 0;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        int index = key.get(Words.INT, keyOffset);
        if (!isInRange(index)) {
            return -Errno.EINVAL;
        }
        Words.ATOMIC_INT.setRelease(values, 8 * Integer.toUnsignedLong(index), 0);
        return 0;
    }
}
