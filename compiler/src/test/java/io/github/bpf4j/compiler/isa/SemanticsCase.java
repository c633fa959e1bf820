/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A case of {@code isa/semantics.txt}: what a program returns.
 *
 * @param name what is tested
 * @param memory what r1 points to, or null if the program does not use r1 and r2
 * @param code the program
 * @param result r0 at exit
 */
public record SemanticsCase(String name, byte @Nullable [] memory, String code, long result) {
    /** Reads all cases. */
    public static List<SemanticsCase> all() {
        String text;
        try (InputStream in = SemanticsCase.class.getResourceAsStream("/isa/semantics.txt")) {
            text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        List<SemanticsCase> cases = new ArrayList<>();
        for (String block : text.split("\n\n")) {
            List<String> lines = block.strip().lines().toList();
            if (!lines.isEmpty() && lines.getFirst().startsWith("# ")) {
                cases.add(read(lines));
            }
        }
        return cases;
    }

    private static SemanticsCase read(List<String> lines) {
        byte[] memory = null;
        int start = 1;
        if (lines.get(1).startsWith("memory:")) {
            String bytes = lines.get(1).substring("memory:".length()).replace(" ", "");
            memory = HexFormat.of().parseHex(bytes);
            start = 2;
        }
        String last = lines.getLast();
        if (!last.startsWith("=> 0x")) {
            throw new IllegalArgumentException("no result: " + lines.getFirst());
        }
        return new SemanticsCase(
                lines.getFirst().substring(2),
                memory,
                String.join("\n", lines.subList(start, lines.size() - 1)) + "\n",
                Long.parseUnsignedLong(last.substring(5), 16));
    }

    /** The instructions. */
    public List<Instruction> instructions() {
        return Assembler.assemble(code).instructions();
    }

    @Override
    public String toString() {
        return name;
    }
}
