/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;

import java.util.List;

/** Iterators over numbers and bits. */
final class IteratorCases {
    private IteratorCases() {}

    static List<HelperCase> all() {
        String numbers = PROLOGUE + """
                    r1 = r10
                    r1 += -8
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    call bpf_iter_num_new
                    *(u64 *)(r7 + 104) = r0
                next:
                    r1 = r10
                    r1 += -8
                    call bpf_iter_num_next
                    if r0 == 0 goto done
                    r0 = *(u32 *)(r0 + 0)
                    *(u64 *)(r7 + 112) = r0
                    r1 = *(u64 *)(r7 + 120)
                    r1 += 1
                    *(u64 *)(r7 + 120) = r1
                    if r1 == 1000 goto done
                    goto next
                done:
                    r1 = r10
                    r1 += -8
                    call bpf_iter_num_destroy
                    r0 = 0
                """ + EPILOGUE;
        String bits = PROLOGUE + """
                    r1 = r10
                    r1 += -16
                    r2 = r7
                    r2 += 128
                    r3 = *(u64 *)(r7 + 0)
                    r3 &= 0xf
                    call bpf_iter_bits_new
                    *(u64 *)(r7 + 104) = r0
                next:
                    r1 = r10
                    r1 += -16
                    call bpf_iter_bits_next
                    if r0 == 0 goto done
                    r0 = *(u32 *)(r0 + 0)
                    r1 = *(u64 *)(r7 + 120)
                    r1 *= 31
                    r1 += r0
                    *(u64 *)(r7 + 120) = r1
                    goto next
                done:
                    r1 = r10
                    r1 += -16
                    call bpf_iter_bits_destroy
                    r0 = 0
                """ + EPILOGUE;
        return List.of(
                new HelperCase("iter_num", LWT_OUT, numbers, NUMBER, NUMBER),
                new HelperCase("iter_bits", LWT_OUT, bits, SIZE));
    }
}
