/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes BTF of C declarations, laid out as clang does for the {@code bpf} target: structs, unions, enums and typedefs, with arrays,
 * pointers, bitfields and anonymous members. Only what headers of packets and contexts need; for trusted text, such as the types the
 * runtime itself provides.
 *
 * <p>Not thread-safe; made for one text.
 */
public final class CDeclarations {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:/\\*.*?\\*/\\s*|//[^\\n]*\\s*)*([A-Za-z_]\\w*|-?\\d\\w*|[{}\\[\\];:,=*])", Pattern.DOTALL);
    private static final Pattern TRAILER = Pattern.compile("\\s*(?:/\\*.*?\\*/\\s*|//[^\\n]*\\s*)*", Pattern.DOTALL);

    private static final Map<String, Scalar> SCALARS = Map.ofEntries(
            Map.entry("char", new Scalar(1, BtfType.Int.SIGNED)),
            Map.entry("signed char", new Scalar(1, BtfType.Int.SIGNED)),
            Map.entry("unsigned char", new Scalar(1, 0)),
            Map.entry("short", new Scalar(2, BtfType.Int.SIGNED)),
            Map.entry("unsigned short", new Scalar(2, 0)),
            Map.entry("int", new Scalar(4, BtfType.Int.SIGNED)),
            Map.entry("unsigned int", new Scalar(4, 0)),
            Map.entry("long", new Scalar(8, BtfType.Int.SIGNED)),
            Map.entry("unsigned long", new Scalar(8, 0)),
            Map.entry("long long", new Scalar(8, BtfType.Int.SIGNED)),
            Map.entry("unsigned long long", new Scalar(8, 0)),
            Map.entry("_Bool", new Scalar(1, BtfType.Int.BOOL)));

    private final BtfBuilder builder = new BtfBuilder();
    private final Map<String, Laid> types = new HashMap<>();
    private final List<String> tokens = new ArrayList<>();
    private int next;

    private record Scalar(int size, int encoding) {}

    /** A type with its layout. */
    private record Laid(int id, long size, int align) {}

    private CDeclarations(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (matcher.find(at) && matcher.start() == at) {
            tokens.add(matcher.group(1));
            at = matcher.end();
        }
        Matcher rest = TRAILER.matcher(text).region(at, text.length());
        if (!rest.matches()) {
            throw new IllegalArgumentException(
                    "not understood: " + text.substring(at, Math.min(text.length(), at + 20)));
        }
    }

    /**
     * Reads declarations.
     *
     * @param text C declarations, each type declared before it is used except behind a pointer
     * @return their types
     * @throws IllegalArgumentException if the text is not understood
     */
    public static Btf parse(String text) {
        CDeclarations reader = new CDeclarations(text);
        while (reader.next < reader.tokens.size()) {
            reader.declaration();
        }
        return reader.builder.build();
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private String take() {
        if (next == tokens.size()) {
            throw new IllegalArgumentException("the text ends inside a declaration");
        }
        return tokens.get(next++);
    }

    private boolean accept(String token) {
        if (peek().equals(token)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(String token) {
        String found = take();
        if (!found.equals(token)) {
            throw new IllegalArgumentException("expected '%s', found '%s' after '%s'"
                    .formatted(token, found, next > 1 ? tokens.get(next - 2) : ""));
        }
    }

    private void declaration() {
        if (accept("typedef")) {
            Laid type = type();
            String name = take();
            type = dimensions(type);
            types.put(name, new Laid(builder.addTypedef(name, type.id), type.size, type.align));
        } else {
            type();
        }
        expect(";");
    }

    private Laid type() {
        accept("const");
        Laid type = switch (peek()) {
            case "struct", "union" -> composite(take());
            case "enum" -> enumeration();
            default -> named();
        };
        while (accept("*")) {
            type = new Laid(builder.addPointer(type.id), 8, 8);
        }
        return type;
    }

    private Laid named() {
        String name = take();
        if (name.equals("void")) {
            return new Laid(0, -1, 1);
        }
        while (SCALARS.containsKey(name + " " + peek()) || (name.equals("unsigned") && peek().equals("long"))) {
            name = name + " " + take();
        }
        Laid known = types.get(name);
        if (known != null) {
            return known;
        }
        Scalar scalar = SCALARS.get(name);
        if (scalar == null) {
            throw new IllegalArgumentException("unknown type '%s'".formatted(name));
        }
        Laid type = new Laid(builder.addInt(name, scalar.size, scalar.encoding), scalar.size, scalar.size);
        types.put(name, type);
        return type;
    }

    private Laid enumeration() {
        expect("enum");
        String name = peek().equals("{") ? "" : take();
        if (!peek().equals("{")) {
            return tagged("enum " + name, name);
        }
        expect("{");
        List<Enumerator> values = new ArrayList<>();
        long value = 0;
        while (!accept("}")) {
            String constant = take();
            if (accept("=")) {
                value = Long.decode(take());
            }
            values.add(new Enumerator(constant, value++));
            accept(",");
        }
        boolean isSigned = values.stream().anyMatch(v -> v.value() < 0);
        Laid type = new Laid(builder.addEnum(name, 4, isSigned, values), 4, 4);
        return name.isEmpty() ? type : define("enum " + name, type);
    }

    private Laid composite(String keyword) {
        String name = peek().equals("{") ? "" : take();
        if (!peek().equals("{")) {
            return tagged(keyword + " " + name, name);
        }
        expect("{");
        Layout layout = new Layout(keyword.equals("union"));
        while (!accept("}")) {
            Laid type = type();
            do {
                String member = peek().equals(";") || peek().equals(":") ? "" : take();
                if (accept(":")) {
                    layout.addBitfield(member, type, Integer.parseInt(take()));
                } else {
                    layout.add(member, dimensions(type));
                }
            } while (accept(","));
            expect(";");
        }
        long size = layout.size();
        int id = layout.isUnion
                ? builder.addUnion(name, (int) size, layout.members)
                : builder.addStruct(name, (int) size, layout.members);
        Laid type = new Laid(id, size, layout.align);
        return name.isEmpty() ? type : define(keyword + " " + name, type);
    }

    private Laid define(String tag, Laid type) {
        types.put(tag, type);
        return type;
    }

    /** A type named by its tag; one that is not declared yet may stand behind a pointer. */
    private Laid tagged(String tag, String name) {
        Laid known = types.get(tag);
        if (known != null) {
            return known;
        }
        if (!peek().equals("*") || tag.startsWith("enum")) {
            throw new IllegalArgumentException("'%s' is not declared yet".formatted(tag));
        }
        return new Laid(builder.addForward(name, tag.startsWith("union")), -1, 1);
    }

    private Laid dimensions(Laid element) {
        if (!accept("[")) {
            return element;
        }
        long length = peek().equals("]") ? 0 : Long.decode(take());
        expect("]");
        Laid inner = dimensions(element);
        Laid index = types.get("unsigned int");
        if (index == null) {
            index = define("unsigned int", new Laid(builder.addInt("unsigned int", 4, 0), 4, 4));
        }
        return new Laid(builder.addArray(inner.id, index.id, length), inner.size * length, inner.align);
    }

    /** Places members one behind the other, as the System V ABI does. */
    private static final class Layout {
        private final boolean isUnion;
        private final List<Member> members = new ArrayList<>();
        private final Map<String, Integer> names = new LinkedHashMap<>();
        private int align = 1;
        private long endBits;
        private long largestBits;

        Layout(boolean isUnion) {
            this.isUnion = isUnion;
        }

        void add(String name, Laid type) {
            if (type.size < 0) {
                throw new IllegalArgumentException("member '%s' has no size".formatted(name));
            }
            long at = isUnion ? 0 : roundUp(endBits, 8L * type.align);
            place(new Member(name, type.id, at, 0), at + 8 * type.size, type.align);
        }

        void addBitfield(String name, Laid type, int bits) {
            long unit = 8 * type.size;
            long at = isUnion ? 0 : endBits;
            // A bitfield does not straddle a word of its own type.
            if (bits == 0 || at / unit != (at + bits - 1) / unit) {
                at = roundUp(at, unit);
            }
            place(name.isEmpty() ? null : new Member(name, type.id, at, bits), at + bits, type.align);
        }

        private void place(@Nullable Member member, long end, int memberAlign) {
            if (member != null) {
                if (!member.name().isEmpty() && names.put(member.name(), members.size()) != null) {
                    throw new IllegalArgumentException("member '%s' twice".formatted(member.name()));
                }
                members.add(member);
            }
            align = Math.max(align, memberAlign);
            endBits = end;
            largestBits = Math.max(largestBits, end);
        }

        long size() {
            return roundUp(largestBits, 8L * align) / 8;
        }

        private static long roundUp(long value, long unit) {
            return (value + unit - 1) / unit * unit;
        }
    }
}
