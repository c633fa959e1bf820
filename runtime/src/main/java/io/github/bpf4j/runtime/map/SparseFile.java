/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Memory that takes up what was written to it only: a file in {@code java.io.tmpdir} that has no name any more. */
final class SparseFile {
    private SparseFile() {}

    /**
     * Maps a file of zeroes.
     *
     * @param bytes its size
     * @return the memory; the file goes when it is unreachable
     * @throws IOException if there is no such file to be had
     */
    static MemorySegment allocate(long bytes) throws IOException {
        Path file = Files.createTempFile("bpf4j", ".map");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
        } finally {
            Files.delete(file);
        }
    }
}
