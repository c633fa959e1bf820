/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of objects that exist only inside a kernel. */
final class KernelObjectHelperRows {
    private KernelObjectHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(22, "bpf_perf_event_read")
                        .args(MAP, ANYTHING)
                        .gplOnly()
                        .rejected("performance counters of the host are not visible to user space"),
                helper(55, "bpf_perf_event_read_value")
                        .args(MAP, ANYTHING, UNINIT_MEM, SIZE)
                        .gplOnly()
                        .rejected("performance counters of the host are not visible to user space"),
                helper(35, "bpf_get_current_task")
                        .gplOnly()
                        .rejected(
                                "a task has no address that a number could be; bpf_get_current_task_btf returns it as a pointer"),
                helper(109, "bpf_send_signal")
                        .args(ANYTHING)
                        .rejected("there is no task whose signal would mean anything"),
                helper(117, "bpf_send_signal_thread")
                        .args(ANYTHING)
                        .rejected("there is no task whose signal would mean anything"),
                helper(112, "bpf_probe_read_user")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS)
                        .gplOnly()
                        .rejected("there is no user memory of another process to read"),
                helper(113, "bpf_probe_read_kernel")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS)
                        .gplOnly()
                        .rejected("there is no kernel memory to read"),
                helper(114, "bpf_probe_read_user_str")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS)
                        .gplOnly()
                        .rejected("there is no user memory of another process to read"),
                helper(115, "bpf_probe_read_kernel_str")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS)
                        .gplOnly()
                        .rejected("there is no kernel memory to read"),
                helper(148, "bpf_copy_from_user")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS)
                        .mightSleep()
                        .rejected("needs a sleepable program, which LWT programs never are"),
                helper(191, "bpf_copy_from_user_task")
                        .args(UNINIT_MEM, SIZE_OR_ZERO, ADDRESS, TASK, ANYTHING)
                        .gplOnly()
                        .mightSleep()
                        .rejected("needs a sleepable program, which LWT programs never are"),
                helper(136, "bpf_skc_to_tcp6_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(137, "bpf_skc_to_tcp_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(138, "bpf_skc_to_tcp_timewait_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(139, "bpf_skc_to_tcp_request_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(140, "bpf_skc_to_udp6_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(178, "bpf_skc_to_unix_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(196, "bpf_skc_to_mptcp_sock")
                        .args(SOCK_COMMON)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("a socket of the host has no kernel structure here"),
                helper(141, "bpf_get_task_stack")
                        .args(TASK, UNINIT_MEM, SIZE_OR_ZERO, ANYTHING)
                        .rejected("there is no kernel task whose stack could be walked"),
                helper(149, "bpf_snprintf_btf")
                        .args(WRITABLE_MEM, SIZE, MEM, SIZE, ANYTHING)
                        .rejected("needs the running kernel's type information"),
                helper(153, "bpf_per_cpu_ptr")
                        .args(PERCPU_BTF_ID, ANYTHING)
                        .returns(ReturnType.RDONLY_MEM_OR_NULL)
                        .rejected("there are no per-CPU kernel variables"),
                helper(154, "bpf_this_cpu_ptr")
                        .args(PERCPU_BTF_ID)
                        .returns(ReturnType.RDONLY_MEM)
                        .rejected("there are no per-CPU kernel variables"),
                helper(175, "bpf_task_pt_regs")
                        .args(TASK)
                        .returns(ReturnType.BTF_ID)
                        .gplOnly()
                        .rejected("there is no task whose registers could be read"),
                helper(176, "bpf_get_branch_snapshot")
                        .args(UNINIT_MEM, SIZE_OR_ZERO)
                        .gplOnly()
                        .rejected("the processor's branch records are not visible to user space"),
                helper(180, "bpf_find_vma")
                        .args(TASK, ANYTHING, FUNC, STACK_OR_NULL, ANYTHING)
                        .rejected("there is no task whose memory areas could be searched"),
                helper(194, "bpf_kptr_xchg")
                        .args(KPTR_XCHG_DEST, KPTR_OR_NULL)
                        .returns(ReturnType.BTF_ID_OR_NULL)
                        .rejected("Linux offers LWT programs no way to obtain a kernel object to exchange"));
    }
}
