/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.program.ExecutionContext;

/** Helpers that read clocks. */
public final class TimeHelpers {
    private TimeHelpers() {}

    /**
     * {@code bpf_ktime_get_ns}.
     *
     * @param ctx the worker
     * @return nanoseconds, suspended time left out
     */
    public static long monotonic(ExecutionContext ctx) {
        return ctx.environment().clock().monotonic();
    }

    /**
     * {@code bpf_ktime_get_boot_ns}.
     *
     * @param ctx the worker
     * @return nanoseconds, suspended time included
     */
    public static long boot(ExecutionContext ctx) {
        return ctx.environment().clock().boot();
    }

    /**
     * {@code bpf_ktime_get_coarse_ns}.
     *
     * @param ctx the worker
     * @return nanoseconds as of the last tick
     */
    public static long coarse(ExecutionContext ctx) {
        return ctx.environment().clock().coarse();
    }

    /**
     * {@code bpf_ktime_get_tai_ns}.
     *
     * @param ctx the worker
     * @return nanoseconds of international atomic time
     */
    public static long tai(ExecutionContext ctx) {
        return ctx.environment().clock().tai();
    }

    /**
     * {@code bpf_jiffies64}.
     *
     * @param ctx the worker
     * @return ticks
     */
    public static long jiffies(ExecutionContext ctx) {
        return ctx.environment().clock().jiffies();
    }
}
