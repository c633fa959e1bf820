/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.runtime.map.MapType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which helpers take which kinds of map. */
final class MapUse {
    /** Map kinds that only these helpers take. */
    private static final Map<MapType, Set<String>> HELPERS_OF_MAP = new EnumMap<>(MapType.class);

    private static final Set<MapType> QUEUES = Set.of(MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER);

    /** Helpers that take only these map kinds. */
    private static final Map<String, Set<MapType>> MAPS_OF_HELPER = Map.ofEntries(
            Map.entry("bpf_tail_call", Set.of(MapType.PROG_ARRAY)),
            Map.entry("bpf_perf_event_read", Set.of(MapType.PERF_EVENT_ARRAY)),
            Map.entry("bpf_perf_event_output", Set.of(MapType.PERF_EVENT_ARRAY)),
            Map.entry("bpf_perf_event_read_value", Set.of(MapType.PERF_EVENT_ARRAY)),
            Map.entry("bpf_ringbuf_output", Set.of(MapType.RINGBUF)),
            Map.entry("bpf_ringbuf_reserve", Set.of(MapType.RINGBUF)),
            Map.entry("bpf_ringbuf_query", Set.of(MapType.RINGBUF)),
            Map.entry("bpf_ringbuf_reserve_dynptr", Set.of(MapType.RINGBUF)),
            Map.entry("bpf_user_ringbuf_drain", Set.of(MapType.USER_RINGBUF)),
            Map.entry("bpf_current_task_under_cgroup", Set.of(MapType.CGROUP_ARRAY)),
            Map.entry("bpf_skb_under_cgroup", Set.of(MapType.CGROUP_ARRAY)),
            Map.entry("bpf_map_peek_elem", QUEUES),
            Map.entry("bpf_map_push_elem", QUEUES),
            Map.entry("bpf_map_pop_elem", Set.of(MapType.QUEUE, MapType.STACK)),
            Map.entry(
                    "bpf_map_lookup_percpu_elem",
                    Set.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH)),
            Map.entry("bpf_task_storage_get", Set.of(MapType.TASK_STORAGE)),
            Map.entry("bpf_task_storage_delete", Set.of(MapType.TASK_STORAGE)),
            Map.entry("bpf_cgrp_storage_get", Set.of(MapType.CGRP_STORAGE)),
            Map.entry("bpf_cgrp_storage_delete", Set.of(MapType.CGRP_STORAGE)),
            Map.entry(
                    "bpf_for_each_map_elem",
                    Set.of(
                            MapType.ARRAY,
                            MapType.PERCPU_ARRAY,
                            MapType.HASH,
                            MapType.PERCPU_HASH,
                            MapType.LRU_HASH,
                            MapType.LRU_PERCPU_HASH)));

    static {
        HELPERS_OF_MAP.put(MapType.PROG_ARRAY, Set.of("bpf_tail_call"));
        HELPERS_OF_MAP.put(
                MapType.PERF_EVENT_ARRAY,
                Set.of("bpf_perf_event_read", "bpf_perf_event_output", "bpf_perf_event_read_value"));
        HELPERS_OF_MAP.put(
                MapType.RINGBUF,
                Set.of(
                        "bpf_ringbuf_output",
                        "bpf_ringbuf_reserve",
                        "bpf_ringbuf_query",
                        "bpf_ringbuf_reserve_dynptr",
                        "bpf_ringbuf_submit_dynptr",
                        "bpf_ringbuf_discard_dynptr"));
        HELPERS_OF_MAP.put(MapType.USER_RINGBUF, Set.of("bpf_user_ringbuf_drain"));
        HELPERS_OF_MAP.put(MapType.STACK_TRACE, Set.of("bpf_get_stackid"));
        HELPERS_OF_MAP.put(MapType.CGROUP_ARRAY, Set.of("bpf_skb_under_cgroup", "bpf_current_task_under_cgroup"));
        HELPERS_OF_MAP.put(MapType.CGROUP_STORAGE, Set.of("bpf_get_local_storage"));
        HELPERS_OF_MAP.put(MapType.PERCPU_CGROUP_STORAGE, Set.of("bpf_get_local_storage"));
        HELPERS_OF_MAP.put(MapType.DEVMAP, Set.of("bpf_redirect_map", "bpf_map_lookup_elem"));
        HELPERS_OF_MAP.put(MapType.DEVMAP_HASH, Set.of("bpf_redirect_map", "bpf_map_lookup_elem"));
        HELPERS_OF_MAP.put(MapType.CPUMAP, Set.of("bpf_redirect_map"));
        HELPERS_OF_MAP.put(MapType.XSKMAP, Set.of("bpf_redirect_map", "bpf_map_lookup_elem"));
        HELPERS_OF_MAP.put(MapType.ARRAY_OF_MAPS, Set.of("bpf_map_lookup_elem"));
        HELPERS_OF_MAP.put(MapType.HASH_OF_MAPS, Set.of("bpf_map_lookup_elem"));
        HELPERS_OF_MAP.put(
                MapType.SOCKMAP, Set.of("bpf_sk_redirect_map", "bpf_sock_map_update", "bpf_map_delete_elem"));
        HELPERS_OF_MAP.put(
                MapType.SOCKHASH, Set.of("bpf_sk_redirect_hash", "bpf_sock_hash_update", "bpf_map_delete_elem"));
        HELPERS_OF_MAP.put(MapType.REUSEPORT_SOCKARRAY, Set.of("bpf_sk_select_reuseport"));
        HELPERS_OF_MAP.put(MapType.QUEUE, Set.of("bpf_map_peek_elem", "bpf_map_pop_elem", "bpf_map_push_elem"));
        HELPERS_OF_MAP.put(MapType.STACK, Set.of("bpf_map_peek_elem", "bpf_map_pop_elem", "bpf_map_push_elem"));
        HELPERS_OF_MAP.put(MapType.BLOOM_FILTER, Set.of("bpf_map_peek_elem", "bpf_map_push_elem"));
        HELPERS_OF_MAP.put(MapType.SK_STORAGE, Set.of("bpf_sk_storage_get", "bpf_sk_storage_delete", "bpf_kptr_xchg"));
        HELPERS_OF_MAP.put(
                MapType.INODE_STORAGE, Set.of("bpf_inode_storage_get", "bpf_inode_storage_delete", "bpf_kptr_xchg"));
        HELPERS_OF_MAP.put(
                MapType.TASK_STORAGE, Set.of("bpf_task_storage_get", "bpf_task_storage_delete", "bpf_kptr_xchg"));
        HELPERS_OF_MAP.put(
                MapType.CGRP_STORAGE, Set.of("bpf_cgrp_storage_get", "bpf_cgrp_storage_delete", "bpf_kptr_xchg"));
    }

    /** Helpers that change a map. */
    private static final Set<String> WRITERS =
            Set.of("bpf_map_update_elem", "bpf_map_delete_elem", "bpf_map_push_elem", "bpf_map_pop_elem");

    private MapUse() {}

    static void check(Analysis a, int id, String helper, @Nullable MapObject map) throws VerifierException {
        if (map == null) {
            return;
        }
        if (map.definition.isReadOnlyForPrograms() && WRITERS.contains(helper)) {
            String message = "write into map forbidden";
            throw a.reject(-1, new Rejection.MapMisuse(map.definition.name(), helper, message), message);
        }
        MapType type = map.definition.type();
        Set<String> helpers = HELPERS_OF_MAP.get(type);
        Set<MapType> types = MAPS_OF_HELPER.get(helper);
        if ((helpers != null && !helpers.contains(helper)) || (types != null && !types.contains(type))) {
            String message = helper.equals("bpf_for_each_map_elem")
                    ? "callback function not allowed for map"
                    : "cannot pass map_type " + type.kernelId() + " into func " + helper + "#" + id;
            throw a.reject(-1, new Rejection.MapMisuse(map.definition.name(), helper, message), message);
        }
    }
}
