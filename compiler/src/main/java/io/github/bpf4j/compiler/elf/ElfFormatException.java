/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import io.github.bpf4j.compiler.FormatException;

/** An ELF file is damaged, truncated, or of a kind that is not expected. Offsets count from the file's start. */
public final class ElfFormatException extends FormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param section the section or file part that is wrong, such as {@code .symtab} or {@code ELF
     *     header}
     * @param offset where it is wrong, in bytes from the start of the file
     * @param problem what is wrong
     */
    public ElfFormatException(String section, long offset, String problem) {
        super(section, "file offset", offset, problem);
    }
}
