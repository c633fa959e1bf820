/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** Creates maps. */
public final class BpfMaps {
    private BpfMaps() {}

    /**
     * {@code BPF_MAP_CREATE}.
     *
     * @param definition what to create
     * @param environment the machine the map is for
     * @return an empty map
     * @throws MapException with the error number that Linux gives for the same attributes, {@code ENOMEM} if memory does not suffice, or
     *     {@code EINVAL} for a kind that means something inside a kernel only
     */
    public static BpfMap create(MapDefinition definition, MapEnvironment environment) throws MapException {
        MapTypes.Kind kind = MapTypes.kind(definition);
        MapTypes.Problem problem = MapTypes.COMMON.and(kind.check()).problem(definition, environment);
        if (problem != null) {
            throw new MapException(
                    problem.errno(), "map '" + definition.name() + "' (" + definition.type() + "): " + problem.text());
        }
        return kind.factory().create(definition, environment);
    }
}
