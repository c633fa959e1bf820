/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.program.ProgramSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * From instructions to C lines, as class files have them. Records with line 0 (code that the C compiler made up) count to the line before
 * them, a function's first instructions without a record to its first record. A class file knows one source file; where headers were
 * inlined, their lines get numbers above the main file's and a source debug extension (JSR 45) maps them back. Immutable.
 */
final class LineTable {
    private static final int MAX_LINE = 65_535;

    private final Program program;
    private final List<VerifiedProgram.Subprogram> functions;
    private final @Nullable SourceLine[] bySlot;
    private final @Nullable String mainFile;
    private final Map<String, Map<Integer, Integer>> mapped = new LinkedHashMap<>();
    private int lastMark = -1;

    LineTable(VerifiedProgram verified) {
        this.program = verified.program();
        this.functions = verified.subprograms();
        this.bySlot = new SourceLine[program.instructions().size()];
        fill();
        this.mainFile = mainFile();
        number();
    }

    private void fill() {
        for (VerifiedProgram.Subprogram function : functions) {
            List<SourceLine> records = program.lines().stream()
                    .filter(line -> line.slot() >= function.start() && line.slot() < function.end() && line.line() > 0)
                    .toList();
            if (records.isEmpty()) {
                continue;
            }
            Arrays.fill(bySlot, function.start(), function.end(), records.get(0));
            for (SourceLine record : records) {
                Arrays.fill(bySlot, record.slot(), function.end(), record);
            }
        }
    }

    /** The file that the entry function's first line lies in. */
    private @Nullable String mainFile() {
        SourceLine first = functions.isEmpty() ? null : bySlot[functions.get(0).start()];
        return first == null ? null : first.file();
    }

    private void number() {
        int next = 0;
        for (SourceLine line : bySlot) {
            if (line != null && line.file().equals(mainFile) && line.line() <= MAX_LINE) {
                next = Math.max(next, line.line());
            }
        }
        for (SourceLine line : bySlot) {
            if (line == null || (line.file().equals(mainFile) && line.line() <= MAX_LINE)) {
                continue;
            }
            Map<Integer, Integer> ofFile = mapped.computeIfAbsent(line.file(), file -> new LinkedHashMap<>());
            if (!ofFile.containsKey(line.line())) {
                ofFile.put(line.line(), ++next);
            }
        }
    }

    private int number(SourceLine line) {
        Map<Integer, Integer> ofFile = mapped.get(line.file());
        Integer number = ofFile == null ? null : ofFile.get(line.line());
        return number == null ? line.line() : number;
    }

    /** The name for the class file's {@code SourceFile}, or null without line records. */
    @Nullable
    String sourceFile() {
        return mainFile == null ? null : baseName(mainFile);
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The source map for the class file's {@code SourceDebugExtension}, or null if all lines lie in one file. */
    @Nullable
    String sourceMap() {
        if (mapped.isEmpty() || mainFile == null) {
            return null;
        }
        List<String> files = new ArrayList<>(List.of(mainFile));
        mapped.keySet().stream().filter(file -> !file.equals(mainFile)).forEach(files::add);
        StringBuilder map =
                new StringBuilder("SMAP\n").append(baseName(mainFile)).append("\nC\n*S C\n*F\n");
        for (int id = 0; id < files.size(); id++) {
            map.append("+ ")
                    .append(id + 1)
                    .append(' ')
                    .append(baseName(files.get(id)))
                    .append('\n');
            map.append(files.get(id)).append('\n');
        }
        map.append("*L\n");
        int identity = Arrays.stream(bySlot)
                .filter(line -> line != null && line.file().equals(mainFile) && line.line() <= MAX_LINE)
                .mapToInt(line -> line == null ? 0 : line.line())
                .max()
                .orElse(0);
        if (identity > 0) {
            map.append("1#1,").append(identity).append(":1\n");
        }
        mapped.forEach((file, numbers) -> numbers.forEach((line, number) -> map.append(line)
                .append('#')
                .append(files.indexOf(file) + 1)
                .append(':')
                .append(number)
                .append('\n')));
        return map.append("*E\n").toString();
    }

    /** Starts a method: the next mark is written whatever it is. */
    void restart() {
        lastMark = -1;
    }

    /** Writes a line number if the instruction belongs to another line than the one before. */
    void mark(MethodVisitor mv, int slot) {
        SourceLine line = bySlot[slot];
        if (line == null) {
            return;
        }
        int number = number(line);
        if (number <= MAX_LINE && number != lastMark) {
            Label here = new Label();
            mv.visitLabel(here);
            mv.visitLineNumber(number, here);
            lastMark = number;
        }
    }

    /** Whether a trap at the second instruction is described well enough by the first one's slot. */
    boolean sameTrapPosition(int recorded, int slot) {
        return recorded == slot;
    }

    /** An instruction's place in words. */
    String describe(int slot) {
        SourceLine line = bySlot[slot];
        return "instruction " + slot + (line == null ? "" : " (" + line.file() + ":" + line.line() + ")");
    }

    /** Positions for traps, one per change of line or function. */
    List<ProgramSource.Position> positions() {
        List<ProgramSource.Position> positions = new ArrayList<>();
        for (VerifiedProgram.Subprogram function : functions) {
            SourceLine last = null;
            for (int slot = function.start(); slot < function.end(); slot++) {
                SourceLine line = bySlot[slot];
                if (slot == function.start() || (line != null && !line.equals(last))) {
                    positions.add(new ProgramSource.Position(
                            slot,
                            line == null ? 0 : line.line(),
                            function.name(),
                            line == null ? "" : baseName(line.file())));
                    last = line;
                }
            }
        }
        positions.sort(java.util.Comparator.comparingInt(ProgramSource.Position::slot));
        return positions;
    }
}
