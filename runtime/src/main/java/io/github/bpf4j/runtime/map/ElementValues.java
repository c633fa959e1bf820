/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.MemorySegment;

/** Where the values of a hash table's elements are. Mostly records, so that HotSpot takes the fields of a constant one for constants. */
interface ElementValues {
    /** Where an element's value is for a CPU. */
    long of(long element, int cpu);

    /** Whether values are kept for each CPU, and for this one. */
    boolean isPerCpu(int cpu);

    /** Bytes of a value as Java sees it. */
    int userSize();

    /** Fills the value of an element that nobody sees. */
    void fill(long element, int cpu, MemorySegment value, long offset, boolean fromUser);

    /** Overwrites the value of a live element in place; false if the element must be replaced by a new one. */
    boolean overwrite(long element, int cpu, MemorySegment value, long offset, long flags, boolean fromUser);

    /** Frees what a value has that the map looks after; the element was unlinked. */
    default void free(long element) {}

    /** Copies a value for Java. */
    void copyOut(long element, MemorySegment value, long offset, long flags);
}
