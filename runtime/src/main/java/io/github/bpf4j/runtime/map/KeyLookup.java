/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/**
 * {@code bpf_map_lookup_elem} with a key that is a number in host byte order, for generated code whose key never leaves a register. What
 * {@link BpfMap#keyLookup} gives is a record where speed matters: HotSpot takes the fields of a record for constants when the record
 * itself is one, as it is in generated code. Thread-safe as the map is.
 */
public interface KeyLookup {
    /**
     * Finds the value of a 4-byte key.
     *
     * @param cpu the calling worker, for per-CPU kinds
     * @param key the key
     * @return offset of the value in {@link BpfMap#values}, or {@link BpfMap#NOT_FOUND}
     * @throws UnsupportedOperationException if the map's keys are not of that size
     */
    long lookupInt(int cpu, int key);

    /**
     * Finds the value of an 8-byte key.
     *
     * @param cpu the calling worker, for per-CPU kinds
     * @param key the key
     * @return offset of the value in {@link BpfMap#values}, or {@link BpfMap#NOT_FOUND}
     * @throws UnsupportedOperationException if the map's keys are not of that size
     */
    long lookupLong(int cpu, long key);
}
