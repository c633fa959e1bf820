/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import io.github.bpf4j.runtime.helper.Kfunc.Flag;
import java.util.List;

/** Kfuncs of maps, work queues and arenas. */
final class MapKfuncRows {
    private MapKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("bpf_map_sum_elem_count")
                        .args(MAP)
                        .flags(Flag.TRUSTED_ARGS)
                        .same(MapHelpers.class, "sumElementCount"),
                kfunc("bpf_arena_alloc_pages")
                        .args(MAP, UNCHECKED, SCALAR, SCALAR, SCALAR)
                        .returns(ReturnType.MEM_OR_NULL)
                        .flags(Flag.TRUSTED_ARGS, Flag.SLEEPABLE, Flag.ARENA_RET, Flag.ARENA_ARG2)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_arena_free_pages")
                        .args(MAP, UNCHECKED, SCALAR)
                        .returns(ReturnType.VOID)
                        .flags(Flag.TRUSTED_ARGS, Flag.SLEEPABLE, Flag.ARENA_ARG2)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_arena_reserve_pages")
                        .args(MAP, UNCHECKED, SCALAR)
                        .flags(Flag.TRUSTED_ARGS, Flag.SLEEPABLE, Flag.ARENA_ARG2)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_wq_init")
                        .args(WORKQUEUE, MAP, SCALAR)
                        .provided(
                                TimerHelpers.class,
                                "initWork",
                                "callbacks run on a timer thread, with the number of the worker that started them"),
                kfunc("bpf_wq_set_callback_impl")
                        .args(WORKQUEUE, FUNC, SCALAR, IGNORED)
                        .provided(
                                TimerHelpers.class,
                                "setWorkCallback",
                                "callbacks run on a timer thread, with the number of the worker that started them"),
                kfunc("bpf_wq_start")
                        .args(WORKQUEUE, SCALAR)
                        .provided(
                                TimerHelpers.class,
                                "startWork",
                                "callbacks run on a timer thread, with the number of the worker that started them"));
    }
}
