/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A CO-RE access path in one BTF: the type it starts from and the steps to a field, an enumerator or the type itself.
 *
 * @param btf the types
 * @param root the type it starts from
 * @param steps the steps; anonymous structs are passed through without a step of their own
 * @param bitOffset where the path leads, in bits from the start
 * @param flexible whether it passes an array whose length does not bound the index
 */
record CoreAccess(Btf btf, int root, List<Step> steps, long bitOffset, boolean flexible) {
    /** As libbpf's {@code BPF_CORE_SPEC_MAX_LEN}. */
    static final int MAX_STEPS = 64;

    /** No type is larger than 4 GiB. */
    static final long MAX_BITS = 8L << 32;

    /**
     * One step.
     *
     * @param container the type that the step goes into: for the first step and for arrays the element type, else the struct, or the
     *     enum
     * @param index the index of the array element, member or enumerator
     * @param name the member's or enumerator's name, or null for an array element
     * @param member the member, or null
     */
    record Step(
            int container,
            long index,
            @Nullable String name,
            @Nullable Member member) {}

    Step last() {
        return steps.getLast();
    }

    /**
     * Reads an access string in the program's own types.
     *
     * @throws IllegalArgumentException if the string does not fit the type; the message says why
     */
    static CoreAccess field(Btf btf, int root, String text) {
        long[] indexes = indexes(text);
        long size = btf.sizeOf(root);
        if (size < 0) {
            throw new IllegalArgumentException("the type has no size");
        }
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(btf.resolveId(root), indexes[0], null, null));
        long offset = checked(indexes[0] * size * 8);
        int type = btf.resolveId(root);
        boolean flexible = false;
        for (int i = 1; i < indexes.length; i++) {
            switch (btf.type(type)) {
                case Composite struct -> {
                    if (indexes[i] >= struct.members().size()) {
                        throw new IllegalArgumentException("member %d of %d"
                                .formatted(indexes[i], struct.members().size()));
                    }
                    Member member = struct.members().get((int) indexes[i]);
                    offset = checked(offset + member.bitOffset());
                    if (!member.name().isEmpty()) {
                        steps.add(new Step(type, indexes[i], member.name(), member));
                    }
                    type = btf.resolveId(member.type());
                }
                case Array array -> {
                    boolean open = isFlexible(steps.getLast(), btf, array);
                    if (!open && indexes[i] >= array.length()) {
                        throw new IllegalArgumentException("element %d of %d".formatted(indexes[i], array.length()));
                    }
                    flexible |= open;
                    type = btf.resolveId(array.element());
                    steps.add(new Step(type, indexes[i], null, null));
                    offset = checked(offset + indexes[i] * btf.sizeOf(array.element()) * 8);
                }
                case BtfType other -> throw new IllegalArgumentException("%s has no parts".formatted(other.kind()));
            }
        }
        return new CoreAccess(btf, root, steps, offset, flexible);
    }

    private static long checked(long bits) {
        if (bits > MAX_BITS) {
            throw new IllegalArgumentException("an offset of more than 4 GiB");
        }
        return bits;
    }

    /** An access string of an enumerator. */
    static CoreAccess enumerator(Btf btf, int root, String text) {
        long[] indexes = indexes(text);
        if (!(btf.resolve(root) instanceof EnumType type)) {
            throw new IllegalArgumentException("%s is no enum".formatted(btf.kind(root)));
        }
        if (indexes.length != 1 || indexes[0] >= type.values().size()) {
            throw new IllegalArgumentException(
                    "enumerator '%s' of %d".formatted(text, type.values().size()));
        }
        String name = type.values().get((int) indexes[0]).name();
        return new CoreAccess(btf, root, List.of(new Step(type.id(), indexes[0], name, null)), 0, false);
    }

    /** An access string of a whole type. */
    static CoreAccess type(Btf btf, int root, String text) {
        long[] indexes = indexes(text);
        if (indexes.length != 1 || indexes[0] != 0) {
            throw new IllegalArgumentException("access '%s' of a whole type".formatted(text));
        }
        return new CoreAccess(btf, root, List.of(), 0, false);
    }

    /** Whether an array is the last member of its struct or union, with no element: C's way to say "any number". */
    static boolean isFlexible(Step holder, Btf btf, Array array) {
        if (holder.member() == null || array.length() > 0) {
            return false;
        }
        return btf.type(holder.container()) instanceof Composite struct
                && holder.index() == struct.members().size() - 1;
    }

    private static long[] indexes(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length > MAX_STEPS) {
            throw new IllegalArgumentException("more than %d steps".formatted(MAX_STEPS));
        }
        long[] indexes = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            // Eight digits: no product of an index with a size overflows.
            if (!parts[i].matches("[0-9]{1,8}")) {
                throw new IllegalArgumentException("access string '%s' is malformed".formatted(text));
            }
            indexes[i] = Long.parseLong(parts[i]);
        }
        return indexes;
    }

    /** The path as a person would write it: {@code struct iphdr.ttl}. */
    String text() {
        StringBuilder text = new StringBuilder(typeText(btf, root));
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.name() != null) {
                text.append(btf.kind(step.container()).isEnum() ? "::" : ".").append(step.name());
            } else if (i > 0 || step.index() > 0) {
                text.append('[').append(step.index()).append(']');
            }
        }
        return text.toString();
    }

    /** A type as it is written in C. */
    static String typeText(Btf btf, int id) {
        String keyword = switch (btf.kind(id)) {
            case STRUCT -> "struct ";
            case UNION -> "union ";
            case ENUM, ENUM64 -> "enum ";
            case FWD -> "forward ";
            case VOID,
                    INT,
                    PTR,
                    ARRAY,
                    TYPEDEF,
                    VOLATILE,
                    CONST,
                    RESTRICT,
                    FUNC,
                    FUNC_PROTO,
                    VAR,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    TYPE_TAG -> "";
        };
        String name = btf.name(id);
        return keyword + (name.isEmpty() ? "<anonymous %s>".formatted(btf.kind(id)) : name);
    }
}
