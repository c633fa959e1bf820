/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A workload compiled by the machine's C compiler at {@code -O2} and called through {@code java.lang.foreign}, a batch of packets at a time. */
final class NativeWorkload implements AutoCloseable {
    private static final List<String> COMPILERS = List.of("clang-16", "clang", "cc");
    private static final List<String> SUPPORT =
            List.of("native/batch.c", "native/linux/bpf.h", "native/bpf/bpf_helpers.h", "native/bpf/bpf_endian.h");

    private final Arena arena = Arena.ofShared();
    private final Path directory;
    private final MethodHandle batch;
    private final MemorySegment memory;
    private final MemorySegment offsets;
    private final MemorySegment lengths;
    private final MemorySegment verdicts;
    private final int count;

    /**
     * Compiles the workload and copies the packets out of the heap.
     *
     * @throws IOException if the compiler fails
     */
    NativeWorkload(Workload workload, byte[][] packets, String compiler) throws IOException {
        directory = Files.createTempDirectory("bpf4j-benchmark");
        Path library = compile(workload, directory, compiler);
        MemorySegment function = SymbolLookup.libraryLookup(library, arena)
                .find("batch")
                .orElseThrow(() -> new IOException(library + " has no batch function"));
        batch = Linker.nativeLinker()
                .downcallHandle(function, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
        count = packets.length;
        offsets = arena.allocate(JAVA_INT, count);
        lengths = arena.allocate(JAVA_INT, count);
        verdicts = arena.allocate(JAVA_INT, count);
        int total = 0;
        for (int i = 0; i < count; i++) {
            offsets.setAtIndex(JAVA_INT, i, total);
            lengths.setAtIndex(JAVA_INT, i, packets[i].length);
            total += (packets[i].length + 7) & -8;
        }
        memory = arena.allocate(total, 64);
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(
                    MemorySegment.ofArray(packets[i]), 0, memory, offsets.getAtIndex(JAVA_INT, i), packets[i].length);
        }
    }

    /** The first C compiler found, clang before others; empty if there is none. */
    static Optional<String> compiler() {
        return COMPILERS.stream().filter(NativeWorkload::exists).findFirst();
    }

    private static boolean exists(String command) {
        try {
            Process process = new ProcessBuilder(command, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Path compile(Workload workload, Path directory, String compiler) throws IOException {
        String source = workload.file() + ".bpf.c";
        extract(source, directory);
        for (String file : SUPPORT) {
            extract(file, directory);
        }
        Path library = directory.resolve(System.mapLibraryName(workload.file()));
        Process process = new ProcessBuilder(
                        compiler,
                        "-O2",
                        "-fPIC",
                        "-shared",
                        "-I" + directory.resolve("native"),
                        "-I" + directory,
                        "-DWORKLOAD=" + workload.file(),
                        "-DSOURCE=\"" + source + "\"",
                        "-Wno-unknown-pragmas",
                        directory.resolve("native/batch.c").toString(),
                        "-o",
                        library.toString())
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(compiler + " failed on " + source + ":\n" + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling " + source, e);
        }
        return library;
    }

    private static void extract(String file, Path directory) throws IOException {
        Path target = directory.resolve(file);
        Files.createDirectories(target.getParent());
        Files.write(target, Resources.read(file));
    }

    /** Runs on packets {@code [from, from + size)}. */
    void run(int from, int size) {
        long skip = 4L * from;
        try {
            batch.invokeExact(memory, offsets.asSlice(skip), lengths.asSlice(skip), verdicts.asSlice(skip), size);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What the last runs returned, packet by packet. */
    int[] verdicts() {
        return verdicts.toArray(JAVA_INT);
    }

    @Override
    public void close() {
        arena.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException _) {
            // A left-over temporary directory does no harm.
        }
    }
}
