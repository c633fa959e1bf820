/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import io.github.bpf4j.compiler.ByteView;

/**
 * One section of an ELF file.
 *
 * @param index its number in the section header table; 0 is the null section
 * @param name its name, empty for the null section
 * @param type {@code sh_type}: one of the {@code SHT_} constants of {@link Elf}, or another number
 * @param flags {@code sh_flags}: bits of {@code SHF_}
 * @param offset {@code sh_offset}: where the contents start in the file
 * @param size {@code sh_size}: size of the contents in bytes; not limited by the file's size if the
 *     section is {@code SHT_NOBITS}, else inside the file
 * @param link {@code sh_link}: number of a related section
 * @param info {@code sh_info}: meaning depends on the type
 * @param align {@code sh_addralign}: 0 or the alignment of the contents
 * @param entrySize {@code sh_entsize}: size of one entry of a table section, or 0
 * @param data the contents; empty for {@code SHT_NOBITS} and {@code SHT_NULL}
 */
public record ElfSection(
        int index,
        String name,
        int type,
        long flags,
        long offset,
        long size,
        int link,
        int info,
        long align,
        long entrySize,
        ByteView data) {

    /**
     * Whether the section has no bytes in the file and is all zero ({@code .bss}).
     *
     * @return true for {@code SHT_NOBITS}
     */
    public boolean isZeroFilled() {
        return type == Elf.SHT_NOBITS;
    }

    /**
     * Whether the section holds machine instructions.
     *
     * @return true if {@code SHF_EXECINSTR} is set
     */
    public boolean isExecutable() {
        return (flags & Elf.SHF_EXECINSTR) != 0;
    }

    /**
     * Whether the section is part of the program's memory image.
     *
     * @return true if {@code SHF_ALLOC} is set
     */
    public boolean isAllocated() {
        return (flags & Elf.SHF_ALLOC) != 0;
    }

    /**
     * The exception for a problem in this section's contents.
     *
     * @param at where, in bytes from the start of the contents
     * @param problem what is wrong
     * @return the exception, to be thrown
     */
    public ElfFormatException fault(long at, String problem) {
        return new ElfFormatException(name, offset + at, problem);
    }

    @Override
    public String toString() {
        return "[%d] %s (%d bytes)".formatted(index, name, size);
    }
}
