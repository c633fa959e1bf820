/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Disassembler.Style;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.SecondSlot;
import io.github.bpf4j.compiler.isa.Symbols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that once gave different results, as a text file: {@code # seed N: what differed}, then the instructions.
 *
 * @param name the file's name without its ending
 * @param seed decides the contents of its memory
 * @param what how it differed
 * @param instructions the program
 */
record Regression(String name, long seed, String what, List<Instruction> instructions) {
    private static final String HEAD = "# seed ";
    private static final String ENDING = ".txt";

    /** The file's contents. */
    String text() {
        Disassembler disassembler = new Disassembler(Style.LLVM, Symbols.ofMaps(Comparison.MAPS));
        return instructions.stream()
                .filter(instruction -> !(instruction instanceof SecondSlot))
                .map(disassembler::text)
                .collect(Collectors.joining("\n", HEAD + seed + ": " + what + "\n", "\n"));
    }

    /** Reads what {@link #text} wrote. */
    static Regression parse(String name, String text) {
        String head = text.lines().findFirst().orElse("");
        int colon = head.indexOf(": ");
        if (!head.startsWith(HEAD) || colon < 0) {
            throw new IllegalArgumentException(name + " does not start with '" + HEAD + "N: '");
        }
        return new Regression(
                name,
                Long.parseLong(head.substring(HEAD.length(), colon)),
                head.substring(colon + 2),
                Assembler.assemble(text, Comparison.MAPS).instructions());
    }

    /** All regressions in a directory, by name. */
    static List<Regression> readAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(Regression::read)
                    .toList();
        }
    }

    private static Regression read(Path file) {
        String name = file.getFileName().toString();
        try {
            return parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes the file. */
    void save(Path directory) throws IOException {
        Files.writeString(Files.createDirectories(directory).resolve(name + ENDING), text());
    }
}
