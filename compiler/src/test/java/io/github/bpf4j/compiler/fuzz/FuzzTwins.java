/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.kernel.KernelArena;
import io.github.bpf4j.compiler.kernel.KernelMap;
import java.util.List;
import java.util.Objects;

/** The maps of {@link FuzzMaps} in the host kernel. Not thread-safe. */
final class FuzzTwins implements AutoCloseable {
    private static final byte[] KEY = new byte[Integer.BYTES];

    private final List<KernelMap> maps;
    private final KernelArena arena;

    /**
     * Takes the maps over.
     *
     * @param maps in the order of {@link FuzzMaps#all}
     * @param arena the memory of the last one
     */
    FuzzTwins(List<KernelMap> maps, KernelArena arena) {
        this.maps = maps;
        this.arena = arena;
    }

    List<KernelMap> maps() {
        return maps;
    }

    void set(Contents contents) {
        maps.getFirst().update(KEY, contents.value(), 0);
        ArenaPages.fill(arena.memory(), contents.pages());
    }

    Contents get() {
        return new Contents(Objects.requireNonNull(maps.getFirst().lookup(KEY)), ArenaPages.contents(arena.memory()));
    }

    @Override
    public void close() {
        arena.close();
        maps.forEach(KernelMap::close);
    }
}
