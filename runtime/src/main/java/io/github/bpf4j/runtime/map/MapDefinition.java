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
 * @param special fields of the value that the map looks after, such as a spin lock
 */
public record MapDefinition(
        String name,
        MapType type,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        long extra,
        @Nullable MapDefinition inner,
        SpecialFields special) {
    /**
     * A definition whose values have no special fields.
     *
     * @param name the map's name
     * @param type the kind
     * @param keySize bytes in a key
     * @param valueSize bytes in a value
     * @param maxEntries capacity, an unsigned number
     * @param flags creation flags
     * @param extra {@code map_extra}
     * @param inner the template of the inner maps
     */
    public MapDefinition(
            String name,
            MapType type,
            int keySize,
            int valueSize,
            int maxEntries,
            int flags,
            long extra,
            @Nullable MapDefinition inner) {
        this(name, type, keySize, valueSize, maxEntries, flags, extra, inner, SpecialFields.NONE);
    }

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
        this(name, type, keySize, valueSize, maxEntries, flags, 0, null, SpecialFields.NONE);
    }

    /**
     * The same map with special fields in its values.
     *
     * @param fields the fields, all inside the value
     * @return the definition
     */
    public MapDefinition withSpecial(SpecialFields fields) {
        return new MapDefinition(name, type, keySize, valueSize, maxEntries, flags, extra, inner, fields);
    }

    /**
     * The same map with another capacity.
     *
     * @param entries the capacity, an unsigned number
     * @return the definition
     */
    public MapDefinition withMaxEntries(int entries) {
        return new MapDefinition(name, type, keySize, valueSize, entries, flags, extra, inner, special);
    }

    /**
     * Whether a creation flag is set.
     *
     * @param flag one of {@link MapFlags}
     * @return whether it is set
     */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /**
     * Whether programs may read values but not change them.
     *
     * @return true with {@link MapFlags#RDONLY_PROG}, which Linux adds to the maps of devices itself
     */
    public boolean isReadOnlyForPrograms() {
        return has(MapFlags.RDONLY_PROG) || type == MapType.DEVMAP || type == MapType.DEVMAP_HASH;
    }
}
