/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.DataSec;
import io.github.bpf4j.compiler.btf.BtfType.EnumType;
import io.github.bpf4j.compiler.btf.BtfType.FuncProto;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.btf.BtfType.Var;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.map.MapType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the section {@code .maps}: each variable's struct type spells out a map's attributes, numbers as array lengths ({@code __uint})
 * and types as pointers ({@code __type}). The values in the section itself say nothing.
 */
final class BtfMapReader {
    private final SpecReader file;

    BtfMapReader(SpecReader file) {
        this.file = file;
    }

    void read(MapTable maps) {
        ElfSection section = file.elf.section(SpecReader.MAPS).orElse(null);
        if (section == null) {
            return;
        }
        Btf btf = file.btf;
        DataSec variables = btf == null ? null : btf.find(SpecReader.MAPS, DataSec.class);
        if (btf == null || variables == null) {
            throw new SpecException("section '.maps'", "there is no BTF that describes it; compile with -g");
        }
        Map<String, ElfSymbol> symbols = new HashMap<>();
        for (ElfSymbol symbol : file.symbolsOf(section)) {
            symbols.putIfAbsent(symbol.name(), symbol);
        }
        for (SectionVar entry : variables.variables()) {
            if (!(btf.type(entry.type()) instanceof Var variable)) {
                throw new SpecException("section '.maps'", "'%s' is no variable".formatted(btf.name(entry.type())));
            }
            String place = "map '" + variable.name() + "'";
            ElfSymbol symbol = symbols.get(variable.name());
            if (symbol == null) {
                throw new SpecException(place, "no symbol of this name in section '.maps'");
            }
            if (!(btf.resolve(variable.type()) instanceof Composite definition) || definition.isUnion()) {
                throw new SpecException(place, "declared by a type that is not a struct");
            }
            Declaration declaration = new Declaration(btf, variable.name(), false);
            MapSpec map = declaration.read(definition);
            // The symbol's size counts the elements of a flexible array too.
            long size = Math.max(1, Math.max(definition.size(), symbol.size()));
            maps.add(section, map, symbol.value(), size, declaration.valuesOffset);
        }
    }

    /** The attributes of one map, gathered member by member. */
    private static final class Declaration {
        private final Btf btf;
        private final String name;
        private final boolean isInner;
        private @Nullable MapType type;
        private long keySize = -1;
        private long valueSize = -1;
        private int keyType;
        private int valueType;
        private int maxEntries;
        private int flags;
        private int numaNode;
        private long extra;
        private Pinning pinning = Pinning.NONE;
        private @Nullable MapSpec inner;
        private long valuesOffset = -1;
        private boolean holdsPrograms;

        Declaration(Btf btf, String name, boolean isInner) {
            this.btf = btf;
            this.name = name;
            this.isInner = isInner;
        }

        MapSpec read(Composite definition) {
            for (Member member : definition.members()) {
                switch (member.name()) {
                    case "type" -> type = mapType(number(member));
                    case "max_entries" -> maxEntries = number(member);
                    case "map_flags" -> flags = number(member);
                    case "numa_node" -> {
                        numaNode = number(member);
                        flags |= MapSpec.BPF_F_NUMA_NODE;
                    }
                    case "map_extra" -> extra = longNumber(member);
                    case "key_size" -> keySize = size("key", keySize, number(member) & 0xffff_ffffL);
                    case "value_size" -> valueSize = size("value", valueSize, number(member) & 0xffff_ffffL);
                    case "key" -> {
                        keyType = pointed(member);
                        keySize = size("key", keySize, sizeOf("key", keyType));
                    }
                    case "value" -> {
                        valueType = pointed(member);
                        valueSize = size("value", valueSize, sizeOf("value", valueType));
                    }
                    case "pinning" -> pinning = pinning(number(member));
                    case "values" -> values(definition, member);
                    default -> throw fault("unknown attribute '%s'".formatted(member.name()));
                }
            }
            if (type == null) {
                throw fault("has no attribute 'type'");
            }
            checkValues(type);
            return new MapSpec(
                    name,
                    MapSpec.Origin.BTF,
                    type,
                    (int) Math.max(0, keySize),
                    (int) Math.max(0, valueSize),
                    maxEntries,
                    flags,
                    extra,
                    numaNode,
                    pinning,
                    null,
                    keyType,
                    valueType,
                    inner,
                    List.of(),
                    null,
                    List.of());
        }

        private void checkValues(MapType kind) {
            boolean ofMaps = kind == MapType.ARRAY_OF_MAPS || kind == MapType.HASH_OF_MAPS;
            if (inner != null && !ofMaps) {
                throw fault("only a map of maps has inner maps, not " + kind);
            }
            if (holdsPrograms && kind != MapType.PROG_ARRAY) {
                throw fault("only a PROG_ARRAY has programs as values, not " + kind);
            }
            if (valuesOffset >= 0) {
                valueSize = size("value", valueSize, 4);
            }
        }

        private SpecException fault(String problem) {
            return new SpecException("map '" + name + "'", problem);
        }

        private MapType mapType(int number) {
            for (MapType candidate : MapType.values()) {
                if (candidate.kernelId() == number) {
                    return candidate;
                }
            }
            throw fault("unknown map type " + Integer.toUnsignedString(number));
        }

        private Pinning pinning(int number) {
            if (isInner) {
                throw fault("an inner map cannot be pinned");
            }
            return switch (number) {
                case 0 -> Pinning.NONE;
                case 1 -> Pinning.BY_NAME;
                default -> throw fault("unknown pinning " + Integer.toUnsignedString(number));
            };
        }

        /** {@code __uint(name, value)} is {@code int (*name)[value]}. */
        private int number(Member member) {
            if (btf.resolve(member.type()) instanceof Ptr pointer
                    && btf.resolve(pointer.target()) instanceof Array array) {
                return (int) array.length();
            }
            throw fault("attribute '%s' is not declared with __uint".formatted(member.name()));
        }

        /** {@code __ulong(name, value)} is an enum with this one value; {@code __uint} will do, too. */
        private long longNumber(Member member) {
            return btf.resolve(member.type()) instanceof EnumType constant
                            && constant.values().size() == 1
                    ? constant.values().getFirst().value()
                    : number(member) & 0xffff_ffffL;
        }

        /** {@code __type(name, value)} is {@code typeof(value) *name}. */
        private int pointed(Member member) {
            if (btf.resolve(member.type()) instanceof Ptr pointer) {
                return pointer.target();
            }
            throw fault("attribute '%s' is not declared with __type".formatted(member.name()));
        }

        private long sizeOf(String what, int id) {
            long size = btf.sizeOf(id);
            if (size < 0) {
                throw fault("the type of its %s has no size".formatted(what));
            }
            return size;
        }

        private long size(String what, long before, long now) {
            if (before >= 0 && before != now) {
                throw fault("conflicting %s sizes %d and %d".formatted(what, before, now));
            }
            if (now > Integer.MAX_VALUE) {
                throw fault("a %s of %d bytes".formatted(what, now));
            }
            return now;
        }

        /** {@code __array(values, type)} is {@code type *values[]}. */
        private void values(Composite definition, Member member) {
            if (isInner) {
                throw fault("maps cannot be nested deeper than two levels");
            }
            if (!member.equals(definition.members().getLast())) {
                throw fault("'values' is not the last attribute");
            }
            if (!(btf.resolve(member.type()) instanceof Array array)
                    || !(btf.resolve(array.element()) instanceof Ptr pointer)) {
                throw fault("'values' is not declared with __array");
            }
            valuesOffset = member.bitOffset() / 8;
            BtfType value = btf.resolve(pointer.target());
            if (value instanceof FuncProto) {
                holdsPrograms = true;
            } else if (value instanceof Composite struct && !struct.isUnion()) {
                inner = new Declaration(btf, name + ".inner", true).read(struct);
            } else {
                throw fault("'values' are neither maps nor functions");
            }
        }
    }
}
