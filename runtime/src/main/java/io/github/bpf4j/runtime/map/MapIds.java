/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import org.jspecify.annotations.Nullable;

/** Maps by number. The values of maps of maps are such numbers, as they are file descriptors and ids in Linux. */
public final class MapIds {
    private static final NumberedObjects<BpfMap> MAPS = new NumberedObjects<>();

    private MapIds() {}

    /**
     * Makes a map known by its number, so that it can be put into a map of maps by value.
     *
     * @param map the map
     * @return its {@link BpfMap#id()}
     */
    public static int register(BpfMap map) {
        MAPS.register(map.id(), map);
        return map.id();
    }

    /**
     * Finds a map.
     *
     * @param id a number
     * @return the map, or null if there is none or it is gone
     */
    public static @Nullable BpfMap find(int id) {
        return MAPS.find(id);
    }
}
