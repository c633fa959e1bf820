/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Prints the tables of helpers and kfuncs as Markdown. Run {@link #main} in the module's directory to bring {@code HELPERS.md} up to date.
 */
final class SupportTable {
    static final Path FILE = Path.of("HELPERS.md");

    private static final List<ProgramType> TYPES =
            List.of(ProgramType.LWT_IN, ProgramType.LWT_OUT, ProgramType.LWT_XMIT, ProgramType.LWT_SEG6LOCAL);

    private SupportTable() {}

    /** Writes {@code HELPERS.md}. */
    public static void main(String[] args) throws IOException {
        Files.writeString(FILE, markdown());
    }

    static String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("# Helpers and kfuncs");
        lines.add("");
        lines.add("Generated from `HelperTable` and `KfuncTable` by `SupportTable`; do not edit.");
        lines.add("");
        lines.add(
                "Each row is a function that Linux 6.18 lets programs of at least one LWT type call; `-` means that Linux refuses it for a type.");
        lines.add("");
        lines.add("- **same**: same arguments, results, error codes, packet bytes and side effects as in Linux.");
        lines.add(
                "- **provided**: the result comes from an object that the embedding application may supply (`Environment`).");
        lines.add("- **constant**: the result is the constant that the note states.");
        lines.add("- **rejected**: the program is refused when it is loaded, with the note as the reason.");
        lines.add("");
        lines.add("## Helpers");
        lines.add("");
        header(lines, "| id | helper | ");
        for (Helper row : HelperTable.rows()) {
            lines.add("| %d | `%s` | %s | %s |"
                    .formatted(row.id(), row.name(), cells(row.programTypes(), row.support()), notes(row)));
        }
        lines.add("");
        lines.add("## Kfuncs");
        lines.add("");
        header(lines, "| kfunc | ");
        for (Kfunc row : KfuncTable.rows()) {
            lines.add("| `%s` | %s | %s |".formatted(row.name(), cells(ProgramType.LWT, row.support()), row.note()));
        }
        lines.add("");
        return String.join("\n", lines);
    }

    private static void header(List<String> lines, String first) {
        String header = first + "in | out | xmit | seg6local | note |";
        lines.add(header);
        lines.add(header.replaceAll("[^|]+", " --- "));
    }

    private static String cells(Set<ProgramType> types, Support support) {
        return String.join(
                " | ",
                TYPES.stream()
                        .map(type -> types.contains(type) ? word(support) : "-")
                        .toList());
    }

    private static String word(Support support) {
        return switch (support) {
            case SAME_AS_LINUX -> "same";
            case PROVIDED -> "provided";
            case CONSTANT -> "constant";
            case REJECTED -> "rejected";
        };
    }

    private static String notes(Helper row) {
        List<String> notes = new ArrayList<>();
        if (!row.note().isEmpty()) {
            notes.add(row.note());
        }
        if (row.gplOnly()) {
            notes.add("GPL only");
        }
        return String.join("; ", notes);
    }
}
