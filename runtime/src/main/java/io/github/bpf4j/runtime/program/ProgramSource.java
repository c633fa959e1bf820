/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the instructions of a compiled program come from: the C file and line of each. Generated code asks it when a run-time check fires,
 * because the JVM leaves hidden classes out of stack traces. Immutable.
 */
public final class ProgramSource {
    private static final int MAX_CONSTANT = 16_000;

    private final String program;
    private final int[] slots;
    private final int[] lines;
    private final String[] functions;
    private final String[] files;

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param program the program's name
     * @param encoded the records
     */
    public ProgramSource(String program, String... encoded) {
        this.program = program;
        String[] records = Arrays.stream(encoded).flatMap(String::lines).toArray(String[]::new);
        slots = new int[records.length];
        lines = new int[records.length];
        functions = new String[records.length];
        files = new String[records.length];
        for (int i = 0; i < records.length; i++) {
            String[] fields = records[i].split("\\t", 4);
            slots[i] = Integer.parseInt(fields[0]);
            lines[i] = Integer.parseInt(fields[1]);
            functions[i] = fields[2].intern();
            files[i] = fields[3].intern();
        }
    }

    /**
     * A position in the source.
     *
     * @param slot the first instruction's slot, from which on this position holds
     * @param line the line from 1, or 0 if unknown
     * @param function the eBPF function's name
     * @param file the file's name, or empty if unknown
     */
    public record Position(int slot, int line, String function, String file) {}

    /**
     * Writes positions as strings that fit into a class file.
     *
     * @param positions ordered by slot
     * @return constants for the constructor
     */
    public static List<String> encode(List<Position> positions) {
        List<String> constants = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (Position position : positions) {
            if (current.length() > MAX_CONSTANT) {
                constants.add(current.toString());
                current.setLength(0);
            }
            current.append(position.slot).append('\t').append(position.line).append('\t');
            current.append(clean(position.function))
                    .append('\t')
                    .append(clean(position.file))
                    .append('\n');
        }
        if (!current.isEmpty()) {
            constants.add(current.toString());
        }
        return constants;
    }

    private static String clean(String name) {
        String cut = name.length() > 1_000 ? name.substring(0, 1_000) : name;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * Makes the exception to throw when a run-time check fired or a helper failed.
     *
     * @param cause what the JVM or the helper threw; returned as it is if it is a trap already
     * @param slot the slot of the instruction
     * @return the exception; its stack trace starts with the C line
     */
    public ProgramTrapException trap(RuntimeException cause, int slot) {
        if (cause instanceof ProgramTrapException trap) {
            return trap;
        }
        int index = Arrays.binarySearch(slots, slot);
        index = index >= 0 ? index : -index - 2;
        String function = index < 0 ? program : functions[index];
        String file = index < 0 || files[index].isEmpty() ? null : files[index];
        int line = index < 0 ? 0 : lines[index];
        String where = file == null ? "" : " (" + file + ":" + line + ")";
        ProgramTrapException trap = new ProgramTrapException(
                program + ": run-time check at instruction " + slot + where + ": " + cause, cause);
        StackTraceElement[] java = trap.getStackTrace();
        StackTraceElement[] trace = new StackTraceElement[java.length + 1];
        trace[0] = new StackTraceElement(program, function, file, line == 0 ? -1 : line);
        System.arraycopy(java, 0, trace, 1, java.length);
        trap.setStackTrace(trace);
        return trap;
    }
}
