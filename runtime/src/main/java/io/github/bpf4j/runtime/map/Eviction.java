/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** How a hash table makes room. */
interface Eviction {
    /**
     * Takes an element out of the map, still counted, for a new key. The caller holds no lock.
     *
     * @param cpu who needs it
     * @return the element, or 0 if nothing can be evicted
     */
    long evict(int cpu);

    /**
     * As {@link #evict}, for a caller that holds the lock of a stripe.
     *
     * @param cpu who needs it
     * @param stripe the stripe
     * @return the element, or 0 also if finding one would take long, or other locks are taken
     */
    long evictLocked(int cpu, long stripe);
}
