/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** {@code BPF_MAP_TYPE_CGROUP_ARRAY}: each element is a test, given by the user, of whether a packet or the current task is in a group. */
public final class CgroupArrayMap extends ObjectArrayMap<CgroupMembership> {
    CgroupArrayMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        super(definition);
    }
}
