/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfKind;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Declarations of C types, made at random, and forms of them that differ as two versions of a kernel differ: fields renamed, moved,
 * resized, wrapped or gone, types renamed, doubled or given flavors. Immutable.
 *
 * @param declarations structs, unions, enums, typedefs and forward declarations; one may hold an earlier one by value and point to any
 */
record DeclaredTypes(List<Declaration> declarations) {
    private static final int MAX_DEPTH = 4;

    /** What a field may be of. */
    sealed interface Shape {}

    record Nothing() implements Shape {}

    record Numeric(String name, int size, int encoding) implements Shape {}

    record Floating(int size) implements Shape {}

    record Pointer(Shape target) implements Shape {}

    record Elements(Shape element, long length) implements Shape {}

    /** A declared type, by its place in {@link #declarations}. */
    record Declared(int index) implements Shape {}

    record Anonymous(Struct struct) implements Shape {}

    record Qualified(BtfKind kind, Shape shape) implements Shape {}

    record Tagged(String tag, Shape shape) implements Shape {}

    record Signature(Shape returns, List<Shape> params) implements Shape {}

    /** A type with a name of its own. */
    sealed interface Declaration {
        String name();
    }

    record Struct(String name, boolean isUnion, boolean isPacked, List<Field> fields) implements Declaration {}

    record Enumeration(String name, boolean isWide, int size, boolean isSigned, List<Enumerator> values)
            implements Declaration {}

    record Alias(String name, Shape shape) implements Declaration {}

    record Forward(String name, boolean isUnion) implements Declaration {}

    /**
     * A field.
     *
     * @param name its name, empty for an anonymous one
     * @param shape its type
     * @param bits width of a bitfield, 0 of any other field
     */
    record Field(String name, Shape shape, int bits) {}

    /** Declarations from scratch. */
    static DeclaredTypes random(Random random, int count) {
        Maker maker = new Maker(random, count);
        for (int i = 0; i < count; i++) {
            maker.made.add(maker.declaration(i));
        }
        return maker.result();
    }

    /** Another version of the same declarations. */
    DeclaredTypes changed(Random random) {
        Maker maker = new Maker(random, declarations.size());
        for (Declaration declaration : declarations) {
            maker.made.add(maker.changed(declaration));
        }
        // Further types of the same names: candidates to choose among, or ambiguous ones.
        for (int i = random.nextInt(4); i > 0; i--) {
            Declaration twin = maker.changed(declarations.get(random.nextInt(declarations.size())));
            maker.made.add(renamed(twin, random.nextInt(3) == 0 ? twin.name() : flavored(random, twin.name())));
        }
        return maker.result();
    }

    private static String flavored(Random random, String name) {
        return Btf.essentialName(name) + "___" + "xyz".charAt(random.nextInt(3));
    }

    private static Declaration renamed(Declaration declaration, String name) {
        return switch (declaration) {
            case Struct d -> new Struct(name, d.isUnion, d.isPacked, d.fields);
            case Enumeration d -> new Enumeration(name, d.isWide, d.size, d.isSigned, d.values);
            case Alias d -> new Alias(name, d.shape);
            case Forward d -> new Forward(name, d.isUnion);
        };
    }

    /** Gives the fields of a struct, those of anonymous members included, names that differ, as C demands. */
    private static Struct distinct(Struct struct, Set<String> taken) {
        List<Field> fields = new ArrayList<>();
        for (Field field : struct.fields) {
            String name = field.name;
            if (!name.isEmpty()) {
                for (int next = 1; !taken.add(name); next++) {
                    name = field.name + next;
                }
            }
            fields.add(new Field(name, distinct(field.shape, name.isEmpty() ? taken : new HashSet<>()), field.bits));
        }
        return new Struct(struct.name, struct.isUnion, struct.isPacked, List.copyOf(fields));
    }

    private static Shape distinct(Shape shape, Set<String> taken) {
        return switch (shape) {
            case Anonymous s -> new Anonymous(distinct(s.struct, taken));
            case Pointer s -> new Pointer(distinct(s.target, new HashSet<>()));
            case Elements s -> new Elements(distinct(s.element, new HashSet<>()), s.length);
            case Qualified s -> new Qualified(s.kind, distinct(s.shape, taken));
            case Tagged s -> new Tagged(s.tag, distinct(s.shape, taken));
            case Nothing _, Numeric _, Floating _, Declared _, Signature _ -> shape;
        };
    }

    private static Declaration distinct(Declaration declaration) {
        return switch (declaration) {
            case Struct d -> distinct(d, new HashSet<>());
            case Alias d -> new Alias(d.name, distinct(d.shape, new HashSet<>()));
            case Enumeration _, Forward _ -> declaration;
        };
    }

    /** Makes random declarations and changes. */
    private static final class Maker {
        private static final List<Numeric> NUMBERS = List.of(
                new Numeric("char", 1, 1),
                new Numeric("unsigned char", 1, 0),
                new Numeric("short", 2, 1),
                new Numeric("unsigned short", 2, 0),
                new Numeric("int", 4, 1),
                new Numeric("unsigned int", 4, 0),
                new Numeric("long", 8, 1),
                new Numeric("unsigned long", 8, 0),
                new Numeric("_Bool", 1, 4),
                new Numeric("__int128", 16, 1));

        private final Random random;
        private final int count;
        private final List<Declaration> made = new ArrayList<>();

        Maker(Random random, int count) {
            this.random = random;
            this.count = count;
        }

        DeclaredTypes result() {
            return new DeclaredTypes(made.stream().map(DeclaredTypes::distinct).toList());
        }

        private boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        private String fieldName() {
            return String.valueOf((char) ('a' + random.nextInt(9)));
        }

        private Declaration declaration(int index) {
            String name = "t" + index;
            if (oneIn(40)) {
                return new Alias(name, chain());
            }
            return switch (random.nextInt(10)) {
                case 0 -> enumeration(name, false);
                case 1 -> enumeration(name, true);
                case 2 -> new Alias(name, sized(0));
                case 3 -> new Alias(name, oneIn(2) ? signature() : new Pointer(shape(1)));
                case 4 -> new Forward(name, random.nextBoolean());
                default -> struct(name, 0);
            };
        }

        private Enumeration enumeration(String name, boolean isWide) {
            boolean isSigned = random.nextBoolean();
            int size = isWide ? 8 : oneIn(4) ? 1 << random.nextInt(3) : 4;
            List<Enumerator> values = new ArrayList<>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                values.add(new Enumerator("E" + random.nextInt(8) + (oneIn(6) ? "___x" : ""), value(isWide, isSigned)));
            }
            return new Enumeration(name, isWide, size, isSigned, List.copyOf(values));
        }

        private long value(boolean isWide, boolean isSigned) {
            long value = oneIn(3) ? random.nextLong() : random.nextInt(100) - (isSigned ? 50 : 0);
            return isWide ? value : isSigned ? (int) value : value & 0xffff_ffffL;
        }

        private Struct struct(String name, int depth) {
            List<Field> fields = new ArrayList<>();
            for (int i = 1 + random.nextInt(depth == 0 ? 8 : 4); i > 0; i--) {
                fields.add(field(depth));
            }
            boolean isUnion = oneIn(4);
            if (!isUnion && oneIn(5)) {
                fields.add(new Field(fieldName(), new Elements(sized(depth + 2), random.nextInt(2)), 0));
            }
            return new Struct(name, isUnion, oneIn(8), List.copyOf(fields));
        }

        private Field field(int depth) {
            if (oneIn(5)) {
                Numeric number = NUMBERS.get(random.nextInt(NUMBERS.size() - 1));
                Shape shape = oneIn(5) ? new Qualified(BtfKind.CONST, number) : number;
                return new Field(fieldName(), shape, 1 + random.nextInt(8 * number.size));
            }
            if (depth < MAX_DEPTH && oneIn(6)) {
                return new Field("", new Anonymous(struct("", depth + 1)), 0);
            }
            return new Field(fieldName(), sized(depth), 0);
        }

        /** A type that has a size. */
        private Shape sized(int depth) {
            return switch (random.nextInt(depth < MAX_DEPTH ? 15 : 6)) {
                case 0, 1, 2, 3 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
                case 4 -> new Floating(oneIn(2) ? 4 : 8);
                case 5, 6 -> new Pointer(shape(depth + 1));
                case 7, 8 -> new Elements(sized(depth + 1), random.nextInt(5));
                case 9 -> new Anonymous(struct("", depth + 1));
                case 10 -> new Qualified(qualifier(), sized(depth + 1));
                case 11 ->
                    oneIn(4) ? new Tagged("tag", sized(depth + 1)) : new Qualified(qualifier(), sized(depth + 1));
                default -> earlier();
            };
        }

        private BtfKind qualifier() {
            return oneIn(2) ? BtfKind.CONST : BtfKind.VOLATILE;
        }

        /** An earlier declaration that has a size. */
        private Shape earlier() {
            for (int attempt = 0; attempt < 5 && !made.isEmpty(); attempt++) {
                int index = random.nextInt(made.size());
                if (hasSize(new Declared(index))) {
                    return new Declared(index);
                }
            }
            return NUMBERS.get(random.nextInt(NUMBERS.size()));
        }

        private boolean hasSize(Shape shape) {
            return switch (shape) {
                case Nothing _, Signature _ -> false;
                case Numeric _, Floating _, Pointer _, Anonymous _, Elements _ -> true;
                case Qualified s -> hasSize(s.shape);
                case Tagged s -> hasSize(s.shape);
                case Declared s ->
                    s.index < made.size()
                            && switch (made.get(s.index)) {
                                case Struct _, Enumeration _ -> true;
                                case Forward _ -> false;
                                case Alias alias -> hasSize(alias.shape);
                            };
            };
        }

        /** What a pointer may point to. */
        private Shape shape(int depth) {
            return switch (random.nextInt(6)) {
                case 0 -> new Nothing();
                case 1, 2 -> new Declared(random.nextInt(count));
                case 3 -> signature();
                default -> sized(depth);
            };
        }

        /** A type about as deep as comparisons go. Not arrays alone: libbpf finds no size for more than 32 dimensions, we do. */
        private Shape chain() {
            int links = 26 + random.nextInt(12);
            int only = random.nextInt(8);
            Shape shape = NUMBERS.getFirst();
            for (int i = 0; i < links; i++) {
                shape = switch (only > 0 && only < 4 ? only : random.nextInt(4)) {
                    case 0 -> new Elements(shape, 1);
                    case 1 -> new Anonymous(new Struct("", false, false, List.of(new Field("a", shape, 0))));
                    case 2 -> new Pointer(new Signature(shape, List.of()));
                    default -> new Pointer(oneIn(2) ? shape : new Signature(new Nothing(), List.of(shape)));
                };
            }
            return shape;
        }

        private Signature signature() {
            List<Shape> params = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                params.add(oneIn(2) ? sized(MAX_DEPTH) : new Pointer(new Declared(random.nextInt(count))));
            }
            return new Signature(oneIn(2) ? new Nothing() : sized(MAX_DEPTH), List.copyOf(params));
        }

        private Declaration changed(Declaration declaration) {
            String name = declaration.name();
            String next = oneIn(12) ? "gone_" + name : oneIn(5) ? flavored(random, name) : name;
            boolean hasSize = !(declaration instanceof Forward) && !(declaration instanceof Alias);
            if (hasSize && oneIn(40)) {
                return oneIn(2) ? struct(next, 1) : enumeration(next, oneIn(2));
            }
            return renamed(
                    switch (declaration) {
                        case Struct d -> changed(d);
                        case Enumeration d -> changed(d);
                        case Alias d -> new Alias(name, changedAsSized(d.shape));
                        case Forward d -> oneIn(8) ? struct(name, 1) : d;
                    },
                    next);
        }

        private Struct changed(Struct struct) {
            List<Field> fields = new ArrayList<>();
            for (Field field : struct.fields) {
                if (oneIn(15)) {
                    continue;
                }
                Field now = oneIn(5) ? changed(field) : field;
                if (oneIn(20)) {
                    List<Field> inside = oneIn(2) ? List.of(now) : List.of(now, field(MAX_DEPTH));
                    now = new Field(
                            oneIn(4) ? fieldName() : "", new Anonymous(new Struct("", oneIn(2), false, inside)), 0);
                }
                fields.add(now);
            }
            if (oneIn(4)) {
                fields.add(random.nextInt(fields.size() + 1), field(1));
            }
            if (oneIn(4)) {
                Collections.shuffle(fields, random);
            }
            boolean isUnion = oneIn(20) != struct.isUnion;
            return new Struct(struct.name, isUnion, oneIn(20) != struct.isPacked, List.copyOf(fields));
        }

        private Field changed(Field field) {
            if (field.bits != 0) {
                return oneIn(2)
                        ? new Field(field.name, field.shape, 1 + random.nextInt(field.bits))
                        : new Field(field.name, field.shape, 0);
            }
            if (field.name.isEmpty()) {
                return new Field("", changed(field.shape), 0);
            }
            return switch (random.nextInt(4)) {
                case 0 -> new Field(fieldName(), field.shape, 0);
                case 1 -> new Field(field.name, sized(1), 0);
                default -> new Field(field.name, changed(field.shape), 0);
            };
        }

        private Shape changed(Shape shape) {
            return switch (shape) {
                case Numeric s -> NUMBERS.get(oneIn(2) ? NUMBERS.indexOf(s) ^ 1 : random.nextInt(NUMBERS.size()));
                case Pointer s -> new Pointer(oneIn(2) ? changed(s.target) : shape(1));
                case Elements s -> new Elements(oneIn(3) ? changedAsSized(s.element) : s.element, random.nextInt(5));
                case Anonymous s -> new Anonymous(changed(s.struct));
                case Qualified s -> oneIn(2) ? s.shape : new Qualified(s.kind, changed(s.shape));
                case Tagged s -> s.shape;
                case Signature s ->
                    new Signature(
                            oneIn(3) ? sized(MAX_DEPTH) : s.returns,
                            oneIn(3)
                                    ? s.params.reversed()
                                    : s.params.stream()
                                            .map(p -> oneIn(4) ? sized(MAX_DEPTH) : p)
                                            .toList());
                case Declared s -> oneIn(2) ? new Qualified(qualifier(), s) : s;
                case Nothing _, Floating _ -> oneIn(2) ? shape : sized(MAX_DEPTH);
            };
        }

        /** A change after which the type can still be a field's, if it could before. */
        private Shape changedAsSized(Shape shape) {
            Shape now = changed(shape);
            return hasSize(now) ? now : shape;
        }

        private Enumeration changed(Enumeration old) {
            boolean isWide = oneIn(8) != old.isWide;
            List<Enumerator> values = new ArrayList<>();
            for (Enumerator value : old.values) {
                if (!oneIn(6)) {
                    long now =
                            oneIn(3) ? value(isWide, old.isSigned) : isWide ? value.value() : fit(value.value(), old);
                    String suffix = oneIn(8) ? "___y" : "";
                    values.add(new Enumerator(value.name() + suffix, now));
                }
            }
            if (oneIn(3)) {
                Collections.shuffle(values, random);
            }
            int size = isWide == old.isWide ? old.size : isWide ? 8 : 4;
            return new Enumeration(old.name, isWide, size, old.isSigned, List.copyOf(values));
        }

        private static long fit(long value, Enumeration type) {
            return type.isSigned ? (int) value : value & 0xffff_ffffL;
        }
    }
}
