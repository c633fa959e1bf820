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
                helper(5, "bpf_ktime_get_ns").rejected("not implemented yet"),
                helper(118, "bpf_jiffies64").rejected("not implemented yet"),
                helper(125, "bpf_ktime_get_boot_ns").rejected("not implemented yet"),
                helper(160, "bpf_ktime_get_coarse_ns").rejected("not implemented yet"),
                helper(208, "bpf_ktime_get_tai_ns").rejected("not implemented yet"));
    }
}
