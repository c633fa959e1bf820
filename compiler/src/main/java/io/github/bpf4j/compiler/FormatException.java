/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

/** Bytes are not what their format asks for. The subclasses say which format. */
public abstract class FormatException extends ObjectException {
    private static final long serialVersionUID = 1L;

    private final String section;
    private final long offset;

    /**
     * Creates the exception.
     *
     * @param section the section or part that is wrong, such as {@code .symtab} or {@code ELF header}
     * @param measure what {@code offset} is called, such as {@code file offset}
     * @param offset where it is wrong, in bytes
     * @param problem what is wrong
     */
    protected FormatException(String section, String measure, long offset, String problem) {
        super("%s at %s 0x%x".formatted(section, measure, offset), problem);
        this.section = section;
        this.offset = offset;
    }

    /**
     * The section or part that is wrong.
     *
     * @return a section name, or {@code ELF header} or {@code section header N}
     */
    public final String section() {
        return section;
    }

    /**
     * Where it is wrong.
     *
     * @return bytes from the start of what the subclass names
     */
    public final long offset() {
        return offset;
    }
}
