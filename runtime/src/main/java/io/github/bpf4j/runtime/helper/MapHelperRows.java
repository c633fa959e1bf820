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
                        .rejected("not implemented yet"),
                helper(2, "bpf_map_update_elem")
                        .args(MAP, MAP_KEY, MAP_VALUE, ANYTHING)
                        .packetAccess()
                        .rejected("not implemented yet"),
                helper(3, "bpf_map_delete_elem")
                        .args(MAP, MAP_KEY)
                        .packetAccess()
                        .rejected("not implemented yet"),
                helper(87, "bpf_map_push_elem")
                        .args(MAP, MAP_VALUE, ANYTHING)
                        .packetAccess()
                        .rejected("not implemented yet"),
                helper(88, "bpf_map_pop_elem").args(MAP, UNINIT_MAP_VALUE).rejected("not implemented yet"),
                helper(89, "bpf_map_peek_elem").args(MAP, UNINIT_MAP_VALUE).rejected("not implemented yet"),
                helper(164, "bpf_for_each_map_elem")
                        .args(MAP, FUNC, STACK_OR_NULL, ANYTHING)
                        .rejected("not implemented yet"),
                helper(195, "bpf_map_lookup_percpu_elem")
                        .args(MAP, MAP_KEY, ANYTHING)
                        .returns(ReturnType.MAP_VALUE_OR_NULL)
                        .packetAccess()
                        .rejected("not implemented yet"));
    }
}
