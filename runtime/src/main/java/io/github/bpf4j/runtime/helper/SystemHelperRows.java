/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of the machine, the current task and its cgroups. */
final class SystemHelperRows {
    private SystemHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(7, "bpf_get_prandom_u32").rejected("not implemented yet"),
                helper(8, "bpf_get_smp_processor_id").rejected("not implemented yet"),
                helper(42, "bpf_get_numa_node_id").rejected("not implemented yet"),
                helper(14, "bpf_get_current_pid_tgid").rejected("not implemented yet"),
                helper(15, "bpf_get_current_uid_gid").rejected("not implemented yet"),
                helper(16, "bpf_get_current_comm").args(UNINIT_MEM, SIZE).rejected("not implemented yet"),
                helper(120, "bpf_get_ns_current_pid_tgid")
                        .args(ANYTHING, ANYTHING, UNINIT_MEM, SIZE)
                        .rejected("not implemented yet"),
                helper(37, "bpf_current_task_under_cgroup").args(MAP, ANYTHING).rejected("not implemented yet"),
                helper(80, "bpf_get_current_cgroup_id").rejected("not implemented yet"),
                helper(123, "bpf_get_current_ancestor_cgroup_id").args(ANYTHING).rejected("not implemented yet"));
    }
}
