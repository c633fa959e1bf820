/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import io.github.bpf4j.runtime.helper.Kfunc.Flag;
import java.util.List;

/** Kfuncs of dynamic pointers. */
final class DynptrKfuncRows {
    private DynptrKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("bpf_dynptr_adjust").args(DYNPTR, SCALAR, SCALAR).same(DynptrHelpers.class, "adjust"),
                kfunc("bpf_dynptr_clone").args(DYNPTR, UNINIT_DYNPTR).same(DynptrHelpers.class, "copyOf"),
                kfunc("bpf_dynptr_copy")
                        .args(MUTABLE_DYNPTR, SCALAR, MUTABLE_DYNPTR, SCALAR, SCALAR)
                        .same(DynptrHelpers.class, "copy"),
                kfunc("bpf_dynptr_from_skb")
                        .args(CTX, SCALAR, UNINIT_SKB_DYNPTR)
                        .flags(Flag.TRUSTED_ARGS)
                        .inXmit(DynptrHelpers.class, "fromSkbWritable")
                        .same(DynptrHelpers.class, "fromSkbReadOnly"),
                kfunc("bpf_dynptr_is_null").args(DYNPTR).same(DynptrHelpers.class, "isNull"),
                kfunc("bpf_dynptr_is_rdonly").args(DYNPTR).same(DynptrHelpers.class, "isReadOnly"),
                kfunc("bpf_dynptr_memset")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, SCALAR)
                        .same(DynptrHelpers.class, "memset"),
                kfunc("bpf_dynptr_size").args(DYNPTR).same(DynptrHelpers.class, "size"),
                kfunc("bpf_dynptr_slice")
                        .args(DYNPTR, SCALAR, WRITABLE_MEM_OR_NULL, ALLOC_SIZE)
                        .returns(ReturnType.DYNPTR_MEM_OR_NULL)
                        .flags(Flag.RET_NULL)
                        .same(DynptrHelpers.class, "slice"),
                kfunc("bpf_dynptr_slice_rdwr")
                        .args(DYNPTR, SCALAR, WRITABLE_MEM_OR_NULL, ALLOC_SIZE)
                        .returns(ReturnType.DYNPTR_MEM_OR_NULL)
                        .flags(Flag.RET_NULL)
                        .same(DynptrHelpers.class, "sliceWritable"));
    }
}
