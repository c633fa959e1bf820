/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** {@code BPF_MAP_TYPE_LRU_PERCPU_HASH}: like {@link LruHashMap}, with a value for each CPU. */
public final class LruPerCpuHashMap extends LruTable {
    LruPerCpuHashMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        this(definition, environment, layout(definition, environment, true));
    }

    private LruPerCpuHashMap(MapDefinition definition, MapEnvironment environment, HashLayout layout)
            throws MapException {
        super(definition, layout, environment.memory().allocate(definition, layout.size()));
    }
}
