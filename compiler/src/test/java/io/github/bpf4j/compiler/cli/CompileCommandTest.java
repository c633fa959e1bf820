/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.runtime.program.BpfProgram;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bpf4j compile}, and its jar in a JVM of its own that has the runtime and nothing else. */
class CompileCommandTest extends CommandLineHarness {
    /** Runs every program of the class path twice on a packet of 60 bytes. */
    private static final String RUNNER = """
            import io.github.bpf4j.runtime.packet.SkBuff;
            import io.github.bpf4j.runtime.program.BpfProgram;
            import io.github.bpf4j.runtime.program.ExecutionContext;
            import java.util.ServiceLoader;

            class Runner {
                public static void main(String[] args) {
                    for (BpfProgram program : ServiceLoader.load(BpfProgram.class)) {
                        ExecutionContext context = new ExecutionContext(0);
                        System.out.print(program.name());
                        for (int run = 0; run < 2; run++) {
                            System.out.print(" " + program.run(context, new SkBuff(new byte[60], 0, 60)));
                        }
                        System.out.println();
                    }
                    try {
                        Class.forName("io.github.bpf4j.compiler.BpfObject");
                        System.out.println("the compiler is there");
                    } catch (ClassNotFoundException expected) {
                        System.out.println("no compiler");
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    private Path object(String name) throws IOException {
        return Files.write(directory.resolve(name), TestObjects.read(name));
    }

    @Test
    void jarNeedsTheRuntimeOnly() throws Exception {
        Path object = object("ahead_of_time.o");
        assertEquals(0, bpf4j("compile", object.toString(), "--set", "step=7"), () -> err);
        Path jar = directory.resolve("ahead_of_time.jar");
        assertEquals(jar + ": tail, globals, maps, jump", out.strip());
        Path runner = Files.writeString(directory.resolve("Runner.java"), RUNNER);
        Path runtime = Path.of(BpfProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        runtime + File.pathSeparator + jar,
                        runner.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertEquals(
                List.of("tail 4060 4060", "globals 1071106 1142206", "maps 103 206", "jump 4060 4060", "no compiler"),
                output.lines().toList());
    }

    @Test
    void chosenProgramsOnly() throws IOException {
        Path jar = directory.resolve("one.jar");
        assertEquals(
                0,
                bpf4j("compile", object("ahead_of_time.o").toString(), "--program", "maps", "-o", jar.toString()),
                () -> err);
        // programs that the object puts into program arrays come along
        assertEquals(jar + ": tail, maps", out.strip());
    }

    @Test
    void rejectedProgramLeavesNoJar() throws IOException {
        Path bad = Path.of("src/test/resources/mistakes/02-second-bounds-check-removed.o");
        Path jar = Files.writeString(directory.resolve("old.jar"), "old");
        assertEquals(1, bpf4j("compile", bad.toString(), "-o", jar.toString()));
        assertTrue(err.contains("r1 may point past the end of the packet"), err);
        assertEquals("old", Files.readString(jar));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(jar), files.toList());
        }
    }

    @Test
    void wrongUsage() {
        assertEquals(2, bpf4j("compile"));
        assertTrue(err.contains("FILE.o"), err);
        assertEquals(1, bpf4j("compile", directory.resolve("none.o").toString()));
        assertTrue(err.contains("no such file"), err);
        assertFalse(err.contains("internal error"), err);
    }
}
