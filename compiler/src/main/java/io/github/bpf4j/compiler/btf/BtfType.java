/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import java.util.List;

/**
 * One BTF type. Types refer to one another by number, to be looked up in the {@link Btf} they come
 * from; 0 is {@code void}. Immutable.
 */
public sealed interface BtfType {

    /**
     * The type's number in its {@link Btf}.
     *
     * @return 0 or more
     */
    int id();

    /**
     * The type's kind.
     *
     * @return the kind
     */
    BtfKind kind();

    /**
     * The type's name.
     *
     * @return the name, empty if it has none
     */
    default String name() {
        return "";
    }

    /** A type that qualifies or renames another. */
    sealed interface Modifier extends BtfType permits Typedef, Qualifier, TypeTag {
        /**
         * The type qualified or renamed.
         *
         * @return a type number
         */
        int type();
    }

    /** {@code void}: type 0. */
    record VoidType() implements BtfType {
        @Override
        public int id() {
            return 0;
        }

        @Override
        public BtfKind kind() {
            return BtfKind.VOID;
        }

        @Override
        public String name() {
            return "void";
        }
    }

    /**
     * An integer.
     *
     * @param id the type's number
     * @param name its C name
     * @param size size in bytes: 1, 2, 4, 8 or 16
     * @param encoding bits {@link #SIGNED}, {@link #CHAR}, {@link #BOOL}
     * @param bitOffset first bit, 0 except in old bitfield encodings
     * @param bits number of bits, at most {@code 8 * size}
     */
    record Int(int id, String name, int size, int encoding, int bitOffset, int bits) implements BtfType {
        /** Encoding bit: signed. */
        public static final int SIGNED = 1;

        /** Encoding bit: a character. */
        public static final int CHAR = 2;

        /** Encoding bit: {@code _Bool}. */
        public static final int BOOL = 4;

        @Override
        public BtfKind kind() {
            return BtfKind.INT;
        }

        /**
         * Whether the integer is signed.
         *
         * @return true if so
         */
        public boolean isSigned() {
            return (encoding & SIGNED) != 0;
        }
    }

    /**
     * A floating-point number.
     *
     * @param id the type's number
     * @param name its C name
     * @param size size in bytes: 2, 4, 8, 12 or 16
     */
    record FloatType(int id, String name, int size) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FLOAT;
        }
    }

    /**
     * A pointer.
     *
     * @param id the type's number
     * @param target the type pointed to
     */
    record Ptr(int id, int target) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.PTR;
        }
    }

    /**
     * An array.
     *
     * @param id the type's number
     * @param element type of an element
     * @param index type of an index
     * @param length number of elements, 0 for a flexible array
     */
    record Array(int id, int element, int index, long length) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.ARRAY;
        }
    }

    /**
     * A struct or union.
     *
     * @param id the type's number
     * @param name its tag, empty if anonymous
     * @param isUnion whether it is a union
     * @param size size in bytes
     * @param members its members in declaration order
     */
    record Composite(int id, String name, boolean isUnion, long size, List<Member> members) implements BtfType {
        @Override
        public BtfKind kind() {
            return isUnion ? BtfKind.UNION : BtfKind.STRUCT;
        }
    }

    /**
     * A member of a struct or union.
     *
     * @param name its name, empty for an anonymous struct or union
     * @param type its type
     * @param bitOffset where it starts, in bits from the start of the struct
     * @param bitfieldSize its width in bits if it is a bitfield, else 0
     */
    record Member(String name, int type, long bitOffset, int bitfieldSize) {}

    /**
     * An enum.
     *
     * @param id the type's number
     * @param name its tag, empty if anonymous
     * @param wide whether it is an {@code ENUM64}
     * @param size size in bytes: 1, 2, 4 or 8
     * @param isSigned whether its values are signed
     * @param values its enumerators
     */
    record EnumType(int id, String name, boolean wide, int size, boolean isSigned, List<Enumerator> values)
            implements BtfType {
        @Override
        public BtfKind kind() {
            return wide ? BtfKind.ENUM64 : BtfKind.ENUM;
        }
    }

    /**
     * A value of an enum.
     *
     * @param name its name
     * @param value its value, sign- or zero-extended to 64 bits as the enum's signedness says
     */
    record Enumerator(String name, long value) {}

    /**
     * A forward declaration.
     *
     * @param id the type's number
     * @param name the tag declared
     * @param isUnion whether of a union
     */
    record Fwd(int id, String name, boolean isUnion) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FWD;
        }
    }

    /**
     * A typedef.
     *
     * @param id the type's number
     * @param name the new name
     * @param type the type renamed
     */
    record Typedef(int id, String name, int type) implements Modifier {
        @Override
        public BtfKind kind() {
            return BtfKind.TYPEDEF;
        }
    }

    /**
     * {@code const}, {@code volatile} or {@code restrict}.
     *
     * @param id the type's number
     * @param kind which of the three
     * @param type the type qualified
     */
    record Qualifier(int id, BtfKind kind, int type) implements Modifier {}

    /**
     * A type tag, such as {@code __kptr} or {@code __user}.
     *
     * @param id the type's number
     * @param name the tag
     * @param type the type tagged
     */
    record TypeTag(int id, String name, int type) implements Modifier {
        @Override
        public BtfKind kind() {
            return BtfKind.TYPE_TAG;
        }
    }

    /** How a function or variable is visible to other object files. */
    enum Linkage {
        /** {@code static}. */
        STATIC,
        /** Defined here and visible everywhere. */
        GLOBAL,
        /** Defined elsewhere. */
        EXTERN;

        private static final Linkage[] BY_NUMBER = values();

        static Linkage of(int number) {
            return BY_NUMBER[number];
        }
    }

    /**
     * A function.
     *
     * @param id the type's number
     * @param name its name
     * @param proto its signature, a {@link FuncProto}
     * @param linkage its linkage
     */
    record Func(int id, String name, int proto, Linkage linkage) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FUNC;
        }
    }

    /**
     * A function's signature.
     *
     * @param id the type's number
     * @param returnType what it returns
     * @param params its parameters; a last one with type 0 and no name stands for {@code ...}
     */
    record FuncProto(int id, int returnType, List<Param> params) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FUNC_PROTO;
        }
    }

    /**
     * A parameter.
     *
     * @param name its name, empty if it has none
     * @param type its type
     */
    record Param(String name, int type) {}

    /**
     * A global variable.
     *
     * @param id the type's number
     * @param name its name
     * @param type its type
     * @param linkage its linkage
     */
    record Var(int id, String name, int type, Linkage linkage) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.VAR;
        }
    }

    /**
     * A data section.
     *
     * @param id the type's number
     * @param name the section's name
     * @param size its size in bytes; clang leaves it 0, the ELF section knows it
     * @param variables its variables; clang leaves the offsets of global ones 0, the ELF symbols
     *     know them
     */
    record DataSec(int id, String name, long size, List<SectionVar> variables) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.DATASEC;
        }
    }

    /**
     * A variable (or extern function) in a data section.
     *
     * @param type a {@link Var} or {@link Func}
     * @param offset where it is in the section, in bytes
     * @param size its size in bytes
     */
    record SectionVar(int type, long offset, long size) {}

    /**
     * A declaration tag.
     *
     * @param id the type's number
     * @param name the tag
     * @param type the struct, union, typedef, variable or function tagged
     * @param component the member or argument tagged, or -1 for the whole
     */
    record DeclTag(int id, String name, int type, int component) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.DECL_TAG;
        }
    }
}
