/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.load.MapStructure;
import java.util.HashMap;
import java.util.Map;

/** Reads of {@code struct bpf_map} through a pointer to a map itself. */
final class MapStructureAccess {
    private final Analysis a;
    /** By slot, the map whose structure a load reads. */
    private final Map<Integer, MapObject> mapsRead = new HashMap<>();

    MapStructureAccess(Analysis analysis) {
        this.a = analysis;
    }

    /** Reads a field of {@code struct bpf_map}: what the map was made with, so that the field is a constant. */
    void access(int register, MapObject map, int off, int size, boolean write, int dst) throws VerifierException {
        if (write) {
            throw a.reject(
                    register,
                    new Rejection.MemoryPermission(register, "map_ptr", true),
                    "only read from bpf_array is supported");
        }
        if (off < 0) {
            throw a.reject(
                    register,
                    new Rejection.OutOfBoundsMemoryAccess(register, "map_ptr", off, off, size, 0),
                    "R" + register + " is bpf_array invalid negative access: off=" + off);
        }
        boolean whole = size == MapStructure.BYTES && map.index >= 0 && isOnlyMapOf(map);
        MapStructure field = whole ? MapStructure.at(off) : null;
        if (field == null && !a.options.allowUnimplemented()) {
            throw a.reject(
                    register,
                    new Rejection.Unsupported("this part of struct bpf_map"),
                    "struct bpf_map of " + map.definition.name() + " has no field of " + size + " bytes at " + off
                            + " that is the same on every path");
        }
        if (dst < 0) {
            return;
        }
        if (field != null) {
            a.frame().fresh(dst).setKnownScalar(field.valueIn(map.definition) & 0xffff_ffffL);
        } else {
            a.frame().fresh(dst).setUnknownScalar();
        }
    }

    /** Whether the current instruction reads no other map. */
    private boolean isOnlyMapOf(MapObject map) {
        return mapsRead.computeIfAbsent(a.slot, slot -> map).equals(map);
    }
}
