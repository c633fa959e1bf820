/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** The arenas that programs are compared on: {@value #COUNT} pages of which some are there, here and in the host kernel. */
final class ArenaPages {
    /** Bytes in a page. */
    static final int PAGE = 4096;

    /** Pages of an arena. */
    static final int COUNT = 5;

    /** Those that are there. */
    static final List<Integer> PRESENT = List.of(0, 2, 4);

    /** Bytes in the pages that are there. */
    static final int BYTES = 3 * PAGE;

    private ArenaPages() {}

    /**
     * An arena.
     *
     * @param name of the map
     * @param address user address of the first page
     * @param flags further {@code BPF_F_} flags
     */
    static ArenaMap create(String name, long address, int flags) {
        MapDefinition definition =
                new MapDefinition(name, MapType.ARENA, 0, 0, COUNT, MapFlags.MMAPABLE | flags, address, null);
        try {
            ArenaMap arena = (ArenaMap) BpfMaps.create(definition, MapEnvironment.of(1));
            PRESENT.forEach(page -> arena.map((long) page * PAGE, PAGE));
            return arena;
        } catch (MapException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Fills the pages that are there, which in Linux makes them appear; {@code pages} has one after the other. */
    static void fill(MemorySegment arena, byte[] pages) {
        for (int i = 0; i < PRESENT.size(); i++) {
            MemorySegment.copy(pages, i * PAGE, arena, ValueLayout.JAVA_BYTE, (long) PRESENT.get(i) * PAGE, PAGE);
        }
    }

    /** Contents of the pages that are there, one after the other. */
    static byte[] contents(MemorySegment arena) {
        byte[] pages = new byte[BYTES];
        for (int i = 0; i < PRESENT.size(); i++) {
            MemorySegment.copy(arena, ValueLayout.JAVA_BYTE, (long) PRESENT.get(i) * PAGE, pages, i * PAGE, PAGE);
        }
        return pages;
    }
}
