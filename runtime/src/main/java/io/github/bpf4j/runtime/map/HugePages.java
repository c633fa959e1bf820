/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks Linux to back large memory with huge pages. A random access to a table of many megabytes misses not only the caches but also the
 * TLB, which has entries for some 8 MB of usual pages. Advice only: where the system has no {@code madvise}, where native access is not
 * enabled for this module, or where no huge page is free, the memory stays as it is.
 */
final class HugePages {
    /** Smaller memory is left alone: two huge pages. */
    static final long LEAST = 4L << 20;

    private static final long PAGE = 4096; // what madvise wants its range aligned to
    private static final int MADV_HUGEPAGE = 14; // <asm-generic/mman-common.h>
    private static final int MADV_COLLAPSE = 25;

    private static final @Nullable MethodHandle MADVISE = madvise();

    private HugePages() {}

    /** The function, unless calling it would print a warning or throw. */
    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle madvise() {
        boolean isLinux = System.getProperty("os.name", "").equals("Linux");
        if (!isLinux || !HugePages.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> symbol = linker.defaultLookup().find("madvise");
        FunctionDescriptor type = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
        return symbol.map(address -> linker.downcallHandle(address, type)).orElse(null);
    }

    /**
     * Asks for huge pages.
     *
     * @param memory native memory of this process alone
     * @return whether Linux took the advice
     */
    static boolean advise(MemorySegment memory) {
        if (MADVISE == null || memory.byteSize() < LEAST) {
            return false;
        }
        long start = Words.roundUp(memory.address(), PAGE);
        long size = memory.address() + memory.byteSize() - start & -PAGE;
        try {
            boolean advised = (int) MADVISE.invokeExact(start, size, MADV_HUGEPAGE) == 0;
            // The memory was zeroed page by page; without this it would change in the background, within minutes.
            int collapsed = (int) MADVISE.invokeExact(start, size, MADV_COLLAPSE);
            return advised && collapsed == 0;
        } catch (Throwable e) {
            throw new AssertionError(e); // a call of the C library throws nothing
        }
    }
}
