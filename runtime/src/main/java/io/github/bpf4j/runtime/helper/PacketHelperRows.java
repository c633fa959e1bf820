/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** Helpers for packet bytes and metadata. */
final class PacketHelperRows {
    private PacketHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(26, "bpf_skb_load_bytes")
                        .args(CTX, ANYTHING, UNINIT_MEM, SIZE)
                        .same(PacketHelpers.class, "loadBytes"),
                helper(9, "bpf_skb_store_bytes")
                        .args(CTX, ANYTHING, MEM, SIZE, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(PacketHelpers.class, "storeBytes"),
                helper(38, "bpf_skb_change_tail")
                        .args(CTX, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(PacketHelpers.class, "changeTail"),
                helper(39, "bpf_skb_pull_data")
                        .args(CTX, ANYTHING)
                        .changesPacketData()
                        .same(PacketHelpers.class, "pullData"),
                helper(43, "bpf_skb_change_head")
                        .args(CTX, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(PacketHelpers.class, "changeHead"),
                helper(34, "bpf_get_hash_recalc").args(CTX).same(PacketHelpers.class, "hashRecalc"),
                helper(41, "bpf_set_hash_invalid")
                        .args(CTX)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(PacketHelpers.class, "setHashInvalid"),
                helper(24, "bpf_get_route_realm").args(CTX).same(PacketHelpers.class, "routeRealm"),
                helper(17, "bpf_get_cgroup_classid")
                        .args(CTX)
                        .provided(
                                PacketHelpers.class,
                                "cgroupClassId",
                                "the environment's control groups, by default no class"),
                helper(33, "bpf_skb_under_cgroup")
                        .args(CTX, MAP, ANYTHING)
                        .provided(
                                MapHelpers.class, "underCgroup", "a cgroup is a test that the user puts into the map"),
                helper(25, "bpf_perf_event_output")
                        .args(CTX, MAP, ANYTHING, MEM, SIZE_OR_ZERO)
                        .gplOnly()
                        .same(MapHelpers.class, "perfEventOutput"));
    }
}
