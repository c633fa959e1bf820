/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.io.IOException;
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

    /** Bytes of an arena's body from which on it is a sparse file, so that pages that are not there take no memory. */
    long SPARSE_ARENA = 16L << 20;

    /**
     * Off-heap memory of this process, freed when the map is unreachable. Maps of 4 MB and more get huge pages where Linux has them and
     * native access is enabled for this module.
     *
     * @param limit most bytes that one map may have; a larger one is refused with {@code ENOMEM}. It does not count for arenas of
     *     {@link #SPARSE_ARENA} bytes or more: they are a nameless file in {@code java.io.tmpdir} that grows with their pages
     * @return the allocator
     */
    static MapMemory offHeap(long limit) {
        return (definition, bytes) -> {
            if (definition.type() == MapType.ARENA && bytes >= SPARSE_ARENA) {
                return sparse(definition, bytes);
            }
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
                HugePages.advise(all);
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

    private static MapRegion sparse(MapDefinition definition, long bytes) throws MapException {
        try {
            MemorySegment body = SparseFile.allocate(bytes);
            MemorySegment header = Arena.ofAuto().allocate(MapRegion.HEADER_SIZE, MapRegion.HEADER_SIZE);
            return new MapRegion(header, body, MapRegion.State.FRESH);
        } catch (IOException e) {
            throw new MapException(
                    Errno.ENOMEM,
                    "map '" + definition.name() + "' needs a temporary file of " + bytes + " bytes: " + e.getMessage(),
                    e);
        }
    }
}
