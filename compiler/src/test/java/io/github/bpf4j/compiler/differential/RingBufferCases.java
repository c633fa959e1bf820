/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;

/** Helpers on ring buffers, which the test empties now and then. */
final class RingBufferCases {
    private RingBufferCases() {}

    static List<HelperCase> all() {
        String query = """
                    r1 = map[m]
                    r2 = 0
                    call bpf_ringbuf_query
                    *(u64 *)(r7 + 72) = r0
                    r1 = map[m]
                    r2 = *(u64 *)(r7 + 24)
                    call bpf_ringbuf_query
                    *(u64 *)(r7 + 80) = r0
                    r1 = map[m]
                    r2 = 3
                    call bpf_ringbuf_query
                """ + EPILOGUE;
        String output = PROLOGUE + """
                    r1 = map[m]
                    r2 = r7
                    r2 += 128
                    r3 = *(u64 *)(r7 + 0)
                    r3 &= 0x17f
                    r4 = *(u64 *)(r7 + 8)
                    call bpf_ringbuf_output
                    *(u64 *)(r7 + 104) = r0
                """ + query;
        // every record that is submitted is written in full, since fresh ones hold what was there before
        String reserve = PROLOGUE + """
                    r1 = map[m]
                    r2 = %1$d
                    r3 = *(u64 *)(r7 + 0)
                    call bpf_ringbuf_reserve
                    if r0 == 0 goto full
                    r1 = *(u64 *)(r7 + 128)
                    *(u64 *)(r0 + 0) = r1
                    *(u64 *)(r0 + %2$d) = r1
                    r1 = r0
                    r2 = *(u64 *)(r7 + 8)
                    r3 = *(u64 *)(r7 + %3$d)
                    if r3 == 0 goto discard
                    call bpf_ringbuf_submit
                    r0 = 1
                    goto full
                discard:
                    call bpf_ringbuf_discard
                    r0 = 2
                full:
                    *(u64 *)(r7 + 104) = r0
                """ + query;
        String dynamic = PROLOGUE + """
                    r1 = map[m]
                    r2 = *(u64 *)(r7 + 0)
                    r3 = *(u64 *)(r7 + 8)
                    r4 = r10
                    r4 += -16
                    call bpf_ringbuf_reserve_dynptr
                    *(u64 *)(r7 + 104) = r0
                    r1 = r10
                    r1 += -16
                    r2 = 0
                    r3 = *(u64 *)(r7 + 0)
                    r4 = 7
                    call bpf_dynptr_memset
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 16)
                    r3 = r7
                    r3 += 128
                    r4 = 24
                    r5 = 0
                    call bpf_dynptr_write
                    *(u64 *)(r7 + 112) = r0
                    r1 = r10
                    r1 += -16
                    r2 = 8
                    r3 = 8
                    call bpf_dynptr_data
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r0 + 0)
                    *(u64 *)(r7 + 120) = r1
                none:
                    r1 = r10
                    r1 += -16
                    r2 = *(u64 *)(r7 + 24)
                    call bpf_ringbuf_%s_dynptr
                """ + query;
        return List.of(
                new HelperCase("ringbuf_output", LWT_IN, output, SIZE, FLAGS, SMALL, SMALL).with(RingBufferCases::maps),
                new HelperCase("ringbuf_output", LWT_OUT, output, SIZE, FLAGS, SMALL, SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase("ringbuf_output", LWT_XMIT, output, SIZE, FLAGS, SMALL, SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase("ringbuf_reserve of 8", LWT_IN, reserve.formatted(8, 0, 16), SMALL, FLAGS, SMALL, SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase(
                                "ringbuf_reserve of 15",
                                LWT_OUT,
                                reserve.formatted(15, 7, 16),
                                SMALL,
                                FLAGS,
                                SMALL,
                                SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase(
                                "ringbuf_discard of 4,080",
                                LWT_XMIT,
                                reserve.formatted(4080, 4072, 48),
                                SMALL,
                                FLAGS,
                                SMALL,
                                SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase("ringbuf_submit_dynptr", LWT_OUT, dynamic.formatted("submit"), SIZE, SMALL, SMALL, SMALL)
                        .with(RingBufferCases::maps),
                new HelperCase(
                                "ringbuf_discard_dynptr",
                                LWT_XMIT,
                                dynamic.formatted("discard"),
                                SIZE,
                                SMALL,
                                SMALL,
                                SMALL)
                        .with(RingBufferCases::maps));
    }

    private static List<BpfMap> maps() {
        return List.of(ProgramPair.map(new MapDefinition("m", MapType.RINGBUF, 0, 0, 4096, 0)));
    }
}
