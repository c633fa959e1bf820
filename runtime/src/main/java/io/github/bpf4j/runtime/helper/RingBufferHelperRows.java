/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of ring buffers. */
final class RingBufferHelperRows {
    private RingBufferHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(130, "bpf_ringbuf_output")
                        .args(MAP, MEM, SIZE_OR_ZERO, ANYTHING)
                        .same(RingBufferHelpers.class, "output"),
                helper(131, "bpf_ringbuf_reserve")
                        .args(MAP, ALLOC_SIZE, ANYTHING)
                        .returns(ReturnType.RINGBUF_MEM_OR_NULL)
                        .same(RingBufferHelpers.class, "reserve"),
                helper(132, "bpf_ringbuf_submit")
                        .args(RINGBUF_MEM, ANYTHING)
                        .returns(ReturnType.VOID)
                        .same(RingBufferHelpers.class, "submit"),
                helper(133, "bpf_ringbuf_discard")
                        .args(RINGBUF_MEM, ANYTHING)
                        .returns(ReturnType.VOID)
                        .same(RingBufferHelpers.class, "discard"),
                helper(134, "bpf_ringbuf_query").args(MAP, ANYTHING).same(RingBufferHelpers.class, "query"),
                helper(198, "bpf_ringbuf_reserve_dynptr")
                        .args(MAP, ANYTHING, ANYTHING, UNINIT_RINGBUF_DYNPTR)
                        .same(RingBufferHelpers.class, "reserveDynptr"),
                helper(199, "bpf_ringbuf_submit_dynptr")
                        .args(RINGBUF_DYNPTR, ANYTHING)
                        .returns(ReturnType.VOID)
                        .same(RingBufferHelpers.class, "submitDynptr"),
                helper(200, "bpf_ringbuf_discard_dynptr")
                        .args(RINGBUF_DYNPTR, ANYTHING)
                        .returns(ReturnType.VOID)
                        .same(RingBufferHelpers.class, "discardDynptr"),
                helper(209, "bpf_user_ringbuf_drain")
                        .args(MAP, FUNC, STACK_OR_NULL, ANYTHING)
                        .same(RingBufferHelpers.class, "drain"));
    }
}
