/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
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

/** Helpers that call back: loops and walks over maps. */
final class CallbackCases {
    private CallbackCases() {}

    static List<HelperCase> all() {
        String few = """
                    r1 = *(u64 *)(r7 + 0)
                    r1 &= 0x7ff
                """;
        String fewOrTooMany = """
                    r1 = *(u64 *)(r7 + 0)
                    r0 = r1
                    r0 &= 0xffffffff
                    if r0 > 0x800000 goto many
                    r1 &= 0x7ff
                many:
                """;
        String loop = PROLOGUE + """
                    %s
                    r0 = *(u64 *)(r7 + 16)
                    *(u64 *)(r10 - 8) = r0
                    r2 = func[body]
                    r3 = r10
                    r3 += -8
                    r4 = %s
                    call bpf_loop
                """ + EPILOGUE + """
                body:
                    r4 = map[area][0]
                    *(u64 *)(r4 + 112) = r1
                    r3 = *(u64 *)(r4 + 104)
                    r3 += 1
                    *(u64 *)(r4 + 104) = r3
                    r0 = 1
                    r3 = *(u64 *)(r2 + 0)
                    if r3 == r1 goto stop
                    r0 = 0
                stop:
                    exit
                """;
        String walk = PROLOGUE + """
                    r1 = map[m]
                    r0 = *(u64 *)(r7 + 16)
                    *(u64 *)(r10 - 8) = r0
                    r2 = func[body]
                    r3 = r10
                    r3 += -8
                    r4 = *(u64 *)(r7 + 8)
                    call bpf_for_each_map_elem
                """ + EPILOGUE + """
                body:
                    r5 = map[area][0]
                    r1 = *(u32 *)(r2 + 0)
                    r0 = *(u64 *)(r3 + 0)
                    r0 += 3
                    *(u64 *)(r3 + 0) = r0
                    r3 = *(u64 *)(r5 + 104)
                    r3 *= 31
                    r3 += r1
                    *(u64 *)(r5 + 104) = r3
                    r0 = 1
                    r3 = *(u64 *)(r4 + 0)
                    if r3 == r1 goto stop
                    r0 = 0
                stop:
                    exit
                """;
        String drain = PROLOGUE + """
                    r1 = map[m]
                    *(u64 *)(r10 - 8) = 0
                    r2 = func[body]
                    r3 = r10
                    r3 += -8
                    r4 = *(u64 *)(r7 + 0)
                    call bpf_user_ringbuf_drain
                """ + EPILOGUE + """
                body:
                    r0 = 0
                    exit
                """;
        return List.of(
                new HelperCase("loop without flags", LWT_IN, loop.formatted(fewOrTooMany, "0"), NUMBER, FLAGS, SMALL),
                new HelperCase("loop", LWT_OUT, loop.formatted(few, "*(u64 *)(r7 + 8)"), NUMBER, FLAGS, SMALL),
                new HelperCase("loop", LWT_XMIT, loop.formatted(few, "*(u64 *)(r7 + 8)"), SMALL, FLAGS, SMALL),
                new HelperCase("for_each_map_elem of an array", LWT_IN, walk, NUMBER, FLAGS, SMALL)
                        .with(() -> List.of(map(MapType.ARRAY))),
                new HelperCase("for_each_map_elem of a per-CPU array", LWT_OUT, walk, NUMBER, FLAGS, SMALL)
                        .with(() -> List.of(map(MapType.PERCPU_ARRAY))),
                new HelperCase("for_each_map_elem of an empty hash", LWT_XMIT, walk, NUMBER, FLAGS, SMALL)
                        .with(() -> List.of(map(MapType.HASH))),
                new HelperCase("user_ringbuf_drain of an empty buffer", LWT_OUT, drain, FLAGS)
                        .with(() ->
                                List.of(ProgramPair.map(new MapDefinition("m", MapType.USER_RINGBUF, 0, 0, 4096, 0)))));
    }

    private static BpfMap map(MapType type) {
        return ProgramPair.map(new MapDefinition("m", type, 4, 8, 16, 0));
    }
}
