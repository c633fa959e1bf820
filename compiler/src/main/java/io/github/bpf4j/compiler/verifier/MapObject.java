/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import org.jspecify.annotations.Nullable;

/** A map as the verifier sees it: one of the program's, or the template of the maps inside a map of maps. */
final class MapObject {
    final int index;
    final MapDefinition definition;
    final @Nullable BpfMap map;
    final @Nullable MapObject inner;
    /** Whether its values contain a lock. */
    final boolean hasLock;
    /** Whether neither programs nor anyone else change the values from now on, so that loads give constants. */
    final boolean readOnly;

    MapObject(int index, MapDefinition definition, @Nullable BpfMap map) {
        this.index = index;
        this.definition = definition;
        this.map = map;
        this.hasLock =
                definition.special().spinLock() >= 0 || definition.special().resSpinLock() >= 0;
        this.readOnly = map != null && (definition.flags() & 128) != 0 && map.isFrozen();
        this.inner = definition.inner() == null ? null : new MapObject(-1, definition.inner(), null);
    }
}
