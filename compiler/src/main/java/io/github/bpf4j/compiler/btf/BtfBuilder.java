/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.btf.BtfType.*;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes BTF data. Every method that adds a type returns its number, which later types refer to;
 * a number may be referred to before its type is added. Nothing is checked until {@link #build}.
 *
 * <p>Not thread-safe.
 */
public final class BtfBuilder {
    private final Buffer types = new Buffer();
    private final Buffer strings = new Buffer();
    private final Map<String, Integer> stringOffsets = new HashMap<>();
    private final @Nullable Btf base;
    private final int firstString;
    private int next;

    /** Creates a builder with no types. */
    public BtfBuilder() {
        base = null;
        firstString = 0;
        next = 1;
        string("");
    }

    /**
     * Creates a builder of split BTF with no types of its own.
     *
     * @param base the types that the new ones continue and may refer to
     */
    public BtfBuilder(Btf base) {
        this.base = base;
        firstString = base.stringEnd();
        next = base.size();
        stringOffsets.put("", 0);
    }

    /**
     * The number the next type will get.
     *
     * @return 1 or more
     */
    public int nextId() {
        return next;
    }

    /**
     * Adds an integer.
     *
     * @param name its C name
     * @param size 1, 2, 4, 8 or 16 bytes
     * @param encoding bits of {@link Int}
     * @return its number
     */
    public int addInt(String name, int size, int encoding) {
        int id = begin(name, BtfKind.INT, 0, false, size);
        types.putInt(encoding << 24 | 8 * size);
        return id;
    }

    /**
     * Adds a floating-point number.
     *
     * @param name its C name
     * @param size size in bytes
     * @return its number
     */
    public int addFloat(String name, int size) {
        return begin(name, BtfKind.FLOAT, 0, false, size);
    }

    /**
     * Adds a pointer.
     *
     * @param target the type pointed to
     * @return its number
     */
    public int addPointer(int target) {
        return begin("", BtfKind.PTR, 0, false, target);
    }

    /**
     * Adds an array.
     *
     * @param element type of an element
     * @param index type of an index
     * @param length number of elements
     * @return its number
     */
    public int addArray(int element, int index, long length) {
        int id = begin("", BtfKind.ARRAY, 0, false, 0);
        types.putInt(element);
        types.putInt(index);
        types.putInt((int) length);
        return id;
    }

    /**
     * Adds a struct.
     *
     * @param name its tag
     * @param size size in bytes
     * @param members its members
     * @return its number
     */
    public int addStruct(String name, int size, List<Member> members) {
        return addComposite(BtfKind.STRUCT, name, size, members);
    }

    /**
     * Adds a union.
     *
     * @param name its tag
     * @param size size in bytes
     * @param members its members
     * @return its number
     */
    public int addUnion(String name, int size, List<Member> members) {
        return addComposite(BtfKind.UNION, name, size, members);
    }

    private int addComposite(BtfKind kind, String name, int size, List<Member> members) {
        boolean bitfields = members.stream().anyMatch(m -> m.bitfieldSize() != 0);
        int id = begin(name, kind, members.size(), bitfields, size);
        for (Member member : members) {
            types.putInt(string(member.name()));
            types.putInt(member.type());
            types.putInt((int) member.bitOffset() | member.bitfieldSize() << 24);
        }
        return id;
    }

    /**
     * Adds an enum.
     *
     * @param name its tag
     * @param size size in bytes
     * @param isSigned whether its values are signed
     * @param values its enumerators
     * @return its number
     */
    public int addEnum(String name, int size, boolean isSigned, List<Enumerator> values) {
        int id = begin(name, BtfKind.ENUM, values.size(), isSigned, size);
        for (Enumerator value : values) {
            types.putInt(string(value.name()));
            types.putInt((int) value.value());
        }
        return id;
    }

    /**
     * Adds an enum with 64-bit values.
     *
     * @param name its tag
     * @param size size in bytes
     * @param isSigned whether its values are signed
     * @param values its enumerators
     * @return its number
     */
    public int addEnum64(String name, int size, boolean isSigned, List<Enumerator> values) {
        int id = begin(name, BtfKind.ENUM64, values.size(), isSigned, size);
        for (Enumerator value : values) {
            types.putInt(string(value.name()));
            types.putInt((int) value.value());
            types.putInt((int) (value.value() >>> 32));
        }
        return id;
    }

    /**
     * Adds a forward declaration.
     *
     * @param name the tag declared
     * @param isUnion whether of a union
     * @return its number
     */
    public int addForward(String name, boolean isUnion) {
        return begin(name, BtfKind.FWD, 0, isUnion, 0);
    }

    /**
     * Adds a typedef.
     *
     * @param name the new name
     * @param type the type renamed
     * @return its number
     */
    public int addTypedef(String name, int type) {
        return begin(name, BtfKind.TYPEDEF, 0, false, type);
    }

    /**
     * Adds {@code const}, {@code volatile} or {@code restrict}.
     *
     * @param kind which of the three
     * @param type the type qualified
     * @return its number
     */
    public int addQualifier(BtfKind kind, int type) {
        return begin("", kind, 0, false, type);
    }

    /**
     * Adds a type tag.
     *
     * @param tag the tag
     * @param type the type tagged
     * @return its number
     */
    public int addTypeTag(String tag, int type) {
        return begin(tag, BtfKind.TYPE_TAG, 0, false, type);
    }

    /**
     * Adds a function.
     *
     * @param name its name
     * @param proto its signature
     * @param linkage its linkage
     * @return its number
     */
    public int addFunction(String name, int proto, Linkage linkage) {
        return begin(name, BtfKind.FUNC, linkage.ordinal(), false, proto);
    }

    /**
     * Adds a function's signature.
     *
     * @param returnType what it returns
     * @param params its parameters
     * @return its number
     */
    public int addPrototype(int returnType, List<Param> params) {
        int id = begin("", BtfKind.FUNC_PROTO, params.size(), false, returnType);
        for (Param param : params) {
            types.putInt(string(param.name()));
            types.putInt(param.type());
        }
        return id;
    }

    /**
     * Adds a global variable.
     *
     * @param name its name
     * @param type its type
     * @param linkage its linkage
     * @return its number
     */
    public int addVariable(String name, int type, Linkage linkage) {
        int id = begin(name, BtfKind.VAR, 0, false, type);
        types.putInt(linkage.ordinal());
        return id;
    }

    /**
     * Adds a data section.
     *
     * @param name its name
     * @param size its size in bytes
     * @param variables its variables
     * @return its number
     */
    public int addDataSection(String name, long size, List<SectionVar> variables) {
        int id = begin(name, BtfKind.DATASEC, variables.size(), false, (int) size);
        for (SectionVar variable : variables) {
            types.putInt(variable.type());
            types.putInt((int) variable.offset());
            types.putInt((int) variable.size());
        }
        return id;
    }

    /**
     * Adds a declaration tag.
     *
     * @param tag the tag
     * @param type the type tagged
     * @param component the member or argument tagged, or -1
     * @return its number
     */
    public int addDeclTag(String tag, int type, int component) {
        int id = begin(tag, BtfKind.DECL_TAG, 0, false, type);
        types.putInt(component);
        return id;
    }

    /**
     * Copies all types of other BTF data behind those added so far, changing nothing but their
     * numbers. Used on an empty builder it keeps the numbers too.
     *
     * @param other the types to copy
     */
    public void addAll(Btf other) {
        int shift = next - 1;
        for (int id = 1; id < other.size(); id++) {
            add(other.type(id), number -> number + shift);
        }
    }

    /**
     * Adds a type like another, which refers to the same type numbers.
     *
     * @param type the type; its number is ignored
     * @return its number
     */
    public int add(BtfType type) {
        return add(type, same -> same);
    }

    /**
     * Adds a type like another, but for the types it refers to.
     *
     * @param type the type; its number is ignored
     * @param renumber gives the new numbers of the types it refers to, but that of void
     * @return its number
     */
    public int add(BtfType type, IntUnaryOperator renumber) {
        return switch (type) {
            case VoidType t -> 0;
            case Int t -> {
                int id = begin(t.name(), BtfKind.INT, 0, false, t.size());
                types.putInt(t.encoding() << 24 | t.bitOffset() << 16 | t.bits());
                yield id;
            }
            case FloatType t -> addFloat(t.name(), t.size());
            case Ptr t -> addPointer(renumbered(t.target(), renumber));
            case Array t -> addArray(renumbered(t.element(), renumber), renumbered(t.index(), renumber), t.length());
            case Composite t ->
                addComposite(
                        t.kind(),
                        t.name(),
                        (int) t.size(),
                        t.members().stream()
                                .map(m -> new Member(
                                        m.name(), renumbered(m.type(), renumber), m.bitOffset(), m.bitfieldSize()))
                                .toList());
            case EnumType t ->
                t.wide()
                        ? addEnum64(t.name(), t.size(), t.isSigned(), t.values())
                        : addEnum(t.name(), t.size(), t.isSigned(), t.values());
            case Fwd t -> addForward(t.name(), t.isUnion());
            case Typedef t -> addTypedef(t.name(), renumbered(t.type(), renumber));
            case Qualifier t -> addQualifier(t.kind(), renumbered(t.type(), renumber));
            case TypeTag t -> addTypeTag(t.name(), renumbered(t.type(), renumber));
            case Func t -> addFunction(t.name(), renumbered(t.proto(), renumber), t.linkage());
            case FuncProto t ->
                addPrototype(
                        renumbered(t.returnType(), renumber),
                        t.params().stream()
                                .map(p -> new Param(p.name(), renumbered(p.type(), renumber)))
                                .toList());
            case Var t -> addVariable(t.name(), renumbered(t.type(), renumber), t.linkage());
            case DataSec t ->
                addDataSection(
                        t.name(),
                        t.size(),
                        t.variables().stream()
                                .map(v -> new SectionVar(renumbered(v.type(), renumber), v.offset(), v.size()))
                                .toList());
            case DeclTag t -> addDeclTag(t.name(), renumbered(t.type(), renumber), t.component());
        };
    }

    private static int renumbered(int type, IntUnaryOperator renumber) {
        return type == 0 ? 0 : renumber.applyAsInt(type);
    }

    /**
     * Writes the data.
     *
     * @return the contents of a {@code .BTF} section
     */
    public byte[] toByteArray() {
        byte[] typeBytes = types.toByteArray();
        byte[] stringBytes = strings.toByteArray();
        return ByteBuffer.allocate(BtfLayout.HEADER_SIZE + typeBytes.length + stringBytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) BtfLayout.MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(BtfLayout.HEADER_SIZE)
                .putInt(0)
                .putInt(typeBytes.length)
                .putInt(typeBytes.length)
                .putInt(stringBytes.length)
                .put(typeBytes)
                .put(stringBytes)
                .array();
    }

    /**
     * Writes and checks the data.
     *
     * @return the types
     * @throws BtfFormatException if what was added is not valid BTF
     */
    public Btf build() {
        return base == null ? Btf.parse(toByteArray()) : Btf.parse(toByteArray(), base);
    }

    private int begin(String name, BtfKind kind, int items, boolean kindFlag, int sizeOrType) {
        if (items > 0xffff) {
            throw new IllegalArgumentException(name + " has more than 65,535 items");
        }
        types.putInt(string(name));
        types.putInt((kindFlag ? 1 << 31 : 0) | kind.number() << 24 | items);
        types.putInt(sizeOrType);
        return next++;
    }

    /**
     * Adds a string that no type has, such as one that {@code .BTF.ext} refers to.
     *
     * @param text the string, without a zero character
     * @return its offset in the string section
     */
    public int addString(String text) {
        return string(text);
    }

    private int string(String text) {
        Integer known = stringOffsets.get(text);
        if (known == null) {
            known = firstString + strings.size();
            strings.put(text.getBytes(StandardCharsets.UTF_8));
            strings.put(new byte[1]);
            stringOffsets.put(text, known);
        }
        return known;
    }

    /** A growing little-endian buffer. */
    private static final class Buffer {
        private final java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();

        void putInt(int value) {
            out.write(value);
            out.write(value >>> 8);
            out.write(value >>> 16);
            out.write(value >>> 24);
        }

        void put(byte[] bytes) {
            out.writeBytes(bytes);
        }

        int size() {
            return out.size();
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
