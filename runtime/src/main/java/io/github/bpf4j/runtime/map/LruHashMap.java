/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** {@code BPF_MAP_TYPE_LRU_HASH}: a hash map that makes room by evicting what was not used lately (see {@link LruTable}). */
public final class LruHashMap extends LruTable {
    LruHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, layout(definition, environment, false));
    }

    private LruHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout) throws MapException {
        super(definition, layout, environment.memory().allocate(definition, layout.size()));
    }
}
