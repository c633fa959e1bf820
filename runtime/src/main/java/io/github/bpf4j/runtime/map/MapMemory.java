/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where maps get their memory from. */
@FunctionalInterface
public interface MapMemory {
    /**
     * Gives a map its memory, once.
     *
     * @param definition the map
     * @param bytes size of the body
     * @return the memory; it stays valid as long as it is reachable
     * @throws MapException with {@code ENOMEM} if there is not enough, or if existing memory does not fit the definition
     */
    MapRegion allocate(MapDefinition definition, long bytes) throws MapException;

    /**
     * Off-heap memory of this process, freed when the map is unreachable.
     *
     * @param limit most bytes that one map may have; a larger one is refused with {@code ENOMEM}
     * @return the allocator
     */
    static MapMemory offHeap(long limit) {
        return (definition, bytes) -> {
            if (bytes < 0 || bytes > limit) {
                throw new MapException(
                        Errno.ENOMEM,
                        "map '" + definition.name() + "' needs " + Long.toUnsignedString(bytes)
                                + " bytes, more than the limit of " + limit + " bytes for one map");
            }
            try {
                Arena arena = Arena.ofAuto();
                // One allocation: a header line, then the body, both on cache lines of their own.
                MemorySegment all = arena.allocate(2 * MapRegion.HEADER_SIZE + bytes, 128);
                return new MapRegion(
                        all.asSlice(0, MapRegion.HEADER_SIZE),
                        all.asSlice(2 * MapRegion.HEADER_SIZE, bytes),
                        MapRegion.State.FRESH);
            } catch (OutOfMemoryError e) {
                throw new MapException(
                        Errno.ENOMEM, "map '" + definition.name() + "' needs " + bytes + " bytes of memory", e);
            }
        };
    }
}
