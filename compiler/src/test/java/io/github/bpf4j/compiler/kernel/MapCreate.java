/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.runtime.map.MapDefinition;

/**
 * The attributes of {@code BPF_MAP_CREATE} that tests need.
 *
 * @param type {@code enum bpf_map_type}
 * @param keySize bytes in a key
 * @param valueSize bytes in a value
 * @param maxEntries capacity
 * @param flags {@code BPF_F_*}
 * @param innerMapFd a map to take as the template of inner maps, or 0
 * @param name at most 15 characters are used
 * @param types the types of key and value
 * @param extra {@code map_extra}
 */
public record MapCreate(
        int type,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        int innerMapFd,
        String name,
        Types types,
        long extra) {
    /**
     * The types of key and value, which spin locks and timers in values need.
     *
     * @param btfFd type information, or 0
     * @param keyTypeId id of the key's type
     * @param valueTypeId id of the value's type
     */
    public record Types(int btfFd, int keyTypeId, int valueTypeId) {
        private static final Types NONE = new Types(0, 0, 0);
    }

    /** A map without type information. */
    public static MapCreate of(int type, int keySize, int valueSize, int maxEntries) {
        return new MapCreate(type, keySize, valueSize, maxEntries, 0, 0, "test", Types.NONE, 0);
    }

    /** The map that a bpf4j definition describes; {@code innerMapFd} for maps of maps, else 0. */
    public static MapCreate of(MapDefinition definition, int innerMapFd) {
        return new MapCreate(
                definition.type().kernelId(),
                definition.keySize(),
                definition.valueSize(),
                definition.maxEntries(),
                definition.flags(),
                innerMapFd,
                definition.name().replaceAll("[^A-Za-z0-9_.]", "_"),
                Types.NONE,
                definition.extra());
    }

    /** With other flags. */
    public MapCreate withFlags(int newFlags) {
        return new MapCreate(type, keySize, valueSize, maxEntries, newFlags, innerMapFd, name, types, extra);
    }

    /** With the types of key and value. */
    public MapCreate withBtf(int btfFd, int keyTypeId, int valueTypeId) {
        Types newTypes = new Types(btfFd, keyTypeId, valueTypeId);
        return new MapCreate(type, keySize, valueSize, maxEntries, flags, innerMapFd, name, newTypes, extra);
    }
}
