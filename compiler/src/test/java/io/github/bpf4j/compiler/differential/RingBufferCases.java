/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.CallText.call;
import static io.github.bpf4j.compiler.differential.CallText.keep;
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
        String query = call("bpf_ringbuf_query", "map[m]", "0")
                + keep(72)
                + call("bpf_ringbuf_query", "map[m]", "[3]")
                + keep(80)
                + call("bpf_ringbuf_query", "map[m]", "3")
                + EPILOGUE;
        String output =
                PROLOGUE + call("bpf_ringbuf_output", "map[m]", "r7 + 128", "[0] & 0x17f", "[1]") + keep(104) + query;
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
        String dynamic = PROLOGUE
                + call("bpf_ringbuf_reserve_dynptr", "map[m]", "[0]", "[1]", "r10 - 16")
                + keep(104)
                + call("bpf_dynptr_memset", "r10 - 16", "0", "[0]", "7")
                + call("bpf_dynptr_write", "r10 - 16", "[2]", "r7 + 128", "24", "0")
                + keep(112)
                + call("bpf_dynptr_data", "r10 - 16", "8", "8")
                + """
                    if r0 == 0 goto none
                    r1 = *(u64 *)(r0 + 0)
                    *(u64 *)(r7 + 120) = r1
                none:
                """
                + call("bpf_ringbuf_%s_dynptr", "r10 - 16", "[3]")
                + query;
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
