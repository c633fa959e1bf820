/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.elf.ElfFile;
import io.github.bpf4j.compiler.elf.ElfRelocation;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checked-in objects are what their sources compile to. */
class SampleObjectsTest {
    private static final Path SAMPLES = Path.of("bpf");
    private static final String COMPILER = "clang-16";

    /** The programs and their data, without debug information: it holds versions and types of the machine. */
    private static final List<String> IGNORED =
            List.of(".BTF", ".BTF.ext", ".rel.BTF", ".rel.BTF.ext", ".llvm_addrsig");

    @Test
    void objectsAreUpToDate(@TempDir Path build) throws Exception {
        assumeTrue(run(COMPILER, "--version").exit() == 0, COMPILER + " is not installed");
        List<Path> sources = files("*.bpf.c");
        assertFalse(sources.isEmpty());
        for (Path source : sources) {
            Files.copy(source, build.resolve(source.getFileName()));
        }
        Files.copy(SAMPLES.resolve("build.sh"), build.resolve("build.sh"));
        if (!Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"))
                || run("bpftool", "version").exit() != 0) {
            // Without the kernel's types only the sources that do not need them are compiled.
            Files.createFile(build.resolve("vmlinux.h"));
            for (Path source : sources) {
                if (Files.readString(source).contains("vmlinux.h")) {
                    Files.delete(build.resolve(source.getFileName()));
                }
            }
        }
        Result result = run("sh", build.resolve("build.sh").toString());
        assertEquals(0, result.exit(), result.output());
        for (Path source : sources) {
            if (Files.exists(build.resolve(source.getFileName()))) {
                String name = source.getFileName().toString().replace(".bpf.c", ".o");
                assertEquals(
                        describe(build.resolve(name)),
                        describe(SAMPLES.resolve(name)),
                        name + " is not what its source compiles to: run samples/bpf/build.sh");
            }
        }
    }

    @Test
    void everySourceHasItsObject() throws IOException {
        List<String> sources = files("*.bpf.c").stream()
                .map(p -> p.toString().replace(".bpf.c", ""))
                .toList();
        List<String> objects =
                files("*.o").stream().map(p -> p.toString().replace(".o", "")).toList();
        assertEquals(sources, objects);
    }

    private static List<Path> files(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var paths = Files.newDirectoryStream(SAMPLES, glob)) {
            paths.forEach(found::add);
        }
        return found.stream().sorted().toList();
    }

    /** What a loader sees of an object, as text. */
    private static String describe(Path object) throws IOException {
        ElfFile file = ElfFile.parse(Files.readAllBytes(object));
        List<List<ElfRelocation>> relocations = file.relocations();
        List<String> lines = new ArrayList<>();
        for (ElfSection section : file.sections()) {
            if (!section.isAllocated() && !section.isExecutable() || IGNORED.contains(section.name())) {
                continue;
            }
            lines.add("section %s, %d bytes".formatted(section.name(), section.size()));
            if (!section.isZeroFilled()) {
                String hex = HexFormat.of().formatHex(section.data().toByteArray());
                for (int at = 0; at < hex.length(); at += 16) {
                    lines.add("  " + hex.substring(at, Math.min(hex.length(), at + 16)));
                }
            }
            for (ElfRelocation relocation : relocations.get(section.index())) {
                lines.add("  relocation at %d, type %d: %s"
                        .formatted(relocation.offset(), relocation.type(), describe(file, relocation.symbol())));
            }
        }
        symbols(file).sorted().forEach(lines::add);
        return String.join("\n", lines);
    }

    private static Stream<String> symbols(ElfFile file) {
        return file.symbols().stream()
                .filter(symbol -> symbol.binding() != ElfSymbol.Binding.LOCAL)
                .map(symbol -> "symbol " + describe(file, symbol));
    }

    private static String describe(ElfFile file, ElfSymbol symbol) {
        String section = symbol.isDefined() ? file.section(symbol.section()).name() : "nowhere";
        String name = symbol.name().isEmpty() ? "(" + symbol.type() + ")" : symbol.name();
        return "%s at %d of %s, %d bytes".formatted(name, symbol.value(), section, symbol.size());
    }

    private record Result(int exit, String output) {}

    private static Result run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                String output = new String(out.readAllBytes(), StandardCharsets.UTF_8);
                return new Result(process.waitFor(), output);
            }
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }
}
