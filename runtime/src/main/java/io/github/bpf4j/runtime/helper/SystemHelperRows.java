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
                helper(7, "bpf_get_prandom_u32")
                        .provided(SystemHelpers.class, "randomU32", "the environment's random numbers"),
                helper(8, "bpf_get_smp_processor_id")
                        .provided(SystemHelpers.class, "processorId", "the number of the worker"),
                helper(42, "bpf_get_numa_node_id").constant(SystemHelpers.class, "numaNode", "0"),
                helper(14, "bpf_get_current_pid_tgid")
                        .provided(SystemHelpers.class, "pidTgid", "the environment's task, by default this process"),
                helper(15, "bpf_get_current_uid_gid")
                        .provided(SystemHelpers.class, "uidGid", "the environment's task, by default this process"),
                helper(16, "bpf_get_current_comm")
                        .args(UNINIT_MEM, SIZE)
                        .provided(SystemHelpers.class, "comm", "the environment's task, by default this process"),
                helper(120, "bpf_get_ns_current_pid_tgid")
                        .args(ANYTHING, ANYTHING, UNINIT_MEM, SIZE)
                        .constant(SystemHelpers.class, "namespacePidTgid", "-EINVAL: no namespace matches"),
                helper(37, "bpf_current_task_under_cgroup")
                        .args(MAP, ANYTHING)
                        .provided(
                                MapHelpers.class,
                                "currentTaskUnderCgroup",
                                "a cgroup is a test that the user puts into the map"),
                helper(80, "bpf_get_current_cgroup_id")
                        .provided(
                                SystemHelpers.class,
                                "cgroupId",
                                "the environment's control groups, by default the root group 1"),
                helper(123, "bpf_get_current_ancestor_cgroup_id")
                        .args(ANYTHING)
                        .provided(
                                SystemHelpers.class,
                                "ancestorCgroupId",
                                "the environment's control groups, by default the root group 1"));
    }
}
