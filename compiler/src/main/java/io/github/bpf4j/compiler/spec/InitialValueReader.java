/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfRelocation;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.map.MapType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the elements that maps of maps and program arrays start with: the addresses in their {@code values} attribute, and for
 * iproute2's program arrays the sections named {@code ID/KEY}.
 */
final class InitialValueReader {
    private static final Pattern TAIL_SECTION = Pattern.compile("(?:0x)?([0-9]{1,9})/([0-9]{1,9})");

    private final SpecReader file;
    private final MapTable maps;
    private final CodeReader code;
    private final Map<Integer, String> programs = new HashMap<>();

    InitialValueReader(SpecReader file, MapTable maps, CodeReader code) {
        this.file = file;
        this.maps = maps;
        this.code = code;
        for (ProgramSpec program : code.programs()) {
            programs.put(program.function(), program.name());
        }
    }

    List<MapSpec> read() {
        Map<Integer, List<InitialValue>> values = new HashMap<>();
        for (ElfSection section : file.elf.sections()) {
            if (section.name().equals(SpecReader.MAPS) && maps.isDeclarations(section.index())) {
                for (ElfRelocation relocation : file.relocations.get(section.index())) {
                    read(section, relocation, values);
                }
            }
        }
        tailSections(values);
        values.forEach((map, list) -> {
            MapSpec old = maps.get(map);
            List<InitialValue> all = new ArrayList<>(old.initialValues());
            all.addAll(list);
            maps.all().set(map, old.withInitialValues(all));
        });
        return maps.all();
    }

    private void read(ElfSection section, ElfRelocation relocation, Map<Integer, List<InitialValue>> values) {
        MapTable.Declared map = maps.at(section.index(), relocation.offset());
        String place =
                map == null ? "section '.maps'" : "map '" + maps.get(map.map()).name() + "'";
        if (map == null || map.valuesOffset() < 0) {
            throw new SpecException(
                    place, "an address at offset %d, outside any 'values'".formatted(relocation.offset()));
        }
        if (relocation.type() != Elf.R_BPF_64_ABS64) {
            throw new SpecException(place, "relocation type %d of a value".formatted(relocation.type()));
        }
        long at = relocation.offset() - map.offset() - map.valuesOffset();
        if (at < 0 || at % 8 != 0) {
            throw new SpecException(place, "an address inside a value");
        }
        MapSpec spec = maps.get(map.map());
        String target = spec.type() == MapType.PROG_ARRAY
                ? program(place, relocation.symbol())
                : inner(place, relocation.symbol());
        values.computeIfAbsent(map.map(), index -> new ArrayList<>()).add(new InitialValue((int) (at / 8), target));
    }

    private String program(String place, ElfSymbol symbol) {
        int function = symbol.isDefined() ? code.functionAt(symbol.section(), symbol.value()) : -1;
        String name = programs.get(function);
        if (name != null) {
            return name;
        }
        throw new SpecException(place, "value '%s' is not a program of this object".formatted(symbol.name()));
    }

    private String inner(String place, ElfSymbol symbol) {
        MapTable.Declared map = symbol.isDefined() ? maps.at(symbol.section(), symbol.value()) : null;
        if (map == null || map.offset() != symbol.value()) {
            throw new SpecException(place, "value '%s' is not a map of this object".formatted(symbol.name()));
        }
        return maps.get(map.map()).name();
    }

    private void tailSections(Map<Integer, List<InitialValue>> values) {
        for (ProgramSpec program : code.programs()) {
            Matcher name = TAIL_SECTION.matcher(program.section());
            if (!name.matches()) {
                continue;
            }
            int id = Integer.parseInt(name.group(1));
            int key = Integer.parseInt(name.group(2));
            for (int map : maps.programArrays(id)) {
                values.computeIfAbsent(map, index -> new ArrayList<>()).add(new InitialValue(key, program.name()));
            }
        }
    }
}
