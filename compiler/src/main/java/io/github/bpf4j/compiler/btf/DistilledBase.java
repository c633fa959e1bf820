/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.btf.BtfType.*;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What split BTF keeps of the kernel it was built for ({@code .BTF.base}): names and sizes of the types that it refers to, structs without
 * members, enums of either width as {@link BtfKind#ENUM} without values. They lead to the same types of another kernel, by libbpf's
 * rules:
 *
 * <ul>
 *   <li>integers, floating-point numbers and enums have the same name and size, integers the same encoding;
 *   <li>structs and unions have the same name. They have the same size, too, if the split BTF embeds them in its own, or if the kernel
 *       has several of the name;
 *   <li>a forward declaration is that or the one struct or union that it declares;
 *   <li>a type that is missing or ambiguous makes the whole unusable.
 * </ul>
 */
final class DistilledBase {
    private final Btf split;
    private final Btf distilled;
    private final Btf target;

    /** The distilled types that are parts of the split BTF's own structs and unions. */
    private final BitSet embedded = new BitSet();

    /** The types of the target, by the names that the distilled types have. */
    private final Map<String, Namesakes> names = new HashMap<>();

    private DistilledBase(Btf split, Btf distilled, Btf target) {
        this.split = split;
        this.distilled = distilled;
        this.target = target;
    }

    /**
     * Puts split BTF over another base.
     *
     * @param split split BTF over a distilled base
     * @param target the new base
     * @return the split BTF's types over {@code target}
     */
    static Btf replace(Btf split, Btf target) {
        Btf distilled = split.base();
        if (distilled == null) {
            throw new IllegalArgumentException("no split BTF");
        }
        DistilledBase base = new DistilledBase(split, distilled, target);
        base.check();
        base.findEmbedded();
        base.indexTarget();
        return base.build();
    }

    /** Types of the target with one name. */
    private static final class Namesakes {
        /** By {@link #shape}: numbers, which unlike records are found fast whatever somebody has chosen for them to collide. */
        private final Map<Long, Matches> byShape = new HashMap<>();

        private final Matches structs = new Matches();
        private final Matches unions = new Matches();
        private int composites;

        void add(BtfType type) {
            byShape.computeIfAbsent(shape(type), any -> new Matches()).add(type.id());
            if (type instanceof Composite composite) {
                composites++;
                any(composite.isUnion()).add(composite.id());
            }
        }

        /** Types of a distilled type's kind and size, and integers of its encoding. */
        Matches alike(BtfType type) {
            return byShape.getOrDefault(shape(type), NONE);
        }

        /** Structs or unions of any size. */
        Matches any(boolean union) {
            return union ? unions : structs;
        }
    }

    private static final Matches NONE = new Matches();

    /** The first two types of those that are alike. */
    private static final class Matches {
        private int first;
        private int second;

        void add(int id) {
            if (first == 0) {
                first = id;
            } else if (second == 0) {
                second = id;
            }
        }

        boolean isEmpty() {
            return first == 0;
        }
    }

    /** What types of distilled base and target must have in common besides the name. */
    private static long shape(BtfType type) {
        return switch (type) {
            case Int t -> shape(BtfKind.INT, t.encoding(), t.size());
            case FloatType t -> shape(BtfKind.FLOAT, 0, t.size());
            case EnumType t -> shape(BtfKind.ENUM, 0, t.size());
            case Composite t -> shape(t.kind(), 0, t.size());
            case Fwd t -> shape(BtfKind.FWD, t.isUnion() ? 1 : 0, 0);
            default -> throw new IllegalArgumentException("not distillable: " + type);
        };
    }

    private static long shape(BtfKind kind, int detail, long size) {
        return (long) kind.number() << 40 | (long) detail << 32 | size;
    }

    private void check() {
        for (int id = 1; id < distilled.size(); id++) {
            if (isDistillable(distilled.kind(id))) {
                if (distilled.name(id).isEmpty()) {
                    throw distilled.typeFault(id, "a distilled type without name");
                }
                names.put(distilled.name(id), new Namesakes());
            } else {
                throw distilled.typeFault(id, "is of no kind that a distilled base has");
            }
        }
    }

    private static boolean isDistillable(BtfKind kind) {
        return switch (kind) {
            case INT, FLOAT, ENUM, STRUCT, UNION, FWD -> true;
            case VOID,
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
                    DECL_TAG,
                    TYPE_TAG,
                    ENUM64 -> false;
        };
    }

    private void findEmbedded() {
        for (int id = split.firstId(); id < split.size(); id++) {
            if (split.type(id) instanceof Composite struct) {
                for (Member member : struct.members()) {
                    int part = split.resolveId(member.type());
                    while (split.type(part) instanceof Array array) {
                        part = split.resolveId(array.element());
                    }
                    if (part < split.firstId()) {
                        embedded.set(part);
                    }
                }
            }
        }
    }

    private void indexTarget() {
        for (int id = 1; id < target.size(); id++) {
            BtfKind kind = target.kind(id);
            boolean isWanted = isDistillable(kind) || kind == BtfKind.ENUM64;
            String name = isWanted ? target.name(id) : "";
            Namesakes wanted = names.get(name);
            if (wanted != null) {
                wanted.add(target.type(id));
            }
        }
    }

    private Btf build() {
        int[] found = new int[distilled.size()];
        for (int id = 1; id < found.length; id++) {
            found[id] = find(distilled.type(id));
        }
        int shift = target.size() - distilled.size();
        BtfBuilder builder = new BtfBuilder(target);
        for (int id = split.firstId(); id < split.size(); id++) {
            builder.add(split.type(id), number -> number < found.length ? found[number] : number + shift);
        }
        return builder.build();
    }

    /** The type of the target that a distilled type stands for. */
    private int find(BtfType type) {
        Namesakes namesakes = Objects.requireNonNull(names.get(type.name()));
        return switch (type) {
            case Composite composite -> only(composite, matches(composite, namesakes));
            case Fwd forward -> forward(forward, namesakes);
            default -> only(type, namesakes.alike(type));
        };
    }

    private Matches matches(Composite composite, Namesakes namesakes) {
        Matches any = namesakes.any(composite.isUnion());
        Matches alike = namesakes.alike(composite);
        boolean sizeMatters = namesakes.composites > 1 || embedded.get(composite.id());
        if (sizeMatters && alike.isEmpty() && !any.isEmpty()) {
            throw distilled.typeFault(
                    composite.id(),
                    "has %d bytes, type %d of the base %d; size matters, because %s"
                            .formatted(
                                    composite.size(),
                                    any.first,
                                    target.sizeOf(any.first),
                                    namesakes.composites > 1
                                            ? "the base has several of this name"
                                            : "the module's own structs contain it"));
        }
        return sizeMatters ? alike : any;
    }

    private int forward(Fwd forward, Namesakes namesakes) {
        Matches declared = namesakes.alike(forward);
        Matches defined = namesakes.any(forward.isUnion());
        if (!declared.isEmpty() && !defined.isEmpty() && namesakes.composites == 1) {
            throw ambiguous(forward, declared.first, defined.first);
        }
        return only(forward, declared.isEmpty() ? defined : declared);
    }

    private int only(BtfType type, Matches matches) {
        if (matches.isEmpty()) {
            throw distilled.typeFault(type.id(), "is not in the base: the module was built for another kernel");
        }
        if (matches.second != 0) {
            throw ambiguous(type, matches.first, matches.second);
        }
        return matches.first;
    }

    private BtfFormatException ambiguous(BtfType type, int first, int second) {
        return distilled.typeFault(type.id(), "may be type %d or type %d of the base".formatted(first, second));
    }
}
