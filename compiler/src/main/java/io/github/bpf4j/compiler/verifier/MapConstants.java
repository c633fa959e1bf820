/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction.LoadImm64;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;

/** Checks the constants that name maps and places in their values. Linux resolves them all, whether they are reached or not. */
final class MapConstants {
    private static final long MAX_OFFSET = 1L << 29;

    private MapConstants() {}

    static void check(Code code, MapObject[] maps) throws VerifierException {
        for (int slot = 0; slot < code.length; slot++) {
            if (code.instructions[slot] instanceof LoadImm64 load) {
                switch (load.kind()) {
                    case MAP_FD, MAP_IDX -> map(slot, load.imm(), maps);
                    case MAP_VALUE, MAP_IDX_VALUE -> value(slot, map(slot, load.imm(), maps), load.nextImm());
                    case VALUE, BTF_ID, FUNC -> {}
                }
            }
        }
    }

    private static MapObject map(int slot, int index, MapObject[] maps) throws VerifierException {
        if (index < 0 || index >= maps.length) {
            throw reject(
                    slot,
                    new Rejection.InvalidInstruction("map " + index),
                    "fd " + index + " is not pointing to valid bpf_map");
        }
        return maps[index];
    }

    private static void value(int slot, MapObject map, int nextImm) throws VerifierException {
        boolean array = map.definition.type() == MapType.ARRAY;
        if (!array && map.definition.type() != MapType.ARENA) {
            throw misuse(slot, map, "no direct value access support for this map type");
        }
        long offset = Integer.toUnsignedLong(nextImm);
        if (offset >= MAX_OFFSET) {
            throw misuse(slot, map, "direct value offset of " + offset + " is not allowed");
        }
        if (map.map instanceof ArenaMap arena && offset > arena.byteSize()) {
            throw misuse(slot, map, "invalid access to map value pointer, value_size=0 off=" + offset);
        }
        if (array && (map.definition.maxEntries() != 1 || offset >= map.definition.valueSize())) {
            throw misuse(
                    slot,
                    map,
                    "invalid access to map value pointer, value_size=" + map.definition.valueSize() + " off=" + offset);
        }
    }

    private static VerifierException misuse(int slot, MapObject map, String message) {
        return reject(slot, new Rejection.MapMisuse(map.definition.name(), "", message), message);
    }

    private static VerifierException reject(int slot, Rejection reason, String message) {
        return new VerifierException(reason, slot, -1, "", message, List.of(), -1);
    }
}
