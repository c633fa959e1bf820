/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import io.github.bpf4j.runtime.helper.Kfunc.Flag;
import java.util.List;

/** Kfuncs of objects that exist only inside a kernel. */
final class KernelObjectKfuncRows {
    private KernelObjectKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("__bpf_trap")
                        .returns(ReturnType.VOID)
                        .rejected("marks undefined behaviour found by the compiler, which the verifier refuses"),
                kfunc("bpf_cast_to_kern_ctx")
                        .args(CTX)
                        .returns(ReturnType.BTF_ID)
                        .flags(Flag.FASTCALL)
                        .rejected("needs the running kernel's types"),
                kfunc("bpf_cgroup_read_xattr")
                        .args(BTF_ID, CONST_STR, MUTABLE_DYNPTR)
                        .flags(Flag.RCU)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_copy_from_user_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .flags(Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_copy_from_user_str")
                        .args(WRITABLE_MEM, SIZE_OR_ZERO, UNCHECKED, SCALAR)
                        .flags(Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_copy_from_user_str_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .flags(Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_copy_from_user_task_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED, BTF_ID)
                        .flags(Flag.TRUSTED_ARGS, Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_copy_from_user_task_str")
                        .args(WRITABLE_MEM, SIZE_OR_ZERO, UNCHECKED, BTF_ID, SCALAR)
                        .flags(Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_copy_from_user_task_str_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED, BTF_ID)
                        .flags(Flag.TRUSTED_ARGS, Flag.SLEEPABLE)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_get_kmem_cache")
                        .args(SCALAR)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("there is no kernel memory to look up"),
                kfunc("bpf_iter_css_destroy")
                        .args(iterator(24))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_css_new")
                        .args(newIterator(24), BTF_ID, SCALAR)
                        .flags(Flag.TRUSTED_ARGS, Flag.ITER_NEW, Flag.RCU_PROTECTED)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_css_next")
                        .args(iterator(24))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_css_task_destroy")
                        .args(iterator(8))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_css_task_new")
                        .args(newIterator(8), BTF_ID, SCALAR)
                        .flags(Flag.TRUSTED_ARGS, Flag.ITER_NEW)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_css_task_next")
                        .args(iterator(8))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_dmabuf_destroy")
                        .args(iterator(8))
                        .returns(ReturnType.VOID)
                        .flags(Flag.SLEEPABLE, Flag.ITER_DESTROY)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_dmabuf_new")
                        .args(newIterator(8))
                        .flags(Flag.SLEEPABLE, Flag.ITER_NEW)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_dmabuf_next")
                        .args(iterator(8))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.SLEEPABLE, Flag.ITER_NEXT)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_kmem_cache_destroy")
                        .args(iterator(8))
                        .returns(ReturnType.VOID)
                        .flags(Flag.SLEEPABLE, Flag.ITER_DESTROY)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_kmem_cache_new")
                        .args(newIterator(8))
                        .flags(Flag.SLEEPABLE, Flag.ITER_NEW)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_kmem_cache_next")
                        .args(iterator(8))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.SLEEPABLE, Flag.ITER_NEXT)
                        .rejected("needs a sleepable program, which LWT programs never are"),
                kfunc("bpf_iter_task_destroy")
                        .args(iterator(24))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_task_new")
                        .args(newIterator(24), BTF_ID_OR_NULL, SCALAR)
                        .flags(Flag.TRUSTED_ARGS, Flag.ITER_NEW, Flag.RCU_PROTECTED)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_task_next")
                        .args(iterator(24))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_task_vma_destroy")
                        .args(iterator(8))
                        .returns(ReturnType.VOID)
                        .flags(Flag.ITER_DESTROY)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_task_vma_new")
                        .args(newIterator(8), BTF_ID, SCALAR)
                        .flags(Flag.RCU, Flag.ITER_NEW)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_iter_task_vma_next")
                        .args(iterator(8))
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .flags(Flag.RET_NULL, Flag.ITER_NEXT)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_modify_return_test_tp").args(SCALAR).rejected("exists for tests of the kernel"),
                kfunc("bpf_probe_read_kernel_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .rejected("there is no kernel or user memory to read"),
                kfunc("bpf_probe_read_kernel_str_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .rejected("there is no kernel or user memory to read"),
                kfunc("bpf_probe_read_user_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .rejected("there is no kernel or user memory to read"),
                kfunc("bpf_probe_read_user_str_dynptr")
                        .args(MUTABLE_DYNPTR, SCALAR, SCALAR, UNCHECKED)
                        .rejected("there is no kernel or user memory to read"),
                kfunc("bpf_rdonly_cast")
                        .args(UNCHECKED, CONSTANT)
                        .returns(ReturnType.BTF_ID)
                        .flags(Flag.FASTCALL)
                        .rejected("needs the running kernel's types"),
                kfunc("bpf_stream_vprintk_impl")
                        .args(SCALAR, CONST_STR, WRITABLE_MEM, SIZE_OR_ZERO, IGNORED)
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("programs have no kernel-side output streams"),
                kfunc("bpf_task_work_schedule_resume_impl")
                        .args(BTF_ID, TASK_WORK, MAP, FUNC, IGNORED)
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_task_work_schedule_signal_impl")
                        .args(BTF_ID, TASK_WORK, MAP, FUNC, IGNORED)
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("there are no kernel objects of cgroups or tasks"),
                kfunc("bpf_xdp_metadata_rx_hash")
                        .args(CTX, memory(4), memory(4))
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("needs a program bound to a device, which LWT programs never are"),
                kfunc("bpf_xdp_metadata_rx_timestamp")
                        .args(CTX, memory(8))
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("needs a program bound to a device, which LWT programs never are"),
                kfunc("bpf_xdp_metadata_rx_vlan_tag")
                        .args(CTX, memory(2), memory(2))
                        .flags(Flag.TRUSTED_ARGS)
                        .rejected("needs a program bound to a device, which LWT programs never are"));
    }
}
