/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import org.jspecify.annotations.Nullable;

/**
 * What a map is created from: the attributes of {@code BPF_MAP_CREATE}. Immutable.
 *
 * @param name the map's name; at most 15 characters reach Linux, longer ones are fine here
 * @param type the kind
 * @param keySize bytes in a key; 0 where the kind has no key
 * @param valueSize bytes in a value as a program sees it; 0 where the kind has none
 * @param maxEntries capacity; its unit depends on the kind (elements, or bytes for ring buffers)
 * @param flags {@code BPF_F_*} creation flags
 * @param extra {@code map_extra}: hash functions of a bloom filter, address of an arena; else 0
 * @param inner the template of the inner maps of a map of maps; else null
 */
public record MapDefinition(
        String name,
        MapType type,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        long extra,
        @Nullable MapDefinition inner) {
    /**
     * A definition without extra or inner template.
     *
     * @param name the map's name
     * @param type the kind
     * @param keySize bytes in a key
     * @param valueSize bytes in a value
     * @param maxEntries capacity, an unsigned number
     * @param flags creation flags
     */
    public MapDefinition(String name, MapType type, int keySize, int valueSize, int maxEntries, int flags) {
        this(name, type, keySize, valueSize, maxEntries, flags, 0, null);
    }
}
