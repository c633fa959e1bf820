/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_ARENA}: {@code max_entries} pages of memory shared by programs and Java. In Linux pages appear when user space
 * touches them or a sleepable program allocates them; LWT programs never sleep, so here all pages are there from the start.
 */
public final class ArenaMap extends BpfMap {
    private final MemorySegment memory;

    ArenaMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(
                definition,
                environment
                        .memory()
                        .allocate(
                                definition, Integer.toUnsignedLong(definition.maxEntries()) * environment.pageSize()));
    }

    private ArenaMap(MapDefinition definition, MapRegion region) {
        super(definition, region.header());
        this.memory = region.body();
    }

    @Override
    public MemorySegment values() {
        return memory;
    }

    @Override
    public long lookup(int cpu, MemorySegment key, long keyOffset) {
        return NOT_FOUND;
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        return -Errno.EOPNOTSUPP;
    }
}
