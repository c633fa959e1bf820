/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of control flow. */
final class ControlHelperRows {
    private ControlHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(12, "bpf_tail_call")
                        .args(CTX, MAP, ANYTHING)
                        .returns(ReturnType.VOID)
                        .same(ControlHelpers.class, "tailCall"),
                helper(181, "bpf_loop")
                        .args(ANYTHING, FUNC, STACK_OR_NULL, ANYTHING)
                        .same(ControlHelpers.class, "loop"));
    }
}
