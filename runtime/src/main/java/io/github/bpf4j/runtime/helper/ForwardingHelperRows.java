/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** Helpers of redirects and tunnel metadata. */
final class ForwardingHelperRows {
    private ForwardingHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(13, "bpf_clone_redirect")
                        .args(CTX, ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .changesPacketData()
                        .same(ForwardingHelpers.class, "cloneRedirect"),
                helper(23, "bpf_redirect")
                        .args(ANYTHING, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ForwardingHelpers.class, "redirect"),
                helper(20, "bpf_skb_get_tunnel_key")
                        .args(CTX, UNINIT_MEM, SIZE, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ForwardingHelpers.class, "getTunnelKey"),
                helper(21, "bpf_skb_set_tunnel_key")
                        .args(CTX, MEM, SIZE, ANYTHING)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ForwardingHelpers.class, "setTunnelKey"),
                helper(29, "bpf_skb_get_tunnel_opt")
                        .args(CTX, UNINIT_MEM, SIZE)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ForwardingHelpers.class, "getTunnelOpt"),
                helper(30, "bpf_skb_set_tunnel_opt")
                        .args(CTX, MEM, SIZE)
                        .onlyIn(ProgramType.LWT_XMIT)
                        .same(ForwardingHelpers.class, "setTunnelOpt"));
    }
}
