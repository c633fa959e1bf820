/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/**
 * The machine that maps are created on. Immutable.
 *
 * @param cpus number of possible CPUs: workers numbered from 0 to {@code cpus - 1} may use the maps
 * @param pageSize bytes in a page, to which ring buffers are rounded; a power of two
 * @param memory where maps get their memory from
 */
public record MapEnvironment(int cpus, int pageSize, MapMemory memory) {
    /** Most CPUs a machine may have: {@code NR_CPUS} of the usual distribution kernel. */
    public static final int MOST_CPUS = 8192;

    /** Most bytes one map may take unless the user says otherwise: 4 GiB. */
    public static final long DEFAULT_LIMIT = 4L << 30;

    /** Checks the numbers. */
    public MapEnvironment {
        if (cpus < 1 || cpus > MOST_CPUS) {
            throw new IllegalArgumentException(cpus + " CPUs: must be 1 to " + MOST_CPUS);
        }
        if (pageSize < 4096 || Integer.bitCount(pageSize) != 1) {
            throw new IllegalArgumentException("page size " + pageSize + " is not a power of two from 4096");
        }
    }

    /**
     * An environment with 4,096-byte pages and off-heap memory.
     *
     * @param cpus number of CPUs
     * @return the environment
     */
    public static MapEnvironment of(int cpus) {
        return new MapEnvironment(cpus, 4096, MapMemory.offHeap(DEFAULT_LIMIT));
    }

    /**
     * The same machine with other memory.
     *
     * @param other where maps get their memory from
     * @return the environment
     */
    public MapEnvironment withMemory(MapMemory other) {
        return new MapEnvironment(cpus, pageSize, other);
    }
}
