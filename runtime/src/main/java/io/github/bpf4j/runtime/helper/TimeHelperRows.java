/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of clocks. */
final class TimeHelperRows {
    private TimeHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(5, "bpf_ktime_get_ns").provided(TimeHelpers.class, "monotonic", "the environment's clock"),
                helper(118, "bpf_jiffies64")
                        .provided(TimeHelpers.class, "jiffies", "the environment's clock, 250 ticks a second"),
                helper(125, "bpf_ktime_get_boot_ns").provided(TimeHelpers.class, "boot", "the environment's clock"),
                helper(160, "bpf_ktime_get_coarse_ns").provided(TimeHelpers.class, "coarse", "the environment's clock"),
                helper(208, "bpf_ktime_get_tai_ns").provided(TimeHelpers.class, "tai", "the environment's clock"));
    }
}
