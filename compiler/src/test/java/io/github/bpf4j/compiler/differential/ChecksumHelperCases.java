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
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
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
        String diff =
                PROLOGUE + call("bpf_csum_diff", "r7 + 128", "[0] & 0x7f", "r7 + 256", "[1] & 0x7f", "[2]") + EPILOGUE;
        return List.of(
                new HelperCase("csum_diff", LWT_IN, diff, SIZE, SIZE, NUMBER),
                new HelperCase("csum_diff", LWT_OUT, diff, SIZE, SIZE, NUMBER),
                new HelperCase("csum_diff", LWT_XMIT, diff, SIZE, SIZE, NUMBER),
                new HelperCase(
                        "csum_diff without old bytes",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_csum_diff", "0", "0", "r7 + 256", "[1] & 0x7f", "[2]") + EPILOGUE,
                        SIZE,
                        SIZE,
                        NUMBER),
                new HelperCase(
                        "l3_csum_replace",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_l3_csum_replace", "r6", "[0]", "[1]", "[2]", "[3]") + CONTEXT_EPILOGUE,
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new HelperCase(
                        "l4_csum_replace",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_l4_csum_replace", "r6", "[0]", "[1]", "[2]", "[3]") + CONTEXT_EPILOGUE,
                        OFFSET,
                        NUMBER,
                        NUMBER,
                        FLAGS),
                new HelperCase(
                        "csum_update",
                        LWT_XMIT,
                        PROLOGUE + call("bpf_csum_update", "r6", "[0]") + CONTEXT_EPILOGUE,
                        NUMBER),
                new HelperCase(
                        "csum_level",
                        LWT_XMIT,
                        PROLOGUE
                                + call("bpf_csum_level", "r6", "[0]")
                                + keep(104)
                                + call("bpf_csum_level", "r6", "[1]")
                                + keep(112)
                                + call("bpf_csum_level", "r6", "0")
                                + CONTEXT_EPILOGUE,
                        SMALL,
                        SMALL));
    }
}
