/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of strings and formatting. */
final class TextHelperRows {
    private TextHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(6, "bpf_trace_printk")
                        .args(MEM, SIZE, UNCHECKED, UNCHECKED, UNCHECKED)
                        .gplOnly()
                        .provided(TextHelpers.class, "tracePrintk", "the message goes to the environment's trace sink"),
                helper(177, "bpf_trace_vprintk")
                        .args(MEM, SIZE, MEM_OR_NULL, SIZE_OR_ZERO)
                        .gplOnly()
                        .provided(
                                TextHelpers.class, "traceVprintk", "the message goes to the environment's trace sink"),
                helper(165, "bpf_snprintf")
                        .args(WRITABLE_MEM_OR_NULL, SIZE_OR_ZERO, CONST_STR, MEM_OR_NULL, SIZE_OR_ZERO)
                        .gplOnly()
                        .same(TextHelpers.class, "snprintf"),
                helper(105, "bpf_strtol").args(MEM, SIZE, ANYTHING, UNINIT_LONG).same(TextHelpers.class, "strtol"),
                helper(106, "bpf_strtoul")
                        .args(MEM, SIZE, ANYTHING, UNINIT_LONG)
                        .same(TextHelpers.class, "strtoul"),
                helper(182, "bpf_strncmp").args(MEM, SIZE, CONST_STR).same(TextHelpers.class, "strncmp"));
    }
}
