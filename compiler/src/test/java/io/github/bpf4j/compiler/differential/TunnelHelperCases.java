/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Helpers that read and write tunnel metadata. */
final class TunnelHelperCases {
    private TunnelHelperCases() {}

    static List<HelperCase> all() {
        String set = PROLOGUE + """
                    r1 = r6
                    r2 = r7
                    r2 += 128
                    r3 = *(u64 *)(r7 + 0)
                    r3 &= 0x3f
                    if r3 == 0 goto out
                    r4 = *(u64 *)(r7 + 8)
                    call bpf_skb_set_tunnel_key
                    *(u64 *)(r7 + 104) = r0
                """;
        return List.of(
                new HelperCase(
                        "skb_get_tunnel_key without a tunnel",
                        LWT_XMIT,
                        PROLOGUE + """
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 0)
                            r3 &= 0x3f
                            if r3 == 0 goto out
                            r4 = *(u64 *)(r7 + 8)
                            call bpf_skb_get_tunnel_key
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS),
                new HelperCase(
                        "skb_set_tunnel_key, then skb_get_tunnel_key",
                        LWT_XMIT,
                        set + """
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 16)
                            r3 &= 0x3f
                            if r3 == 0 goto out
                            r4 = *(u64 *)(r7 + 24)
                            call bpf_skb_get_tunnel_key
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        FLAGS),
                new HelperCase(
                        "skb_set_tunnel_opt, then skb_get_tunnel_opt",
                        LWT_XMIT,
                        set + """
                            r1 = r6
                            r2 = r7
                            r2 += 128
                            r3 = *(u64 *)(r7 + 16)
                            r3 &= 0x1ff
                            if r3 == 0 goto out
                            call bpf_skb_set_tunnel_opt
                            *(u64 *)(r7 + 112) = r0
                            r1 = r6
                            r2 = r7
                            r2 += 512
                            r3 = *(u64 *)(r7 + 24)
                            r3 &= 0x1ff
                            if r3 == 0 goto out
                            call bpf_skb_get_tunnel_opt
                        """ + CONTEXT_EPILOGUE,
                        SIZE,
                        FLAGS,
                        SIZE,
                        SIZE));
    }
}
