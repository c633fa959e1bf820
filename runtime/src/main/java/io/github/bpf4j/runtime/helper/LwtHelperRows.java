/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** Helpers of encapsulation and segment routing. */
final class LwtHelperRows {
    private LwtHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(73, "bpf_lwt_push_encap")
                        .args(CTX, ANYTHING, MEM, SIZE)
                        .onlyIn(ProgramType.LWT_IN, ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .inXmit(LwtHelpers.class, "pushEncapXmit")
                        .same(LwtHelpers.class, "pushEncapIn"),
                helper(74, "bpf_lwt_seg6_store_bytes")
                        .args(CTX, ANYTHING, MEM, SIZE)
                        .onlyIn(ProgramType.LWT_SEG6LOCAL)
                        .changesPacketData()
                        .same(LwtHelpers.class, "seg6StoreBytes"),
                helper(75, "bpf_lwt_seg6_adjust_srh")
                        .args(CTX, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_SEG6LOCAL)
                        .changesPacketData()
                        .same(LwtHelpers.class, "seg6AdjustSrh"),
                helper(76, "bpf_lwt_seg6_action")
                        .args(CTX, ANYTHING, MEM, SIZE)
                        .onlyIn(ProgramType.LWT_SEG6LOCAL)
                        .changesPacketData()
                        .same(LwtHelpers.class, "seg6Action"));
    }
}
