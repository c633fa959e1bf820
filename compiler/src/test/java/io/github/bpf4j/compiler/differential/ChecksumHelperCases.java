/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.OFFSET;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Helpers that compute and correct checksums. */
final class ChecksumHelperCases {
    private ChecksumHelperCases() {}

    static List<HelperCase> all() {
        String diff = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    r3 = r7
                    r3 += 256
                    r4 = *(u64 *)(r7 + 8)
                    r4 &= 0x7f
                    r5 = *(u64 *)(r7 + 16)
                    call bpf_csum_diff
                """ + EPILOGUE;
        String replace = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    r4 = *(u64 *)(r7 + 16)
                    r5 = *(u64 *)(r7 + 24)
                    call %s
                """ + CONTEXT_EPILOGUE;
        return List.of(
                new HelperCase("csum_diff", LWT_IN, diff, SIZE, SIZE, NUMBER),
                new HelperCase("csum_diff", LWT_OUT, diff, SIZE, SIZE, NUMBER),
                new HelperCase("csum_diff", LWT_XMIT, diff, SIZE, SIZE, NUMBER),
                new HelperCase("csum_diff without old bytes", LWT_XMIT, PROLOGUE + """
                            r1 = 0
                            r2 = 0
                            r3 = r7
                            r3 += 256
                            r4 = *(u64 *)(r7 + 8)
                            r4 &= 0x7f
                            r5 = *(u64 *)(r7 + 16)
                            call bpf_csum_diff
                        """ + EPILOGUE, SIZE, SIZE, NUMBER),
                new HelperCase(
                        "l3_csum_replace",
                        LWT_XMIT,
                        replace.formatted("bpf_l3_csum_replace"),
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new HelperCase(
                        "l4_csum_replace",
                        LWT_XMIT,
                        replace.formatted("bpf_l4_csum_replace"),
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new HelperCase("csum_update", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            call bpf_csum_update
                        """ + CONTEXT_EPILOGUE, NUMBER),
                new HelperCase("csum_level", LWT_XMIT, PROLOGUE + """
                            r1 = r6
                            r2 = *(u64 *)(r7 + 0)
                            call bpf_csum_level
                            *(u64 *)(r7 + 104) = r0
                            r1 = r6
                            r2 = *(u64 *)(r7 + 8)
                            call bpf_csum_level
                            *(u64 *)(r7 + 112) = r0
                            r1 = r6
                            r2 = 0
                            call bpf_csum_level
                        """ + CONTEXT_EPILOGUE, SMALL, SMALL));
    }
}
