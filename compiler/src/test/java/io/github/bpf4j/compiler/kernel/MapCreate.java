/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.runtime.map.MapDefinition;

/**
 * The attributes of {@code BPF_MAP_CREATE}.
 *
 * @param type {@code enum bpf_map_type}
 * @param keySize bytes in a key
 * @param valueSize bytes in a value
 * @param maxEntries capacity
 * @param flags {@code BPF_F_*}
 * @param innerMapFd a map to take as the template of inner maps, or 0
 * @param numaNode with {@code BPF_F_NUMA_NODE}
 * @param name at most 15 characters are used
 * @param btfFd type information, or 0
 * @param btfKeyTypeId id of the key's type
 * @param btfValueTypeId id of the value's type
 * @param extra {@code map_extra}
 */
public record MapCreate(
        int type,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        int innerMapFd,
        int numaNode,
        String name,
        int btfFd,
        int btfKeyTypeId,
        int btfValueTypeId,
        long extra) {
    /** A map without type information. */
    public static MapCreate of(int type, int keySize, int valueSize, int maxEntries) {
        return new MapCreate(type, keySize, valueSize, maxEntries, 0, 0, 0, "test", 0, 0, 0, 0);
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
                0,
                definition.name().replaceAll("[^A-Za-z0-9_.]", "_"),
                0,
                0,
                0,
                definition.extra());
    }

    /** With other flags. */
    public MapCreate withFlags(int newFlags) {
        return new MapCreate(
                type,
                keySize,
                valueSize,
                maxEntries,
                newFlags,
                innerMapFd,
                numaNode,
                name,
                btfFd,
                btfKeyTypeId,
                btfValueTypeId,
                extra);
    }

    /** With the template of its inner maps. */
    public MapCreate withInner(int newInnerMapFd) {
        return new MapCreate(
                type,
                keySize,
                valueSize,
                maxEntries,
                flags,
                newInnerMapFd,
                numaNode,
                name,
                btfFd,
                btfKeyTypeId,
                btfValueTypeId,
                extra);
    }

    /** With the types of key and value, which spin locks and timers in values need. */
    public MapCreate withBtf(int newBtfFd, int newKeyTypeId, int newValueTypeId) {
        return new MapCreate(
                type,
                keySize,
                valueSize,
                maxEntries,
                flags,
                innerMapFd,
                numaNode,
                name,
                newBtfFd,
                newKeyTypeId,
                newValueTypeId,
                extra);
    }

    /** With {@code map_extra}. */
    public MapCreate withExtra(long newExtra) {
        return new MapCreate(
                type,
                keySize,
                valueSize,
                maxEntries,
                flags,
                innerMapFd,
                numaNode,
                name,
                btfFd,
                btfKeyTypeId,
                btfValueTypeId,
                newExtra);
    }
}
