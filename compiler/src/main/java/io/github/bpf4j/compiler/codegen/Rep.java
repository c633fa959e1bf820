/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one web (a register or stack unit between definitions and uses that reach each other) are kept in JVM locals: a
 * number, and for pointers whose base object is not known at compile time, a base.
 *
 * @param kind which locals
 * @param map index of the map, for {@link Kind#MAP} and {@link Kind#MAP_VALUE}; else -1
 */
record Rep(Kind kind, int map) {
    /** Kinds of representation. */
    enum Kind {
        /** A scalar in a {@code long}. */
        LONG(NumberLocal.LONG, null),
        /** A scalar whose 64-bit value is the sign-extended {@code int}. */
        INT_SIGNED(NumberLocal.INT, null),
        /** A scalar whose 64-bit value is the zero-extended {@code int}. */
        INT_UNSIGNED(NumberLocal.INT, null),
        /** A scalar from 0 to {@link Integer#MAX_VALUE} in an {@code int}. */
        INT_POSITIVE(NumberLocal.INT, null),
        /** The context itself: no locals. */
        CONTEXT(NumberLocal.NONE, null),
        /** A constant map: no locals. */
        MAP(NumberLocal.NONE, null),
        /** Index into the packet's memory in an {@code int}. */
        PACKET(NumberLocal.INT, null),
        /** Offset in the worker's stack memory in an {@code int}. */
        STACK(NumberLocal.INT, null),
        /** Offset in the values of one constant map in a {@code long}; NULL is -1. */
        MAP_VALUE(NumberLocal.LONG, null),
        /** Offset and segment; the segment is null for scalars and NULL. */
        SEGMENT(NumberLocal.LONG, Types.SEGMENT),
        /** Offset and object of any class; null for scalars and NULL. */
        OBJECT(NumberLocal.LONG, Types.OBJECT);

        private final NumberLocal number;
        private final @Nullable String base;

        Kind(NumberLocal number, @Nullable String base) {
            this.number = number;
            this.base = base;
        }
    }

    /** The local of the number. */
    enum NumberLocal {
        /** There is none. */
        NONE,
        /** An {@code int}. */
        INT,
        /** A {@code long}. */
        LONG
    }

    static final Rep LONG = new Rep(Kind.LONG, -1);
    static final Rep INT_SIGNED = new Rep(Kind.INT_SIGNED, -1);
    static final Rep INT_UNSIGNED = new Rep(Kind.INT_UNSIGNED, -1);
    static final Rep INT_POSITIVE = new Rep(Kind.INT_POSITIVE, -1);
    static final Rep CONTEXT = new Rep(Kind.CONTEXT, -1);
    static final Rep PACKET = new Rep(Kind.PACKET, -1);
    static final Rep STACK = new Rep(Kind.STACK, -1);
    static final Rep SEGMENT = new Rep(Kind.SEGMENT, -1);
    static final Rep OBJECT = new Rep(Kind.OBJECT, -1);

    NumberLocal number() {
        return kind.number;
    }

    boolean hasBase() {
        return kind.base != null;
    }

    /** Internal name of the base's class. */
    String baseType() {
        return Objects.requireNonNull(kind.base);
    }

    boolean isInt() {
        return kind.number == NumberLocal.INT;
    }

    boolean isScalar() {
        return switch (kind) {
            case LONG, INT_SIGNED, INT_UNSIGNED, INT_POSITIVE -> true;
            case CONTEXT, MAP, PACKET, STACK, MAP_VALUE, SEGMENT, OBJECT -> false;
        };
    }

    /** JVM descriptors of the locals, as in a method descriptor. */
    String descriptor() {
        String numberType = switch (kind.number) {
            case NONE -> "";
            case INT -> "I";
            case LONG -> "J";
        };
        return hasBase() ? numberType + "L" + baseType() + ";" : numberType;
    }
}
