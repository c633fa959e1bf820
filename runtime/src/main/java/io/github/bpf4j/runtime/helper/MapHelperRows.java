/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers for maps. */
final class MapHelperRows {
    private MapHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(1, "bpf_map_lookup_elem")
                        .args(MAP, MAP_KEY)
                        .returns(ReturnType.MAP_VALUE_OR_NULL)
                        .packetAccess()
                        .same(MapHelpers.class, "lookup"),
                helper(2, "bpf_map_update_elem")
                        .args(MAP, MAP_KEY, MAP_VALUE, ANYTHING)
                        .packetAccess()
                        .same(MapHelpers.class, "update"),
                helper(3, "bpf_map_delete_elem")
                        .args(MAP, MAP_KEY)
                        .packetAccess()
                        .same(MapHelpers.class, "delete"),
                helper(87, "bpf_map_push_elem")
                        .args(MAP, MAP_VALUE, ANYTHING)
                        .packetAccess()
                        .same(MapHelpers.class, "push"),
                helper(88, "bpf_map_pop_elem").args(MAP, UNINIT_MAP_VALUE).same(MapHelpers.class, "pop"),
                helper(89, "bpf_map_peek_elem").args(MAP, UNINIT_MAP_VALUE).same(MapHelpers.class, "peek"),
                helper(164, "bpf_for_each_map_elem")
                        .args(MAP, FUNC, STACK_OR_NULL, ANYTHING)
                        .same(MapHelpers.class, "forEach"),
                helper(195, "bpf_map_lookup_percpu_elem")
                        .args(MAP, MAP_KEY, ANYTHING)
                        .returns(ReturnType.MAP_VALUE_OR_NULL)
                        .packetAccess()
                        .same(MapHelpers.class, "lookupPerCpu"));
    }
}
