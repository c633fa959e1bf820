/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Maps by number. The values of maps of maps are such numbers, as they are file descriptors and ids in Linux. */
public final class MapIds {
    private static final ConcurrentHashMap<Integer, WeakReference<BpfMap>> MAPS = new ConcurrentHashMap<>();

    private MapIds() {}

    /**
     * Makes a map known by its number, so that it can be put into a map of maps by value.
     *
     * @param map the map
     * @return its {@link BpfMap#id()}
     */
    public static int register(BpfMap map) {
        if (MAPS.put(map.id(), new WeakReference<>(map)) == null && (map.id() & 0x3ff) == 0) {
            MAPS.values().removeIf(reference -> reference.refersTo(null));
        }
        return map.id();
    }

    /**
     * Finds a map.
     *
     * @param id a number
     * @return the map, or null if there is none or it is gone
     */
    public static @Nullable BpfMap find(int id) {
        WeakReference<BpfMap> reference = MAPS.get(id);
        return reference == null ? null : reference.get();
    }
}
