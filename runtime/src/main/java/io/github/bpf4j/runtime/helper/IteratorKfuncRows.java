/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import io.github.bpf4j.runtime.helper.Kfunc.Flag;
import java.util.List;

/** Kfuncs of iterators over numbers and bits. */
final class IteratorKfuncRows {
    private IteratorKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("bpf_iter_bits_destroy")
                        .args(iterator(16))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .same(IteratorHelpers.class, "bitsDestroy"),
                kfunc("bpf_iter_bits_new")
                        .args(newIterator(16), UNCHECKED, SCALAR)
                        .flags(Flag.ITER_NEW)
                        .same(IteratorHelpers.class, "bitsNew"),
                kfunc("bpf_iter_bits_next")
                        .args(iterator(16))
                        .returns(ReturnType.MEM_OR_NULL, Integer.BYTES)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .same(IteratorHelpers.class, "bitsNext"),
                kfunc("bpf_iter_num_destroy")
                        .args(iterator(8))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .same(IteratorHelpers.class, "numDestroy"),
                kfunc("bpf_iter_num_new")
                        .args(newIterator(8), SCALAR, SCALAR)
                        .flags(Flag.ITER_NEW)
                        .same(IteratorHelpers.class, "numNew"),
                kfunc("bpf_iter_num_next")
                        .args(iterator(8))
                        .returns(ReturnType.MEM_OR_NULL, Integer.BYTES)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .same(IteratorHelpers.class, "numNext"));
    }
}
