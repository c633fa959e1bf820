/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

/**
 * One symbol of an ELF file.
 *
 * @param index its number in the symbol table; 0 is the null symbol
 * @param name its name, often empty for section symbols
 * @param type what it names
 * @param binding how it is visible to other object files
 * @param visibility how it is visible once linked
 * @param section the section that defines it; {@link #UNDEFINED}, {@link #ABSOLUTE}, {@link
 *     #COMMON} or {@link #OTHER_RESERVED} if none does
 * @param value its offset in the section, in bytes
 * @param size its size in bytes, 0 if unknown
 */
public record ElfSymbol(
        int index, String name, Type type, Binding binding, Visibility visibility, int section, long value, long size) {

    /** {@link #section} of an extern. */
    public static final int UNDEFINED = 0;

    /** {@link #section} of a symbol whose value is not an offset. */
    public static final int ABSOLUTE = -1;

    /** {@link #section} of a tentative definition ({@code -fcommon}). */
    public static final int COMMON = -2;

    /** {@link #section} of a symbol with another reserved section number. */
    public static final int OTHER_RESERVED = -3;

    /** What a symbol names. */
    public enum Type {
        /** Unspecified, as clang gives to externs and labels. */
        NOTYPE,
        /** Data. */
        OBJECT,
        /** A function. */
        FUNC,
        /** A section. */
        SECTION,
        /** The source file. */
        FILE,
        /** Uninitialised common data. */
        COMMON,
        /** Thread-local data. */
        TLS,
        /** Anything else. */
        OTHER;

        private static final Type[] BY_NUMBER = {NOTYPE, OBJECT, FUNC, SECTION, FILE, COMMON, TLS};

        static Type of(int number) {
            return number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
        }
    }

    /** How a symbol is visible to other object files. */
    public enum Binding {
        /** Only in this object file: {@code static}. */
        LOCAL,
        /** Everywhere. */
        GLOBAL,
        /** Everywhere; may stay undefined or be overridden. */
        WEAK,
        /** Anything else. */
        OTHER;

        static Binding of(int number) {
            return switch (number) {
                case 0 -> LOCAL;
                case 1 -> GLOBAL;
                case 2 -> WEAK;
                default -> OTHER;
            };
        }
    }

    /** How a symbol is visible once linked; libbpf treats hidden global functions as static. */
    public enum Visibility {
        /** As its binding says. */
        DEFAULT,
        /** Internal. */
        INTERNAL,
        /** Only inside the linked object. */
        HIDDEN,
        /** Visible but not overridable. */
        PROTECTED;

        private static final Visibility[] BY_NUMBER = values();

        static Visibility of(int number) {
            return BY_NUMBER[number & 3];
        }
    }

    /**
     * Whether no section of this file defines the symbol.
     *
     * @return true for externs
     */
    public boolean isUndefined() {
        return section == UNDEFINED;
    }

    /**
     * Whether a section of this file defines the symbol.
     *
     * @return true if {@link #section} is a section number
     */
    public boolean isDefined() {
        return section > 0;
    }
}
