/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import org.jspecify.annotations.Nullable;

/** The kinds of BTF types ({@code BTF_KIND_…}), with what the format says of each. */
public enum BtfKind {
    /** Type 0, which is never written down. */
    VOID(0, 0, 0),
    /** An integer. */
    INT(1, 4, 0),
    /** A pointer. */
    PTR(2, 0, 0),
    /** An array. */
    ARRAY(3, 12, 0),
    /** A struct. */
    STRUCT(4, 0, 12),
    /** A union. */
    UNION(5, 0, 12),
    /** An enum whose values fit 32 bits. */
    ENUM(6, 0, 8),
    /** A forward declaration. */
    FWD(7, 0, 0),
    /** A typedef. */
    TYPEDEF(8, 0, 0),
    /** {@code volatile}. */
    VOLATILE(9, 0, 0),
    /** {@code const}. */
    CONST(10, 0, 0),
    /** {@code restrict}. */
    RESTRICT(11, 0, 0),
    /** A function. */
    FUNC(12, 0, 0),
    /** A function's signature. */
    FUNC_PROTO(13, 0, 8),
    /** A global variable. */
    VAR(14, 4, 0),
    /** A data section with its variables. */
    DATASEC(15, 0, 12),
    /** A floating-point number. */
    FLOAT(16, 0, 0),
    /** {@code __attribute__((btf_decl_tag))} of a struct, member, function, argument or variable. */
    DECL_TAG(17, 4, 0),
    /** {@code __attribute__((btf_type_tag))}. */
    TYPE_TAG(18, 0, 0),
    /** An enum with 64-bit values. */
    ENUM64(19, 0, 12);

    private static final BtfKind[] BY_NUMBER = values();

    private final int number;
    private final int fixedSize;
    private final int itemSize;

    BtfKind(int number, int fixedSize, int itemSize) {
        this.number = number;
        this.fixedSize = fixedSize;
        this.itemSize = itemSize;
    }

    static @Nullable BtfKind of(int number) {
        return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /**
     * The number in the format.
     *
     * @return {@code BTF_KIND_…}
     */
    public int number() {
        return number;
    }

    /** Bytes that follow the common 12 bytes of every type. */
    int fixedSize() {
        return fixedSize;
    }

    /** Bytes per item of a kind whose {@code vlen} counts items, 0 for others. */
    int itemSize() {
        return itemSize;
    }

    /**
     * Whether a type of this kind only qualifies or renames another.
     *
     * @return true for typedefs, qualifiers and type tags
     */
    public boolean isModifier() {
        return switch (this) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
            case VOID,
                    INT,
                    PTR,
                    ARRAY,
                    STRUCT,
                    UNION,
                    ENUM,
                    FWD,
                    FUNC,
                    FUNC_PROTO,
                    VAR,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    ENUM64 -> false;
        };
    }

    /**
     * Whether a type of this kind is a struct or union.
     *
     * @return true for {@link #STRUCT} and {@link #UNION}
     */
    public boolean isComposite() {
        return this == STRUCT || this == UNION;
    }

    /**
     * Whether a type of this kind is an enum of either width.
     *
     * @return true for {@link #ENUM} and {@link #ENUM64}
     */
    public boolean isEnum() {
        return this == ENUM || this == ENUM64;
    }
}
