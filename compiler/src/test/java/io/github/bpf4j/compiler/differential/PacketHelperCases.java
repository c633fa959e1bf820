/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.OFFSET;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Helpers that read, write, resize and redirect a packet. */
final class PacketHelperCases {
    private PacketHelperCases() {}

    static List<HelperCase> all() {
        String load = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r3 = r7
                    r3 += 512
                    r4 = *(u64 *)(r7 + 8)
                    r4 &= 0xff
                    if r4 == 0 goto out
                    call bpf_skb_load_bytes
                """ + CONTEXT_EPILOGUE;
        String pull = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    call bpf_skb_pull_data
                """ + CONTEXT_EPILOGUE;
        String hash = PROLOGUE + """
                    r1 = r6
                    call bpf_get_hash_recalc
                    r1 = *(u32 *)(r6 + 68)
                    r2 = 0
                    if r0 == 0 goto wrong
                    if r0 != r1 goto wrong
                    r2 = 1
                wrong:
                    r0 = r2
                """ + EPILOGUE;
        String route = PROLOGUE + """
                    r1 = r6
                    call bpf_get_route_realm
                    *(u64 *)(r7 + 104) = r0
                    r1 = r6
                    call bpf_get_cgroup_classid
                """ + CONTEXT_EPILOGUE;
        return List.of(
                new HelperCase("skb_load_bytes", LWT_IN, load, OFFSET, SIZE),
                new HelperCase("skb_load_bytes", LWT_OUT, load, OFFSET, SIZE),
                new HelperCase("skb_load_bytes", LWT_XMIT, load, OFFSET, SIZE),
                new HelperCase("skb_store_bytes", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = r7
                            r3 += 128
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0xff
                            if r4 == 0 goto out
                            r5 = *(u64 *)(r7 + 16)
                            call bpf_skb_store_bytes
                        """ + CONTEXT_EPILOGUE, OFFSET, SIZE, FLAGS),
                new HelperCase("skb_pull_data", LWT_IN, pull, OFFSET),
                new HelperCase("skb_pull_data", LWT_OUT, pull, OFFSET),
                new HelperCase("skb_pull_data", LWT_XMIT, pull, OFFSET),
                new HelperCase("skb_change_head", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = *(u64 *)(r7 + 8)
                            call bpf_skb_change_head
                        """ + CONTEXT_EPILOGUE, OFFSET, FLAGS),
                new HelperCase("skb_change_tail", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = *(u64 *)(r7 + 8)
                            call bpf_skb_change_tail
                        """ + CONTEXT_EPILOGUE, OFFSET, FLAGS),
                new HelperCase(
                                "skb_change_head, then skb_change_tail",
                                LWT_XMIT,
                                PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r3 = 0
                            call bpf_skb_change_head
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 8)
                            r3 = 0
                            call bpf_skb_change_tail
                        """ + CONTEXT_EPILOGUE,
                                SIZE,
                                OFFSET)
                        .withoutSum(),
                new HelperCase(
                                "skb_change_head twice, then skb_change_tail",
                                LWT_XMIT,
                                PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r2 &= 0x3ff
                            r3 = 0
                            call bpf_skb_change_head
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 8)
                            r2 &= 0xffff
                            r3 = 0
                            call bpf_skb_change_head
                            *(u64 *)(r7 + 112) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 16)
                            r3 = 0
                            call bpf_skb_change_tail
                        """ + CONTEXT_EPILOGUE,
                                SIZE,
                                NUMBER,
                                OFFSET)
                        .withoutSum(),
                new HelperCase("get_hash_recalc", LWT_IN, hash),
                new HelperCase("get_hash_recalc", LWT_OUT, hash),
                new HelperCase("get_hash_recalc", LWT_XMIT, hash),
                new HelperCase("set_hash_invalid", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            call bpf_get_hash_recalc
                            if r0 == 0 goto out
                            r1 = r6
                            call bpf_set_hash_invalid
                        """ + CONTEXT_EPILOGUE),
                new HelperCase("redirect", LWT_XMIT, PROLOGUE + """
                            r1 = *(u64 *)(r7 + 0)
                            r2 = *(u64 *)(r7 + 8)
                            call bpf_redirect
                        """ + CONTEXT_EPILOGUE, NUMBER, FLAGS),
                new HelperCase("clone_redirect to no device", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = 0x7fffffff
                            r3 = *(u64 *)(r7 + 0)
                            call bpf_clone_redirect
                        """ + CONTEXT_EPILOGUE, FLAGS),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_IN, route),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_OUT, route),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_XMIT, route));
    }
}
