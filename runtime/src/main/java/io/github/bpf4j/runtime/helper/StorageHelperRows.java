/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;

import java.util.List;

/** Helpers of local storage, and of its owners that LWT programs can obtain: the current task, and its cgroup through fields of it. */
final class StorageHelperRows {
    private static final String CGROUP = "cgroups are the environment's, found at `task->cgroups->dfl_cgrp`";

    private StorageHelperRows() {}

    static List<Helper> rows() {
        return List.of(
                helper(158, "bpf_get_current_task_btf")
                        .returnsObject("task_struct")
                        .gplOnly()
                        .provided(
                                StorageHelpers.class,
                                "currentTask",
                                "the worker, each a task of its own; of its fields only `cgroups` can be read"),
                helper(156, "bpf_task_storage_get")
                        .args(MAP, TASK_OR_NULL, MAP_VALUE_OR_NULL, ANYTHING)
                        .returns(ReturnType.MAP_VALUE_OR_NULL)
                        .same(StorageHelpers.class, "get"),
                helper(157, "bpf_task_storage_delete").args(MAP, TASK_OR_NULL).same(StorageHelpers.class, "delete"),
                helper(210, "bpf_cgrp_storage_get")
                        .args(MAP, CGROUP_OR_NULL, MAP_VALUE_OR_NULL, ANYTHING)
                        .returns(ReturnType.MAP_VALUE_OR_NULL)
                        .provided(StorageHelpers.class, "get", CGROUP),
                helper(211, "bpf_cgrp_storage_delete")
                        .args(MAP, CGROUP_OR_NULL)
                        .provided(StorageHelpers.class, "delete", CGROUP));
    }
}
