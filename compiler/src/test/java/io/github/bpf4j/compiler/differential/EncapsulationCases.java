/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** {@code bpf_lwt_push_encap}, as far as a packet without a route can be encapsulated. */
final class EncapsulationCases {
    private EncapsulationCases() {}

    static List<HelperCase> all() {
        // the other types need a route, which BPF_PROG_TEST_RUN does not give, and may crash the kernel
        return List.of(
                new HelperCase(
                        "lwt_push_encap of an IP header", LWT_IN, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r2 &= 1
                            r2 += 2
                            r3 = r7
                            r3 += 128
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0x1ff
                            if r4 == 0 goto out
                            call bpf_lwt_push_encap
                        """ + CONTEXT_EPILOGUE, SMALL, SIZE),
                new HelperCase(
                        "lwt_push_encap of two IP headers",
                        LWT_IN,
                        PROLOGUE
                                + call("bpf_lwt_push_encap", "r6", "2", "r7 + 128", "[0] & 0x1ff or out")
                                + keep(104)
                                + call("bpf_lwt_push_encap", "r6", "2", "r7 + 256", "[1] & 0xff or out")
                                + CONTEXT_EPILOGUE,
                        SIZE,
                        SIZE),
                new HelperCase("lwt_push_encap of other kinds", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            r2 <<= 32
                            r2 >>= 32
                            if r2 == 2 goto out
                            r3 = r7
                            r3 += 128
                            r4 = 48
                            call bpf_lwt_push_encap
                        """ + CONTEXT_EPILOGUE, SMALL));
    }
}
