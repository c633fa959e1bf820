/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.elf.ElfSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The maps found so far and where in the file they stand, for relocations against them. */
final class MapTable {
    private final List<MapSpec> maps = new ArrayList<>();
    private final Map<Integer, TreeMap<Long, Declared>> declared = new HashMap<>();
    private final Map<Integer, MapSpec> sections = new HashMap<>();
    private final Map<Integer, List<Integer>> programArrays = new HashMap<>();

    /**
     * A declared map's place in its section.
     *
     * @param map index in {@link #all()}
     * @param offset where it starts
     * @param size how many bytes its declaration takes
     * @param valuesOffset where its {@code values} member starts, or -1
     */
    record Declared(int map, long offset, long size, long valuesOffset) {}

    /** Adds a map that stands nowhere. */
    void add(MapSpec map) {
        maps.add(map);
    }

    /** Adds the map of a whole data section, or puts it in place of the declared map that the section belongs to. */
    void add(ElfSection section, MapSpec map) {
        int known = map.origin().isSection()
                ? -1
                : maps.stream().map(MapSpec::name).toList().indexOf(map.name());
        if (known < 0) {
            maps.add(map);
        } else {
            maps.set(known, map);
        }
        sections.put(section.index(), map);
    }

    /** Adds a declared map. */
    void add(ElfSection section, MapSpec map, long offset, long size, long valuesOffset) {
        TreeMap<Long, Declared> known = declared.computeIfAbsent(section.index(), index -> new TreeMap<>());
        boolean fits = offset >= 0 && size > 0 && size <= section.size() && offset <= section.size() - size;
        Map.Entry<Long, Declared> before = fits ? known.floorEntry(offset + size - 1) : null;
        if (!fits
                || (before != null
                        && before.getValue().offset() + before.getValue().size() > offset)) {
            throw new SpecException(
                    "map '" + map.name() + "'",
                    "its declaration of %d bytes at offset %d of section '%s' overlaps another or does not fit"
                            .formatted(size, offset, section.name()));
        }
        known.put(offset, new Declared(maps.size(), offset, size, valuesOffset));
        maps.add(map);
    }

    /** The declared map that covers an offset of a section. */
    @Nullable
    Declared at(int section, long offset) {
        TreeMap<Long, Declared> known = declared.get(section);
        Map.Entry<Long, Declared> entry = known == null ? null : known.floorEntry(offset);
        return entry == null
                        || offset
                                >= entry.getValue().offset() + entry.getValue().size()
                ? null
                : entry.getValue();
    }

    /** Notes iproute2's number of a program array, the last map added. */
    void addProgramArray(int id) {
        programArrays.computeIfAbsent(id, number -> new ArrayList<>()).add(maps.size() - 1);
    }

    /** The program arrays of an iproute2 number. */
    List<Integer> programArrays(int id) {
        return programArrays.getOrDefault(id, List.of());
    }

    /** Whether a section holds map declarations. */
    boolean isDeclarations(int section) {
        return declared.containsKey(section);
    }

    /** Whether a section is a map. */
    boolean isData(int section) {
        return sections.containsKey(section);
    }

    /** The map that a data section is. */
    @Nullable
    MapSpec ofSection(int section) {
        return sections.get(section);
    }

    /** A map by its index. */
    MapSpec get(int map) {
        return maps.get(map);
    }

    /** All maps in the order they were added; editable. */
    List<MapSpec> all() {
        return maps;
    }
}
