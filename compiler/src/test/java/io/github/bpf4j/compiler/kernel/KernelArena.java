/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.runtime.map.ArenaMap;
import java.lang.foreign.MemorySegment;

/** The memory of an arena in the host kernel. Touching a page makes it appear to programs. Not thread-safe. */
public final class KernelArena implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;

    private final MemorySegment memory;

    /**
     * Maps an arena to where it belongs.
     *
     * @param map a map of type ARENA
     * @param twin the same arena here
     */
    public KernelArena(KernelMap map, ArenaMap twin) {
        this.memory = LibC.mmap(
                MemorySegment.ofAddress(twin.userAddress()),
                twin.byteSize(),
                PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_FIXED_NOREPLACE,
                map.fd(),
                0);
    }

    /** The whole arena; whoever reads or writes a byte makes its page appear. */
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public void close() {
        LibC.munmap(memory);
    }
}
