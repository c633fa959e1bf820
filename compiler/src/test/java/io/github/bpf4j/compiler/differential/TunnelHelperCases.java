/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Helpers that read and write tunnel metadata. */
final class TunnelHelperCases {
    private TunnelHelperCases() {}

    static List<HelperCase> all() {
        String set =
                PROLOGUE + call("bpf_skb_set_tunnel_key", "r6", "r7 + 128", "[0] & 0x3f or out", "[1]") + keep(104);
        return List.of(
                new HelperCase(
                        "skb_get_tunnel_key without a tunnel",
                        LWT_XMIT,
                        PROLOGUE
                                + call("bpf_skb_get_tunnel_key", "r6", "r7 + 512", "[0] & 0x3f or out", "[1]")
                                + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS),
                new HelperCase(
                        "skb_set_tunnel_key, then skb_get_tunnel_key",
                        LWT_XMIT,
                        set
                                + call("bpf_skb_get_tunnel_key", "r6", "r7 + 512", "[2] & 0x3f or out", "[3]")
                                + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        FLAGS),
                new HelperCase(
                        "skb_set_tunnel_opt, then skb_get_tunnel_opt",
                        LWT_XMIT,
                        set
                                + call("bpf_skb_set_tunnel_opt", "r6", "r7 + 128", "[2] & 0x1ff or out")
                                + keep(112)
                                + call("bpf_skb_get_tunnel_opt", "r6", "r7 + 512", "[3] & 0x1ff or out")
                                + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        SIZE));
    }
}
