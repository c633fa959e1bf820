/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Param;
import io.github.bpf4j.compiler.load.DeclaredTypes.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays declared types out in memory, as the x86-64 ABI does, and writes them as BTF. */
final class DeclaredTypesWriter {
    private static final long MAX_SIZE = 1 << 20;

    private final DeclaredTypes types;
    private final BtfBuilder btf;

    /** Numbers of the declared types, known from a first pass: a pointer may lead to a later one. */
    private final int[] ids;

    private final Layout[] layouts;
    private final Map<Numeric, Integer> numbers = new HashMap<>();

    private DeclaredTypesWriter(DeclaredTypes types, BtfBuilder btf, int[] ids) {
        this.types = types;
        this.btf = btf;
        this.ids = ids;
        layouts = new Layout[types.declarations().size()];
    }

    private record Layout(long size, int align) {}

    /** A type's number with its size. */
    private record Written(int id, Layout layout) {}

    /**
     * Adds the types to an empty builder.
     *
     * @throws IllegalArgumentException if one is larger than 1 MiB
     */
    static void write(DeclaredTypes types, BtfBuilder btf) {
        int[] ids = new int[types.declarations().size()];
        new DeclaredTypesWriter(types, new BtfBuilder(), ids).writeAll();
        new DeclaredTypesWriter(types, btf, ids).writeAll();
    }

    private void writeAll() {
        for (int i = 0; i < ids.length; i++) {
            Written written = switch (types.declarations().get(i)) {
                case Struct d -> struct(d);
                case Enumeration d ->
                    new Written(
                            d.isWide()
                                    ? btf.addEnum64(d.name(), d.size(), d.isSigned(), d.values())
                                    : btf.addEnum(d.name(), d.size(), d.isSigned(), d.values()),
                            new Layout(d.size(), d.size()));
                case Alias d -> {
                    Written behind = shape(d.shape());
                    yield new Written(btf.addTypedef(d.name(), behind.id), behind.layout);
                }
                case Forward d -> new Written(btf.addForward(d.name(), d.isUnion()), new Layout(0, 1));
            };
            ids[i] = written.id;
            layouts[i] = written.layout;
        }
    }

    private Written shape(Shape shape) {
        return switch (shape) {
            case Nothing _ -> new Written(0, new Layout(0, 1));
            case Numeric s -> {
                // Not computeIfAbsent: evaluation order fixes the numbers.
                Integer known = numbers.get(s);
                if (known == null) {
                    known = btf.addInt(s.name(), s.size(), s.encoding());
                    numbers.put(s, known);
                }
                yield new Written(known, new Layout(s.size(), s.size()));
            }
            case Floating s ->
                new Written(btf.addFloat(s.size() == 4 ? "float" : "double", s.size()), new Layout(s.size(), s.size()));
            case Pointer s -> new Written(btf.addPointer(target(s.target())), new Layout(8, 8));
            case Elements s -> {
                Written element = shape(s.element());
                int index = shape(new Numeric("int", 4, 1)).id;
                yield new Written(
                        btf.addArray(element.id, index, s.length()),
                        new Layout(element.layout.size * s.length(), element.layout.align));
            }
            case Declared s -> new Written(ids[s.index()], layouts[s.index()]);
            case Anonymous s -> struct(s.struct());
            case Qualified s -> {
                Written behind = shape(s.shape());
                yield new Written(btf.addQualifier(s.kind(), behind.id), behind.layout);
            }
            case Tagged s -> {
                Written behind = shape(s.shape());
                yield new Written(btf.addTypeTag(s.tag(), behind.id), behind.layout);
            }
            case Signature s -> {
                int returns = target(s.returns());
                List<Param> params = new ArrayList<>();
                for (Shape param : s.params()) {
                    params.add(new Param("", target(param)));
                }
                yield new Written(btf.addPrototype(returns, params), new Layout(0, 1));
            }
        };
    }

    /** A type that only its number matters of: it may be declared later. */
    private int target(Shape shape) {
        return shape instanceof Declared declared ? ids[declared.index()] : shape(shape).id;
    }

    private Written struct(Struct struct) {
        List<Member> members = new ArrayList<>();
        long end = 0;
        long size = 0;
        int align = 1;
        for (Field field : struct.fields()) {
            Written type = shape(field.shape());
            int fieldAlign = struct.isPacked() ? 1 : type.layout.align;
            long bits = field.bits() == 0 ? 8 * type.layout.size : field.bits();
            long unit = 8 * type.layout.size;
            long start = struct.isUnion() ? 0 : end;
            // A bitfield stays within a word of its type, unless packed.
            boolean breaks = field.bits() == 0 || (!struct.isPacked() && start / unit != (start + bits - 1) / unit);
            if (breaks) {
                long step = 8L * fieldAlign;
                start = (start + step - 1) / step * step;
            }
            members.add(new Member(field.name(), type.id, start, field.bits()));
            end = start + bits;
            size = Math.max(size, end);
            align = Math.max(align, fieldAlign);
        }
        long bytes = ((size + 7) / 8 + align - 1) / align * align;
        if (bytes > MAX_SIZE) {
            throw new IllegalArgumentException("a struct of %d bytes".formatted(bytes));
        }
        int id = struct.isUnion()
                ? btf.addUnion(struct.name(), (int) bytes, members)
                : btf.addStruct(struct.name(), (int) bytes, members);
        return new Written(id, new Layout(bytes, align));
    }
}
