/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.OFFSET;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
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
        String load =
                PROLOGUE + call("bpf_skb_load_bytes", "r6", "[0]", "r7 + 512", "[1] & 0xff or out") + CONTEXT_EPILOGUE;
        String pull = PROLOGUE + call("bpf_skb_pull_data", "r6", "[0]") + CONTEXT_EPILOGUE;
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
        String route = PROLOGUE
                + call("bpf_get_route_realm", "r6")
                + keep(104)
                + call("bpf_get_cgroup_classid", "r6")
                + CONTEXT_EPILOGUE;
        return List.of(
                new HelperCase("skb_load_bytes", LWT_IN, load, OFFSET, SIZE),
                new HelperCase("skb_load_bytes", LWT_OUT, load, OFFSET, SIZE),
                new HelperCase("skb_load_bytes", LWT_XMIT, load, OFFSET, SIZE),
                new HelperCase(
                        "skb_store_bytes",
                        LWT_XMIT,
                        PROLOGUE
                                + call("bpf_skb_store_bytes", "r6", "[0]", "r7 + 128", "[1] & 0xff or out", "[2]")
                                + CONTEXT_EPILOGUE,
                        OFFSET,
                        SIZE,
                        FLAGS),
                new HelperCase("skb_pull_data", LWT_IN, pull, OFFSET),
                new HelperCase("skb_pull_data", LWT_OUT, pull, OFFSET),
                new HelperCase("skb_pull_data", LWT_XMIT, pull, OFFSET),
                new HelperCase(
                        "skb_change_head",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_skb_change_head", "r6", "[0]", "[1]") + CONTEXT_EPILOGUE,
                        OFFSET,
                        FLAGS),
                new HelperCase(
                        "skb_change_tail",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_skb_change_tail", "r6", "[0]", "[1]") + CONTEXT_EPILOGUE,
                        OFFSET,
                        FLAGS),
                new HelperCase(
                                "skb_change_head, then skb_change_tail",
                                LWT_XMIT,
                                PROLOGUE
                                        + call("bpf_skb_change_head", "r6", "[0]", "0")
                                        + keep(104)
                                        + call("bpf_skb_change_tail", "r6", "[1]", "0")
                                        + CONTEXT_EPILOGUE,
                                SIZE,
                                OFFSET)
                        .withoutSum(),
                new HelperCase(
                                "skb_change_head twice, then skb_change_tail",
                                LWT_XMIT,
                                PROLOGUE
                                        + call("bpf_skb_change_head", "r6", "[0] & 0x3ff", "0")
                                        + keep(104)
                                        + call("bpf_skb_change_head", "r6", "[1] & 0xffff", "0")
                                        + keep(112)
                                        + call("bpf_skb_change_tail", "r6", "[2]", "0")
                                        + CONTEXT_EPILOGUE,
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
                new HelperCase(
                        "redirect",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_redirect", "[0]", "[1]") + CONTEXT_EPILOGUE,
                        NUMBER,
                        FLAGS),
                new HelperCase(
                        "clone_redirect to no device",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_clone_redirect", "r6", "0x7fffffff", "[0]") + CONTEXT_EPILOGUE,
                        FLAGS),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_IN, route),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_OUT, route),
                new HelperCase("get_route_realm and get_cgroup_classid", LWT_XMIT, route));
    }
}
