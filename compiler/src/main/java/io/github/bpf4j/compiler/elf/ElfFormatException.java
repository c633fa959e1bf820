/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import io.github.bpf4j.compiler.ObjectException;

/** An ELF file is damaged, truncated, or of a kind that is not an eBPF object. */
public final class ElfFormatException extends ObjectException {
    private static final long serialVersionUID = 1L;

    private final String section;
    private final long offset;
    private final String problem;

    /**
     * Creates the exception.
     *
     * @param section the section or file part that is wrong, such as {@code .symtab} or {@code ELF
     *     header}
     * @param offset where it is wrong, in bytes from the start of the file
     * @param problem what is wrong
     */
    public ElfFormatException(String section, long offset, String problem) {
        super("%s at file offset 0x%x: %s".formatted(section, offset, problem));
        this.section = section;
        this.offset = offset;
        this.problem = problem;
    }

    /**
     * The section or file part that is wrong.
     *
     * @return a section name, or {@code ELF header} or {@code section header N}
     */
    public String section() {
        return section;
    }

    /**
     * Where the file is wrong.
     *
     * @return bytes from the start of the file
     */
    public long offset() {
        return offset;
    }

    /**
     * What is wrong, without the place.
     *
     * @return a short sentence
     */
    public String problem() {
        return problem;
    }
}
