/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of spin locks and timers. */
final class SynchronizationHelperRows {
    private SynchronizationHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(93, "bpf_spin_lock")
                        .args(SPIN_LOCK)
                        .returns(ReturnType.VOID)
                        .same(SpinLockHelpers.class, "lock"),
                helper(94, "bpf_spin_unlock")
                        .args(SPIN_LOCK)
                        .returns(ReturnType.VOID)
                        .same(SpinLockHelpers.class, "unlock"),
                helper(169, "bpf_timer_init")
                        .args(TIMER, MAP, ANYTHING)
                        .gplOnly()
                        .provided(
                                TimerHelpers.class,
                                "init",
                                "callbacks run on a timer thread, with the number of the worker that started them"),
                helper(170, "bpf_timer_set_callback")
                        .args(TIMER, FUNC)
                        .gplOnly()
                        .provided(
                                TimerHelpers.class,
                                "setCallback",
                                "callbacks run on a timer thread, with the number of the worker that started them"),
                helper(171, "bpf_timer_start")
                        .args(TIMER, ANYTHING, ANYTHING)
                        .gplOnly()
                        .provided(
                                TimerHelpers.class,
                                "start",
                                "callbacks run on a timer thread, with the number of the worker that started them"),
                helper(172, "bpf_timer_cancel")
                        .args(TIMER)
                        .gplOnly()
                        .provided(
                                TimerHelpers.class,
                                "cancel",
                                "callbacks run on a timer thread, with the number of the worker that started them"));
    }
}
