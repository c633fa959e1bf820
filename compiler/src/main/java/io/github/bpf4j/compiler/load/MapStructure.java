/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.runtime.map.MapDefinition;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code struct bpf_map} that programs may read through a pointer to a map. CO-RE relocations bring programs to the offsets
 * here; the kernel's other fields belong to the kernel. Each field is an unsigned number of {@link #BYTES} bytes.
 */
public enum MapStructure {
    /** The kind of map, a {@code BPF_MAP_TYPE_} number. */
    MAP_TYPE,
    /** Bytes in a key. */
    KEY_SIZE,
    /** Bytes in a value. */
    VALUE_SIZE,
    /** Most elements. */
    MAX_ENTRIES,
    /** {@code BPF_F_} bits. */
    MAP_FLAGS;

    /** Bytes in a field. */
    public static final int BYTES = 4;

    /**
     * The field at an offset.
     *
     * @param offset from the start of the structure
     * @return the field, or null if none starts there
     */
    public static @Nullable MapStructure at(long offset) {
        boolean valid = offset >= 0 && offset % BYTES == 0 && offset / BYTES < values().length;
        return valid ? values()[(int) (offset / BYTES)] : null;
    }

    /**
     * What a map has in this field.
     *
     * @param map the map
     * @return the number
     */
    public int valueIn(MapDefinition map) {
        return switch (this) {
            case MAP_TYPE -> map.type().kernelId();
            case KEY_SIZE -> map.keySize();
            case VALUE_SIZE -> map.valueSize();
            case MAX_ENTRIES -> map.maxEntries();
            case MAP_FLAGS -> map.flags();
        };
    }

    /** The structure as a C declaration. */
    static String declaration() {
        return Stream.of(values())
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .map(name -> (name.equals("map_type") ? "enum bpf_map_type " : "__u32 ") + name + "; ")
                .collect(Collectors.joining("", "struct bpf_map { ", "};\n"));
    }
}
