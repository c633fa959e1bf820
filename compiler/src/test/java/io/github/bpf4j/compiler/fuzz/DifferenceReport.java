/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Programs on which two verifiers differ, put in classes by who rejects them and the words of the rejection without its numbers, and by the row of
 * {@link KnownDifference} that explains it, if one does.
 */
final class DifferenceReport {
    private static final int EXAMPLES = 2;

    /** Programs that differ in the same way, with the shortest as examples. */
    private static final class DifferenceClass {
        int count;
        final List<String> examples = new ArrayList<>();
    }

    private record ClassName(String difference, String explanation) {}

    private final Map<ClassName, DifferenceClass> classes = new HashMap<>();
    private int total;

    /** A program that Linux accepts and we reject. */
    void rejectedHere(String reason, String message, String program) {
        add("Linux accepts, bpf4j rejects (" + reason + "): ", message, program);
    }

    /** A program that we accept and Linux rejects. */
    void rejectedThere(String message, String program) {
        add("bpf4j accepts, Linux rejects: ", message, program);
    }

    private void add(String side, String message, String program) {
        total++;
        ClassName name =
                new ClassName(side + normalised(message), KnownDifference.explain(side + message + "\n" + program));
        DifferenceClass same = classes.computeIfAbsent(name, key -> new DifferenceClass());
        same.count++;
        same.examples.add(message + "\n" + program);
        same.examples.sort(Comparator.comparingInt(String::length));
        while (same.examples.size() > EXAMPLES) {
            same.examples.removeLast();
        }
    }

    /** Without numbers, which differ from program to program. */
    static String normalised(String message) {
        return message.replaceAll("-?\\b(0x[0-9a-f]+|[0-9]+)\\b", "N").replaceAll("\\bR[0-9]+", "R#");
    }

    int total() {
        return total;
    }

    /** A table of the classes, the most frequent first, then examples of each. */
    String text() {
        List<Map.Entry<ClassName, DifferenceClass>> rows = new ArrayList<>(classes.entrySet());
        rows.sort(Map.Entry.comparingByValue(Comparator.comparingInt(same -> -same.count)));
        StringBuilder table = new StringBuilder("| programs | difference | explanation |\n| --: | --- | --- |\n");
        StringBuilder examples = new StringBuilder();
        for (Map.Entry<ClassName, DifferenceClass> row : rows) {
            ClassName name = row.getKey();
            table.append("| ").append(row.getValue().count);
            table.append(" | ").append(name.difference().replace("|", "\\|"));
            table.append(" | ").append(name.explanation()).append(" |\n");
            examples.append("\n## ")
                    .append(name.difference())
                    .append("\n\n")
                    .append(name.explanation())
                    .append("\n\n");
            row.getValue().examples.forEach(example -> examples.append(example).append('\n'));
        }
        return table + "\n" + examples;
    }
}
