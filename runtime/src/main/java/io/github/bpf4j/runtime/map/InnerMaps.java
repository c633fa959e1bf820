/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;

/** The rule of what may be an element of a map of maps: {@code bpf_map_meta_equal} of Linux. */
final class InnerMaps {
    private InnerMaps() {}

    /** Whether a map is like the template: 0 or {@code -EINVAL}. */
    static int check(MapDefinition template, MapDefinition inner) {
        boolean same = template.type() == inner.type()
                && template.keySize() == inner.keySize()
                && template.valueSize() == inner.valueSize()
                && template.flags() == inner.flags()
                && template.special().equals(inner.special());
        boolean fixedSize = template.type() == MapType.ARRAY && !template.has(MapFlags.INNER_MAP);
        if (!same || fixedSize && template.maxEntries() != inner.maxEntries()) {
            return -Errno.EINVAL;
        }
        return 0;
    }

    static MapDefinition template(MapDefinition outer) throws MapException {
        MapDefinition inner = outer.inner();
        String where = "map '" + outer.name() + "': ";
        if (inner == null) {
            throw new MapException(Errno.EBADF, where + "a map of maps needs a template for its inner maps");
        }
        return switch (inner.type()) {
            case ARRAY_OF_MAPS, HASH_OF_MAPS ->
                throw new MapException(Errno.EINVAL, where + "an inner map cannot be a map of maps itself");
            case PROG_ARRAY, CGROUP_STORAGE, PERCPU_CGROUP_STORAGE, STRUCT_OPS ->
                throw new MapException(Errno.ENOTSUPP, where + inner.type() + " cannot be an inner map");
            default -> inner;
        };
    }
}
