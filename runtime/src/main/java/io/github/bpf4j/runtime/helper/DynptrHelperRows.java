/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of dynamic pointers. */
final class DynptrHelperRows {
    private DynptrHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(197, "bpf_dynptr_from_mem")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ANYTHING, UNINIT_LOCAL_DYNPTR)
                        .same(DynptrHelpers.class, "fromMem"),
                helper(201, "bpf_dynptr_read")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, DYNPTR, ANYTHING, ANYTHING)
                        .same(DynptrHelpers.class, "read"),
                helper(202, "bpf_dynptr_write")
                        .args(DYNPTR, ANYTHING, MEM, SIZE_OR_ZERO, ANYTHING)
                        .same(DynptrHelpers.class, "write"),
                helper(203, "bpf_dynptr_data")
                        .args(DYNPTR, ANYTHING, ALLOC_SIZE)
                        .returns(ReturnType.DYNPTR_MEM_OR_NULL)
                        .same(DynptrHelpers.class, "data"));
    }
}
