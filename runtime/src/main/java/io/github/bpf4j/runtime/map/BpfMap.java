/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A map as programs and Java see it. Program-side methods take a key as (segment, offset) and return a value's offset in
 * {@link #values()}, so that nothing is allocated. Results that are negative are {@code -errno} as in Linux. All methods are
 * thread-safe.
 */
public abstract class BpfMap {
    /** What {@link #lookup} returns when there is no such element. */
    public static final long NOT_FOUND = -1;

    private final MapDefinition definition;

    /**
     * For the map kinds.
     *
     * @param definition what the map was created from
     */
    protected BpfMap(MapDefinition definition) {
        this.definition = definition;
    }

    /**
     * What the map was created from.
     *
     * @return the definition
     */
    public final MapDefinition definition() {
        return definition;
    }

    /**
     * The memory that holds all values, of all CPUs. It never moves during the map's life, so generated code keeps it as a constant.
     *
     * @return a native segment; empty for kinds whose values have no address
     */
    public abstract MemorySegment values();

    /**
     * {@code bpf_map_lookup_elem} of a program.
     *
     * @param cpu the calling worker, for per-CPU kinds
     * @param key memory of the key
     * @param keyOffset where the key starts, in bytes
     * @return offset of the value in {@link #values()}, or {@link #NOT_FOUND}
     */
    public abstract long lookup(int cpu, MemorySegment key, long keyOffset);

    /**
     * {@link #lookup} with a 4-byte key given as a number in host byte order, for generated code whose key never leaves a register.
     *
     * @param cpu the calling worker
     * @param key the key
     * @return offset of the value, or {@link #NOT_FOUND}
     * @throws UnsupportedOperationException if the key size is not 4
     */
    public long lookupInt(int cpu, int key) {
        throw new UnsupportedOperationException(definition.type() + " has no 4-byte key fast path");
    }

    /**
     * {@link #lookup} with an 8-byte key given as a number in host byte order.
     *
     * @param cpu the calling worker
     * @param key the key
     * @return offset of the value, or {@link #NOT_FOUND}
     * @throws UnsupportedOperationException if the key size is not 8
     */
    public long lookupLong(int cpu, long key) {
        throw new UnsupportedOperationException(definition.type() + " has no 8-byte key fast path");
    }

    /**
     * {@code bpf_map_update_elem} of a program; for per-CPU kinds it sets the calling worker's value.
     *
     * @param cpu the calling worker
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @param value memory of the value
     * @param valueOffset where the value starts
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}, {@code BPF_F_LOCK}
     * @return 0 or {@code -errno}
     */
    public abstract int update(
            int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags);

    /**
     * {@code bpf_map_delete_elem}.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @return 0 or {@code -errno}
     */
    public abstract int delete(MemorySegment key, long keyOffset);

    /**
     * The map that an element of a map of maps holds.
     *
     * @param key memory of the key
     * @param keyOffset where the key starts
     * @return the inner map, or null if the element is empty
     * @throws UnsupportedOperationException if this is not a map of maps
     */
    public @Nullable BpfMap lookupInner(MemorySegment key, long keyOffset) {
        throw new UnsupportedOperationException(definition.type() + " holds no maps");
    }
}
