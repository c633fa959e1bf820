/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

/** Assembly text that {@link Assembler} cannot read. The message starts with line and column. */
public final class AssemblyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    AssemblyException(int line, int column, String problem) {
        super("line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
    }

    /**
     * The line.
     *
     * @return the number, from 1
     */
    public int line() {
        return line;
    }

    /**
     * The column.
     *
     * @return the number, from 1
     */
    public int column() {
        return column;
    }
}
