/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    private static final Path ENABLED = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    /** Kilobytes of huge pages in the mapping of an address, by {@code /proc/self/smaps}. */
    private static long hugeKilobytes(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        boolean inside = false;
        for (String line : lines) {
            String[] words = line.split("[- ]+");
            if (words[0].matches("[0-9a-f]+")) {
                inside = Long.parseUnsignedLong(words[0], 16) <= address
                        && address < Long.parseUnsignedLong(words[1], 16);
            } else if (inside && words[0].equals("AnonHugePages:")) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }

    @Test
    void largeMemoryIsInHugePages() throws IOException {
        assumeTrue(
                Files.exists(ENABLED) && !Files.readString(ENABLED).contains("[never]"),
                "needs Linux with transparent huge pages");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(32 << 20, 128);
            memory.fill((byte) 7);
            assumeTrue(HugePages.advise(memory), "no huge pages are free");
            assertTrue(hugeKilobytes(memory.address() + (16 << 20)) >= 16 << 10);
            assertTrue(memory.get(Words.BYTE, (16 << 20) + 5) == 7, "the content stays");
        }
    }

    @Test
    void smallMemoryIsLeftAlone() {
        try (Arena arena = Arena.ofConfined()) {
            assertFalse(HugePages.advise(arena.allocate(HugePages.LEAST - 1)));
        }
    }
}
