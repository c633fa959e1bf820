/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.BtfType.*;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The types of an object file, a kernel or a running program's surroundings. Everything is checked
 * when it is parsed; types are decoded, and the name index is built, when first asked for, so that
 * a kernel's 150,000 types cost little.
 *
 * <p>Immutable; may be shared between threads.
 *
 * @see <a href="https://docs.kernel.org/bpf/btf.html">BPF Type Format, kernel documentation</a>
 */
public final class Btf {
    static final BtfType VOID = new VoidType();

    private final byte[] raw;
    private final @Nullable Btf base;
    private final BtfLayout layout;
    private final BtfChecker checked;
    private final TypeDecoder decoder;
    private final AtomicReferenceArray<@Nullable BtfType> types;
    private volatile @Nullable NameIndex names;

    private Btf(byte[] raw, String section, @Nullable Btf base) {
        this.raw = raw;
        this.base = base;
        layout = new BtfLayout(raw, section, base == null ? null : base.layout);
        checked = new BtfChecker(layout, base == null ? null : base.checked);
        decoder = new TypeDecoder(layout, this::resolve);
        types = new AtomicReferenceArray<>(layout.count() - layout.firstId);
    }

    /**
     * Parses BTF data: the contents of a {@code .BTF} section or of {@code /sys/kernel/btf/vmlinux}.
     *
     * @param bytes the data, little-endian; copied
     * @return the types
     * @throws BtfFormatException if the data is damaged or contradicts itself
     */
    public static Btf parse(byte[] bytes) {
        return new Btf(bytes.clone(), BtfLayout.SECTION, null);
    }

    /**
     * Parses split BTF: the types of a kernel module, which continue the numbers and strings of the kernel's own types.
     *
     * @param bytes the data, such as that of {@code /sys/kernel/btf/MODULE}; copied
     * @param base the types that it continues; must be those that it was made for
     * @return the types of both
     * @throws BtfFormatException if the data is damaged, contradicts itself or refers to what the base does not have
     */
    public static Btf parse(byte[] bytes, Btf base) {
        return new Btf(bytes.clone(), BtfLayout.SECTION, base);
    }

    /**
     * Parses the split BTF of a kernel module that was built on its own: it has an extract of the kernel's types at hand, by whose names
     * and sizes its references find the types of another kernel.
     *
     * @param bytes the contents of the module's {@code .BTF} section; copied
     * @param distilledBase the contents of its {@code .BTF.base} section; copied
     * @param base the kernel's types
     * @return the types of both; the module's have the numbers after the kernel's
     * @throws BtfFormatException if the data is damaged or contradicts itself, or if a type of the extract is missing or ambiguous in {@code
     *     base}
     */
    public static Btf parse(byte[] bytes, byte[] distilledBase, Btf base) {
        Btf distilled = new Btf(distilledBase.clone(), BtfLayout.BASE_SECTION, null);
        return DistilledBase.replace(parse(bytes, distilled), base);
    }

    /**
     * Parses a part of a file.
     *
     * @param bytes the data
     * @return the types
     * @throws BtfFormatException if the data is damaged or contradicts itself
     */
    public static Btf parse(ByteView bytes) {
        return new Btf(bytes.toByteArray(), BtfLayout.SECTION, null);
    }

    /**
     * The data this was parsed from, without that of the {@link #base}.
     *
     * @return a copy
     */
    public byte[] toByteArray() {
        return raw.clone();
    }

    /**
     * The types that split BTF continues.
     *
     * @return the base, or null
     */
    public @Nullable Btf base() {
        return base;
    }

    /**
     * The number of the first type that is not the {@link #base}'s.
     *
     * @return 1 or more; {@link #size} if there is no such type
     */
    public int firstId() {
        return layout.firstId;
    }

    /**
     * How many types there are, {@code void} and those of the {@link #base} included: type numbers are below this.
     *
     * @return at least 1
     */
    public int size() {
        return layout.count();
    }

    /**
     * A type by its number.
     *
     * @param id 0 (void) to {@link #size()} - 1
     * @return the type
     * @throws IndexOutOfBoundsException if there is no such type
     */
    public BtfType type(int id) {
        if (id == 0) {
            return VOID;
        }
        if (base != null && id < layout.firstId) {
            return base.type(id);
        }
        int own = id - layout.firstId;
        BtfType type = types.get(own);
        if (type == null) {
            type = decoder.decode(id);
            types.set(own, type);
        }
        return type;
    }

    /**
     * The kind of a type, without decoding it.
     *
     * @param id a type number
     * @return the kind
     * @throws IndexOutOfBoundsException if there is no such type
     */
    public BtfKind kind(int id) {
        return layout.kind(id);
    }

    /**
     * The name of a type, without decoding it.
     *
     * @param id a type number
     * @return the name, empty if it has none
     * @throws IndexOutOfBoundsException if there is no such type
     */
    public String name(int id) {
        return id == 0 ? "void" : layout.string(layout.nameOffset(id));
    }

    /**
     * Whether a type number is in use.
     *
     * @param id any number
     * @return whether {@link #type} accepts it
     */
    public boolean contains(int id) {
        return id >= 0 && id < layout.count();
    }

    /**
     * Whether an offset leads to a string of the string section.
     *
     * @param offset any number
     * @return whether {@link #string} accepts it
     */
    public boolean containsString(long offset) {
        return offset >= 0 && offset < layout.stringEnd();
    }

    /** The exception for a problem in a type that is not the base's. */
    BtfFormatException typeFault(int id, String problem) {
        return layout.typeFault(id, problem);
    }

    /** Where the strings end, those of the base included. */
    int stringEnd() {
        return layout.stringEnd();
    }

    /**
     * The size of the string section, that of the {@link #base} not counted.
     *
     * @return bytes
     */
    public int stringBytes() {
        return layout.strings.length();
    }

    /**
     * A string of the string section.
     *
     * @param offset its offset in bytes
     * @return the string
     * @throws BtfFormatException if the offset is outside the section
     */
    public String string(int offset) {
        if (!containsString(offset)) {
            throw layout.fault(offset, "no string at offset %s".formatted(Integer.toUnsignedString(offset)));
        }
        return layout.string(offset);
    }

    /**
     * The type behind typedefs, qualifiers and type tags.
     *
     * @param id a type number
     * @return a type that is not a {@link Modifier}
     */
    public BtfType resolve(int id) {
        return type(resolveId(id));
    }

    /**
     * The number of the type behind typedefs, qualifiers and type tags.
     *
     * @param id a type number
     * @return the number of a type that is not a {@link Modifier}
     */
    public int resolveId(int id) {
        int resolved = id;
        while (layout.kind(resolved).isModifier()) {
            resolved = layout.sizeOrType(resolved);
        }
        return resolved;
    }

    /**
     * The size of a type.
     *
     * @param id a type number
     * @return bytes, or -1 for a type without size: void, forward declarations, functions, arrays of more than 4 GiB
     */
    public long sizeOf(int id) {
        if (!contains(id)) {
            throw new IndexOutOfBoundsException(id);
        }
        return checked.sizeOf(id);
    }

    /**
     * The alignment of a type.
     *
     * @param id a type number
     * @return bytes, a power of two; 1 for a type without size
     */
    public int alignOf(int id) {
        return alignOf(id, new HashMap<>());
    }

    // Remembers what it found: in crafted types the number of paths may be exponential.
    private int alignOf(int id, Map<Integer, Integer> known) {
        return switch (resolve(id)) {
            case Int type -> Math.min(8, type.size());
            case FloatType type -> Math.min(8, Integer.highestOneBit(Math.max(1, type.size())));
            case EnumType type -> type.size();
            case Ptr type -> 8;
            case Array type -> alignOf(type.element(), known);
            case Var type -> alignOf(type.type(), known);
            case Composite type -> alignOf(type, known);
            case VoidType type -> 1;
            case Fwd type -> 1;
            case Modifier type -> 1;
            case Func type -> 1;
            case FuncProto type -> 1;
            case DataSec type -> 1;
            case DeclTag type -> 1;
        };
    }

    private int alignOf(Composite type, Map<Integer, Integer> known) {
        Integer before = known.get(type.id());
        if (before != null) {
            return before;
        }
        int align = memberAlign(type, known);
        known.put(type.id(), align);
        return align;
    }

    private int memberAlign(Composite type, Map<Integer, Integer> known) {
        int align = 1;
        for (Member member : type.members()) {
            if (member.bitfieldSize() != 0) {
                continue;
            }
            int wanted = alignOf(member.type(), known);
            // A member off its natural place is how a packed struct shows.
            if (member.bitOffset() % (8L * wanted) != 0) {
                return 1;
            }
            align = Math.max(align, wanted);
        }
        return type.size() % align == 0 ? align : 1;
    }

    /**
     * The first type of a name and class, those of the {@link #base} before others.
     *
     * @param name the exact name
     * @param wanted the class of the type
     * @param <T> the class of the type
     * @return the type, or null if there is none
     */
    public <T extends BtfType> @Nullable T find(String name, Class<T> wanted) {
        T known = base == null ? null : base.find(name, wanted);
        if (known != null) {
            return known;
        }
        for (int id : index().idsOf(name)) {
            BtfType type = type(id);
            if (wanted.isInstance(type) && name.equals(type.name())) {
                return wanted.cast(type);
            }
        }
        return null;
    }

    /**
     * The types whose name without a {@code ___flavor} suffix is the given one, in ascending order.
     * The name of a typed enumerator or a member is not searched.
     *
     * @param essentialName a name without flavor
     * @return type numbers
     */
    public List<Integer> candidates(String essentialName) {
        List<Integer> found = base == null ? new ArrayList<>() : base.candidates(essentialName);
        for (int id : index().idsOf(essentialName)) {
            if (essentialName(name(id)).equals(essentialName)) {
                found.add(id);
            }
        }
        return found;
    }

    /**
     * A name without its {@code ___flavor} suffix, which CO-RE ignores: local definitions of one
     * kernel type may differ by it.
     *
     * @param name a type or enumerator name
     * @return the part before the last {@code ___} that has text on both sides
     */
    public static String essentialName(String name) {
        int at = name.lastIndexOf("___");
        // "struct ____x" has no flavor: an underscore may not stand on either side of the three.
        while (at > 0) {
            boolean inside = at + 3 < name.length() && name.charAt(at + 3) != '_';
            if (inside && name.charAt(at - 1) != '_') {
                return name.substring(0, at);
            }
            at = name.lastIndexOf("___", at - 1);
        }
        return name;
    }

    /**
     * The member of a struct or union, searched through anonymous members.
     *
     * @param struct the struct or union
     * @param name the member's name
     * @return the member with its offset from the start of {@code struct}, or null
     */
    public @Nullable Member member(Composite struct, String name) {
        return member(struct, name, new BitSet());
    }

    // No struct is searched twice: in crafted types the number of paths may be exponential.
    private @Nullable Member member(Composite struct, String name, BitSet searched) {
        if (searched.get(struct.id())) {
            return null;
        }
        searched.set(struct.id());
        for (Member member : struct.members()) {
            if (member.name().equals(name)) {
                return member;
            }
            if (member.name().isEmpty() && resolve(member.type()) instanceof Composite inner) {
                Member found = member(inner, name, searched);
                if (found != null) {
                    return new Member(name, found.type(), member.bitOffset() + found.bitOffset(), found.bitfieldSize());
                }
            }
        }
        return null;
    }

    private NameIndex index() {
        NameIndex known = names;
        if (known == null) {
            known = new NameIndex(layout);
            names = known;
        }
        return known;
    }
}
