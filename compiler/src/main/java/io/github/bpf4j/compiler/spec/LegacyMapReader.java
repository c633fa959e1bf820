/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.map.MapType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the section {@code maps}: an array of {@code struct bpf_map_def} (libbpf before 1.0: type, key size, value size, capacity,
 * flags) or of {@code struct bpf_elf_map} (iproute2: the same and id, pinning, inner id, inner index). They are told apart by the size
 * of an entry.
 */
final class LegacyMapReader {
    private static final int MAP_DEF = 20;
    private static final int ELF_MAP = 36;

    private final SpecReader file;

    LegacyMapReader(SpecReader file) {
        this.file = file;
    }

    /** iproute2's numbers for a map, by which maps refer to one another. */
    private record Numbers(int map, int id, int innerId, int innerIndex) {}

    void read(MapTable maps) {
        ElfSection section = file.elf.section(SpecReader.LEGACY_MAPS).orElse(null);
        if (section == null || section.data().length() == 0) {
            return;
        }
        List<ElfSymbol> symbols = new ArrayList<>(file.symbolsOf(section));
        symbols.removeIf(s -> s.name().isEmpty());
        symbols.sort(Comparator.comparingLong(ElfSymbol::value));
        if (symbols.isEmpty() || section.size() % symbols.size() != 0) {
            throw new SpecException(
                    "section 'maps'",
                    "%d bytes are not divided evenly among %d maps".formatted(section.size(), symbols.size()));
        }
        long entry = section.size() / symbols.size();
        List<Numbers> numbers = new ArrayList<>();
        for (ElfSymbol symbol : symbols) {
            String place = "map '" + symbol.name() + "'";
            if (symbol.value() < 0 || symbol.value() % entry != 0 || symbol.value() >= section.size()) {
                throw new SpecException(place, "does not start at a multiple of %d bytes".formatted(entry));
            }
            ByteView definition = section.data().slice(symbol.value(), entry);
            boolean isElfMap = entry == ELF_MAP;
            if (!isElfMap) {
                checkMapDef(place, definition);
            }
            MapSpec map = map(symbol.name(), definition, isElfMap);
            maps.add(section, map, symbol.value(), entry, -1);
            if (isElfMap) {
                int index = maps.all().size() - 1;
                numbers.add(new Numbers(index, definition.i32(20), definition.i32(28), definition.i32(32)));
                if (map.type() == MapType.PROG_ARRAY) {
                    maps.addProgramArray(definition.i32(20));
                }
            }
        }
        nest(maps, numbers);
    }

    private static void checkMapDef(String place, ByteView definition) {
        if (definition.length() < MAP_DEF) {
            throw new SpecException(place, "a definition of %d bytes".formatted(definition.length()));
        }
        for (int i = MAP_DEF; i < definition.length(); i++) {
            if (definition.u8(i) != 0) {
                throw new SpecException(
                        place, "its definition of %d bytes has unknown attributes".formatted(definition.length()));
            }
        }
    }

    private static MapSpec map(String name, ByteView definition, boolean isElfMap) {
        String place = "map '" + name + "'";
        int number = definition.i32(0);
        MapType type = null;
        for (MapType candidate : MapType.values()) {
            type = candidate.kernelId() == number ? candidate : type;
        }
        if (type == null) {
            throw new SpecException(place, "unknown map type " + Integer.toUnsignedString(number));
        }
        int keySize = definition.i32(4);
        int valueSize = definition.i32(8);
        if (keySize < 0 || valueSize < 0) {
            throw new SpecException(place, "a key or value of more than 2 GiB");
        }
        Pinning pinning = isElfMap && definition.i32(24) != 0 ? Pinning.BY_NAME : Pinning.NONE;
        return new MapSpec(
                name,
                MapSpec.Origin.LEGACY,
                type,
                keySize,
                valueSize,
                definition.i32(12),
                definition.i32(16),
                0,
                0,
                pinning,
                null,
                0,
                0,
                null,
                List.of(),
                null,
                List.of());
    }

    /** Connects maps of maps: an outer map names its template by id, inner maps say where in it they stand. */
    private static void nest(MapTable maps, List<Numbers> numbers) {
        Map<Integer, Integer> byId = new HashMap<>();
        for (Numbers map : numbers) {
            if (map.id != 0) {
                byId.putIfAbsent(map.id, map.map);
            }
        }
        Map<Integer, List<InitialValue>> values = new HashMap<>();
        for (Numbers map : numbers) {
            if (map.id != 0 && map.innerId == 0 && map.innerIndex > 0) {
                values.computeIfAbsent(map.id, id -> new ArrayList<>())
                        .add(new InitialValue(map.innerIndex, maps.get(map.map).name()));
            }
        }
        for (Numbers map : numbers) {
            MapSpec outer = maps.get(map.map);
            boolean ofMaps = outer.type() == MapType.ARRAY_OF_MAPS || outer.type() == MapType.HASH_OF_MAPS;
            if (map.innerId == 0 || !ofMaps) {
                continue;
            }
            Integer template = byId.get(map.innerId);
            if (template == null || template == map.map) {
                throw new SpecException("map '" + outer.name() + "'", "no map has its inner id " + map.innerId);
            }
            MapSpec nested = outer.withInner(maps.get(template));
            maps.all().set(map.map, nested.withInitialValues(values.getOrDefault(map.innerId, List.of())));
        }
    }
}
