/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.Int;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.CoreKind;
import org.jspecify.annotations.Nullable;

/**
 * What a CO-RE relocation computes for one access.
 *
 * @param value the number
 * @param isStrict whether the compiler must have left exactly the local value in the instruction
 * @param field the resolved type of the field whose byte offset it is, or null if it is no such offset or the field is a bitfield
 * @param size the size of that field in bytes, 0 without one
 */
record CoreValue(long value, boolean isStrict, @Nullable BtfType field, long size) {

    private static CoreValue exact(long value) {
        return new CoreValue(value, true, null, 0);
    }

    /**
     * Computes a value.
     *
     * @param kind what to compute
     * @param access the access in its own types
     * @return the value
     * @throws IllegalArgumentException if the kind does not fit the access; the message says why
     */
    static CoreValue of(CoreKind kind, CoreAccess access) {
        return switch (kind) {
            case FIELD_EXISTS, TYPE_EXISTS, TYPE_MATCHES, ENUMVAL_EXISTS -> exact(1);
            case TYPE_ID_LOCAL, TYPE_ID_TARGET -> new CoreValue(access.root(), false, null, 0);
            case TYPE_SIZE -> exact(sizeOf(access.btf(), access.root()));
            case ENUMVAL_VALUE -> exact(enumerator(access));
            case FIELD_BYTE_OFFSET, FIELD_BYTE_SIZE, FIELD_SIGNED, FIELD_LSHIFT_U64, FIELD_RSHIFT_U64 ->
                field(kind, access);
        };
    }

    private static long enumerator(CoreAccess access) {
        EnumType type = (EnumType) access.btf().type(access.last().container());
        long value = type.values().get((int) access.last().index()).value();
        // As libbpf, with the sign of 32 bits even if the enum is unsigned.
        return type.wide() ? value : (int) value;
    }

    private static long sizeOf(Btf btf, int id) {
        long size = btf.sizeOf(id);
        if (size < 0) {
            throw new IllegalArgumentException("%s has no size".formatted(CoreAccess.typeText(btf, id)));
        }
        return size;
    }

    private static CoreValue field(CoreKind kind, CoreAccess access) {
        Btf btf = access.btf();
        Member member = access.last().member();
        if (member == null) {
            int type = access.last().container();
            return switch (kind) {
                case FIELD_BYTE_OFFSET ->
                    new CoreValue(access.bitOffset() / 8, true, btf.type(type), sizeOf(btf, type));
                case FIELD_BYTE_SIZE -> exact(sizeOf(btf, type));
                default -> throw new IllegalArgumentException("%s of an array element".formatted(kind.text()));
            };
        }
        BtfType type = btf.resolve(member.type());
        long bitOffset = access.bitOffset();
        boolean isBitfield = member.bitfieldSize() != 0;
        long byteSize = sizeOf(btf, type.id());
        long byteOffset = bitOffset / 8;
        long bits = byteSize * 8;
        if (isBitfield) {
            // The smallest naturally aligned word that holds the whole bitfield.
            bits = member.bitfieldSize();
            byteOffset = bitOffset / 8 / byteSize * byteSize;
            while (bitOffset + bits - byteOffset * 8 > byteSize * 8) {
                byteSize *= 2;
                if (byteSize > 8) {
                    throw new IllegalArgumentException("bitfield '%s' spans two words".formatted(member.name()));
                }
                byteOffset = bitOffset / 8 / byteSize * byteSize;
            }
        }
        return switch (kind) {
            case FIELD_BYTE_OFFSET ->
                new CoreValue(byteOffset, !isBitfield, isBitfield ? null : type, isBitfield ? 0 : byteSize);
            case FIELD_BYTE_SIZE -> new CoreValue(byteSize, !isBitfield, null, 0);
            case FIELD_SIGNED -> exact(isSigned(type) ? 1 : 0);
            // Little-endian only, as all of bpf4j.
            case FIELD_LSHIFT_U64 -> new CoreValue(shift(bitOffset + bits - byteOffset * 8), !isBitfield, null, 0);
            case FIELD_RSHIFT_U64 -> exact(shift(bits));
            default -> throw new IllegalStateException(kind + " is no number of a field");
        };
    }

    /** A field of more than 64 bits has no sensible shift; libbpf then gives an unsigned 32-bit number. */
    private static long shift(long bits) {
        return Integer.toUnsignedLong((int) (Long.SIZE - bits));
    }

    private static boolean isSigned(BtfType type) {
        return switch (type) {
            case Int number -> number.isSigned();
            case EnumType values -> values.isSigned();
            case BtfType _ -> false;
        };
    }

    /** The size of the field as messages give it. */
    String sizeText() {
        return field == null ? "a bitfield" : "%d bytes of %s".formatted(size, field.kind());
    }

    /** Whether a load or store of a field of one size may become one of another: only for zero-extended values. */
    static boolean mayResize(CoreValue from, CoreValue to) {
        if (from.field instanceof Ptr && to.field instanceof Ptr) {
            return true;
        }
        return from.field instanceof Int a && to.field instanceof Int b && !a.isSigned() && !b.isSigned();
    }
}
