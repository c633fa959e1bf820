/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static io.github.bpf4j.compiler.differential.Argument.FLAGS;
import static io.github.bpf4j.compiler.differential.Argument.NUMBER;
import static io.github.bpf4j.compiler.differential.Argument.SIZE;
import static io.github.bpf4j.compiler.differential.Argument.SMALL;
import static io.github.bpf4j.compiler.differential.HelperCase.CONTEXT_EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.EPILOGUE;
import static io.github.bpf4j.compiler.differential.HelperCase.PROLOGUE;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_IN;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_OUT;
import static io.github.bpf4j.runtime.program.ProgramType.LWT_XMIT;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import java.util.List;
import java.util.stream.Stream;

/** Helpers that take a map which programs cannot look into, and those of a task; and elements of other CPUs. */
final class MapArgumentCases {
    private MapArgumentCases() {}

    static List<HelperCase> all() {
        String event = PROLOGUE + """
                    r1 = r6
                    r2 = map[m]
                    r3 = *(u64 *)(r7 + 0)
                    r4 = *(u64 *)(r7 + 8)
                    r4 <<= 32
                    r3 |= r4
                    r4 = r7
                    r4 += 128
                    r5 = *(u64 *)(r7 + 16)
                    r5 &= 0x7f
                    call bpf_perf_event_output
                """ + CONTEXT_EPILOGUE;
        String group = PROLOGUE + """
                    r1 = r6
                    r2 = map[m]
                    r3 = *(u64 *)(r7 + 0)
                    call bpf_skb_under_cgroup
                    *(u64 *)(r7 + 104) = r0
                    r1 = map[m]
                    r2 = *(u64 *)(r7 + 0)
                    call bpf_current_task_under_cgroup
                """ + CONTEXT_EPILOGUE;
        String tail = PROLOGUE + """
                    r1 = r6
                    r2 = map[m]
                    r3 = *(u64 *)(r7 + 0)
                    call bpf_tail_call
                    r0 = 1
                """ + CONTEXT_EPILOGUE;
        String perCpu = PROLOGUE + """
                    r1 = map[m]
                    r2 = *(u64 *)(r7 + 0)
                    *(u32 *)(r10 - 4) = r2
                    r2 = r10
                    r2 += -4
                    r3 = *(u64 *)(r7 + 8)
                    call bpf_map_lookup_percpu_elem
                    if r0 == 0 goto none
                    r0 = 1
                none:
                """ + EPILOGUE;
        String namespace = PROLOGUE + """
                    r1 = *(u64 *)(r7 + 0)
                    r2 = *(u64 *)(r7 + 8)
                    r3 = r7
                    r3 += 128
                    r4 = *(u64 *)(r7 + 16)
                    r4 &= 0x7f
                    if r4 == 0 goto out
                    call bpf_get_ns_current_pid_tgid
                """ + EPILOGUE;
        return Stream.of(
                        everywhere(
                                "perf_event_output without events",
                                event,
                                MapType.PERF_EVENT_ARRAY,
                                SMALL,
                                SMALL,
                                SIZE),
                        everywhere(
                                "perf_event_output with flags", event, MapType.PERF_EVENT_ARRAY, NUMBER, FLAGS, SIZE),
                        everywhere("cgroups of an empty array", group, MapType.CGROUP_ARRAY, SMALL),
                        everywhere("tail_call of nothing", tail, MapType.PROG_ARRAY, SMALL),
                        everywhere("map_lookup_percpu_elem", perCpu, MapType.PERCPU_ARRAY, SMALL, SMALL),
                        everywhere("get_ns_current_pid_tgid", namespace, MapType.ARRAY, NUMBER, NUMBER, SIZE))
                .flatMap(List::stream)
                .toList();
    }

    private static List<HelperCase> everywhere(String name, String body, MapType type, Argument... arguments) {
        return Stream.of(LWT_IN, LWT_OUT, LWT_XMIT)
                .map(hook -> new HelperCase(name, hook, body, arguments).with(() -> List.of(map(type))))
                .toList();
    }

    private static BpfMap map(MapType type) {
        return ProgramPair.map(new MapDefinition("m", type, 4, type == MapType.PERCPU_ARRAY ? 8 : 4, 16, 0));
    }
}
