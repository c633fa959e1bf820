/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.OFFSET;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import java.util.List;

/** Dynptrs over packets and memory. */
final class DynptrCases {
    private DynptrCases() {}

    static List<HelperCase> all() {
        String packet = PROLOGUE + """
                    r1 = r6
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 1
                    r3 = r10
                    r3 += -16
                    call bpf_dynptr_from_skb
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    call bpf_dynptr_is_rdonly
                    *(u64 *)(r7 + 112) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 8)
                    r3 = *(u64 *)(r7 + 16)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 120) = r0
                    r1 = r10
                    r1 += -16
                    call bpf_dynptr_size
                    *(u64 *)(r7 + 368) = r0
                    r1 = r7
                    r1 += 512
                    r2 = *(u64 *)(r7 + 24)
                    r2 &= 0xff
                    r3 = r10
                    r3 += -16
                    r4 = *(u64 *)(r7 + 32)
                    r5 = *(u64 *)(r7 + 40)
                    r5 &= 1
                    call bpf_dynptr_read
                    *(u64 *)(r7 + 376) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 32)
                    r3 = r7
                    r3 += 128
                    r4 = *(u64 *)(r7 + 24)
                    r4 &= 0xff
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_write
                """ + CONTEXT_EPILOGUE;
        String memory = PROLOGUE + """
                    r1 = r7
                    r1 += 128
                    r2 = *(u64 *)(r7 + 0)
                    r2 &= 0x7f
                    r3 = *(u64 *)(r7 + 40)
                    r3 &= 1
                    r4 = r10
                    r4 += -16
                    call bpf_dynptr_from_mem
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 8)
                    r3 = *(u64 *)(r7 + 16)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 112) = r0
                    r1 = r6
                    r2 = 0
                    r3 = r10
                    r3 += -32
                    call bpf_dynptr_from_skb
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 24)
                    r3 = r10
                    r3 += -32
                    r4 = *(u64 *)(r7 + 32)
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_copy
                    *(u64 *)(r7 + 368) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = *(u64 *)(r7 + 48)
                    r4 = *(u64 *)(r7 + 24)
                    call bpf_dynptr_memset
                    *(u64 *)(r7 + 376) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = r10
                    r3 += -16
                    r4 = *(u64 *)(r7 + 24)
                    r5 = *(u64 *)(r7 + 48)
                    call bpf_dynptr_copy
                    *(u64 *)(r7 + 384) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = 0
                    r4 = 16
                    call bpf_dynptr_slice
                    if r0 == 0 goto none
                    r0 = *(u64 *)(r0 + 8)
                none:
                """ + CONTEXT_EPILOGUE;
        // of a bool, Linux's compiler leaves all bits but the lowest eight undefined
        String slice = PROLOGUE + """
                    r1 = r6
                    r2 = 0
                    r3 = r10
                    r3 += -16
                    call bpf_dynptr_from_skb
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    r2 = r10
                    r2 += -32
                    call bpf_dynptr_clone
                    *(u64 *)(r7 + 112) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 16)
                    r3 = *(u64 *)(r7 + 24)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 120) = r0
                    r1 = r10
                    r1 += -32
                    call bpf_dynptr_is_null
                    *(u8 *)(r7 + 368) = r0
                    r1 = r10
                    r1 += -32
                    call bpf_dynptr_size
                    *(u64 *)(r7 + 376) = r0
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 32)
                    r3 = r7
                    r3 += 512
                    r4 = 20
                    call bpf_dynptr_slice
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r0 + 0)
                    *(u64 *)(r7 + 384) = r1
                    r0 = *(u64 *)(r0 + 12)
                none:
                """ + CONTEXT_EPILOGUE;
        String writable = PROLOGUE + """
                    r1 = r6
                    r2 = 0
                    r3 = r10
                    r3 += -16
                    call bpf_dynptr_from_skb
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call bpf_dynptr_adjust
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 16)
                    r3 = 0
                    r4 = 12
                    call bpf_dynptr_slice_rdwr
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r7 + 128)
                    *(u64 *)(r0 + 4) = r1
                    r0 = 1
                none:
                    *(u64 *)(r7 + 112) = r0
                    r1 = r7
                    r1 += 128
                    r2 = 64
                    r3 = 0
                    r4 = r10
                    r4 += -32
                    call bpf_dynptr_from_mem
                    r1 = r10
                    r1 += -32
                    r2 = *(u64 *)(r7 + 24)
                    r3 = 8
                    call bpf_dynptr_data
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
