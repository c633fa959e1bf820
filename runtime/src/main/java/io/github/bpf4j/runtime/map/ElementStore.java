/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** How a hash table stores an element. */
interface ElementStore {
    /**
     * {@code bpf_map_update_elem}.
     *
     * @param cpu the CPU whose value a program sets
     * @param flags {@code BPF_ANY} and so on
     * @param fromUser whether Java stores the element: of per-CPU kinds the values of all CPUs
     * @return 0 or {@code -errno}
     */
    int store(
            int cpu,
            MemorySegment key,
            long keyOffset,
            MemorySegment value,
            long valueOffset,
            long flags,
            boolean fromUser);
}
