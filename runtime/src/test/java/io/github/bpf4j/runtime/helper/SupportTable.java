/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Prints the tables of helpers and kfuncs as Markdown.
 */
final class SupportTable {
    static final Path FILE = Path.of("HELPERS.md");

    private static final List<ProgramType> TYPES =
            List.of(ProgramType.LWT_IN, ProgramType.LWT_OUT, ProgramType.LWT_XMIT, ProgramType.LWT_SEG6LOCAL);

    private SupportTable() {}

    static String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("# Helpers and kfuncs");
        lines.add("");
        lines.add(
                "Generated from `HelperTable` and `KfuncTable`; do not edit. `SupportTableTest` checks it and says how to renew it.");
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
        summary(lines);
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

    /** How many functions there are of each kind, by type. */
    private static void summary(List<String> lines) {
        lines.add("| functions | in | out | xmit | seg6local |");
        lines.add("| --- | --: | --: | --: | --: |");
        for (Support support : Support.values()) {
            lines.add("| helpers: %s | %s |"
                    .formatted(
                            word(support),
                            counts(type -> HelperTable.rows().stream()
                                    .filter(row -> row.support() == support
                                            && row.programTypes().contains(type))
                                    .count())));
        }
        for (Support support : Support.values()) {
            lines.add("| kfuncs: %s | %s |"
                    .formatted(
                            word(support),
                            counts(type -> KfuncTable.rows().stream()
                                    .filter(row -> row.support() == support)
                                    .count())));
        }
        lines.add("");
    }

    private static String counts(ToLongFunction<ProgramType> count) {
        return String.join(
                " | ", TYPES.stream().map(type -> "" + count.applyAsLong(type)).toList());
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
