/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** {@code BPF_MAP_TYPE_ARRAY_OF_MAPS}. Java sets elements by reference, or by the number that {@link MapIds#register} gives. */
public final class ArrayOfMaps extends ObjectArrayMap<BpfMap> {
    private final MapDefinition template;

    ArrayOfMaps(MapDefinition definition, MapEnvironment environment) throws MapException {
        super(definition);
        this.template = InnerMaps.template(definition);
    }

    @Override
    int check(BpfMap map) {
        return InnerMaps.check(template, map.definition());
    }

    @Override
    public @Nullable BpfMap lookupInner(MemorySegment key, long keyOffset) {
        return get(key.get(Words.INT, keyOffset));
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL; // programs cannot
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        int index = key.get(Words.INT, keyOffset);
        if (flags != MapFlags.BPF_ANY) {
            return -Errno.EINVAL;
        }
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        BpfMap inner = MapIds.find(value.get(Words.INT, valueOffset));
        return inner == null ? -Errno.EBADF : set(index, inner);
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        BpfMap inner = get(key.get(Words.INT, keyOffset));
        if (inner == null) {
            return -Errno.ENOENT;
        }
        value.set(Words.INT, valueOffset, inner.id());
        return 0;
    }
}
