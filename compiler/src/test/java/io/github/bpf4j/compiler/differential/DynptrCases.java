/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.OFFSET;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Dynptrs over packets and memory. */
final class DynptrCases {
    /** Where the programs have their dynptrs. */
    private static final String DYNPTR = "r10 - 16";

    private static final String OTHER = "r10 - 32";

    private DynptrCases() {}

    static List<HelperCase> all() {
        String packet = PROLOGUE
                + call("bpf_dynptr_from_skb", "r6", "[0] & 1", DYNPTR)
                + keep(104)
                + call("bpf_dynptr_is_rdonly", DYNPTR)
                + keep(112)
                + call("bpf_dynptr_adjust", DYNPTR, "[1]", "[2]")
                + keep(120)
                + call("bpf_dynptr_size", DYNPTR)
                + keep(368)
                + call("bpf_dynptr_read", "r7 + 512", "[3] & 0xff", DYNPTR, "[4]", "[5] & 1")
                + keep(376)
                + call("bpf_dynptr_write", DYNPTR, "[4]", "r7 + 128", "[3] & 0xff", "[6]")
                + CONTEXT_EPILOGUE;
        String memory = PROLOGUE
                + call("bpf_dynptr_from_mem", "r7 + 128", "[0] & 0x7f", "[5] & 1", DYNPTR)
                + keep(104)
                + call("bpf_dynptr_adjust", DYNPTR, "[1]", "[2]")
                + keep(112)
                + call("bpf_dynptr_from_skb", "r6", "0", OTHER)
                + call("bpf_dynptr_copy", DYNPTR, "[3]", OTHER, "[4]", "[6]")
                + keep(368)
                + call("bpf_dynptr_memset", OTHER, "[4]", "[6]", "[3]")
                + keep(376)
                + call("bpf_dynptr_copy", OTHER, "[4]", DYNPTR, "[3]", "[6]")
                + keep(384)
                + call("bpf_dynptr_slice", OTHER, "[4]", "0", "16")
                + """
                    if r0 == 0 goto none
                    r0 = *(u64 *)(r0 + 8)
                none:
                """ + CONTEXT_EPILOGUE;
        String slice = PROLOGUE
                + call("bpf_dynptr_from_skb", "r6", "0", DYNPTR)
                + call("bpf_dynptr_adjust", DYNPTR, "[0]", "[1]")
                + keep(104)
                + call("bpf_dynptr_clone", DYNPTR, OTHER)
                + keep(112)
                + call("bpf_dynptr_adjust", OTHER, "[2]", "[3]")
                + keep(120)
                + call("bpf_dynptr_is_null", OTHER)
                // of a bool, Linux's compiler leaves all bits but the lowest eight undefined
                + "*(u8 *)(r7 + 368) = r0\n"
                + call("bpf_dynptr_size", OTHER)
                + keep(376)
                + call("bpf_dynptr_slice", OTHER, "[4]", "r7 + 512", "20")
                + """
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r0 + 0)
                    *(u64 *)(r7 + 384) = r1
                    r0 = *(u64 *)(r0 + 12)
                none:
                """ + CONTEXT_EPILOGUE;
        String writable = PROLOGUE
                + call("bpf_dynptr_from_skb", "r6", "0", DYNPTR)
                + call("bpf_dynptr_adjust", DYNPTR, "[0]", "[1]")
                + keep(104)
                + call("bpf_dynptr_slice_rdwr", DYNPTR, "[2]", "0", "12")
                + """
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r7 + 128)
                    *(u64 *)(r0 + 4) = r1
                    r0 = 1
                none:
                    *(u64 *)(r7 + 112) = r0
                """
                + call("bpf_dynptr_from_mem", "r7 + 128", "64", "0", OTHER)
                + call("bpf_dynptr_data", OTHER, "[3]", "8")
                + """
                    if r0 == 0 goto nothing
                    r0 = *(u64 *)(r0 + 0)
                nothing:
                """ + CONTEXT_EPILOGUE;
        return List.of(
                new HelperCase(
                        "dynptr over a packet", LWT_IN, packet, SMALL, OFFSET, OFFSET, SIZE, OFFSET, SMALL, FLAGS),
                new HelperCase(
                        "dynptr over a packet", LWT_XMIT, packet, SMALL, OFFSET, OFFSET, SIZE, OFFSET, SMALL, FLAGS),
                new HelperCase("dynptr over memory", LWT_OUT, memory, SIZE, SMALL, SIZE, SMALL, OFFSET, SMALL, SIZE),
                new HelperCase("dynptr over memory", LWT_XMIT, memory, SIZE, SMALL, SIZE, SMALL, OFFSET, SMALL, SIZE),
                new HelperCase("dynptr_clone and dynptr_slice", LWT_IN, slice, SMALL, OFFSET, SMALL, OFFSET, OFFSET),
                new HelperCase("dynptr_clone and dynptr_slice", LWT_OUT, slice, SMALL, OFFSET, SMALL, OFFSET, OFFSET),
                new HelperCase("dynptr_clone and dynptr_slice", LWT_XMIT, slice, SMALL, OFFSET, SMALL, OFFSET, OFFSET),
                new HelperCase("dynptr_slice_rdwr and dynptr_data", LWT_XMIT, writable, SMALL, OFFSET, OFFSET, SMALL));
    }
}
