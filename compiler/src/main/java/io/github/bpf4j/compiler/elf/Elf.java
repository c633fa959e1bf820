/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

/** Numbers of the ELF format (System V ABI, chapters 4 and 5) and of its eBPF supplement. */
public final class Elf {
    /** Machine number of eBPF. */
    public static final int EM_BPF = 247;

    static final int ELFCLASS64 = 2;
    static final int ELFDATA2LSB = 1;
    static final int ELFDATA2MSB = 2;
    static final int EV_CURRENT = 1;
    static final int ET_REL = 1;

    static final int EHDR_SIZE = 64;
    static final int SHDR_SIZE = 64;
    static final int SYM_SIZE = 24;
    static final int REL_SIZE = 16;
    static final int RELA_SIZE = 24;

    /** Section type: inactive. */
    public static final int SHT_NULL = 0;

    /** Section type: defined by the program. */
    public static final int SHT_PROGBITS = 1;

    /** Section type: symbol table. */
    public static final int SHT_SYMTAB = 2;

    /** Section type: string table. */
    public static final int SHT_STRTAB = 3;

    /** Section type: relocations with explicit addends. */
    public static final int SHT_RELA = 4;

    /** Section type: zero-filled, no bytes in the file. */
    public static final int SHT_NOBITS = 8;

    /** Section type: relocations whose addends stand in the place to relocate. */
    public static final int SHT_REL = 9;

    /** Section type: section numbers of symbols that do not fit in 16 bits. */
    public static final int SHT_SYMTAB_SHNDX = 18;

    /** Section flag: writable at run time. */
    public static final long SHF_WRITE = 1;

    /** Section flag: part of the memory image. */
    public static final long SHF_ALLOC = 2;

    /** Section flag: holds instructions. */
    public static final long SHF_EXECINSTR = 4;

    static final int SHN_UNDEF = 0;
    static final int SHN_LORESERVE = 0xff00;
    static final int SHN_ABS = 0xfff1;
    static final int SHN_COMMON = 0xfff2;
    static final int SHN_XINDEX = 0xffff;

    /** No relocation. */
    public static final int R_BPF_NONE = 0;

    /** Relocates an {@code LD_IMM64}: its two immediates together. */
    public static final int R_BPF_64_64 = 1;

    /** Relocates eight bytes of data. */
    public static final int R_BPF_64_ABS64 = 2;

    /** Relocates four bytes of data. */
    public static final int R_BPF_64_ABS32 = 3;

    /** As {@link #R_BPF_64_ABS32}, in {@code .BTF} and {@code .BTF.ext}: not for the loader. */
    public static final int R_BPF_64_NODYLD32 = 4;

    /** Relocates the immediate of a call. */
    public static final int R_BPF_64_32 = 10;

    private Elf() {}
}
