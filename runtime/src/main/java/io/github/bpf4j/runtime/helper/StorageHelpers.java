/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.LocalStorageMap;
import io.github.bpf4j.runtime.map.StorageOwner;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers for local storage and its owners. Each method is a helper; see {@link Implementation} for how arguments are passed. */
public final class StorageHelpers {
    private StorageHelpers() {}

    /**
     * {@code bpf_get_current_task_btf}.
     *
     * @param context the calling worker, whose task is the context's result base
     * @return 0
     */
    public static long currentTask(ExecutionContext context) {
        context.setResultBase(context.task());
        return 0;
    }

    /**
     * {@code bpf_task_storage_get} and {@code bpf_cgrp_storage_get}.
     *
     * @param context the calling worker
     * @param map a map of local storage
     * @param owner whose value is wanted; null for NULL
     * @param initial memory that a new value is filled from, or null for zeroes
     * @param initialOffset where it starts
     * @param flags 0 or {@link LocalStorageMap#GET_CREATE}; with others nothing is found
     * @return offset of the value, whose memory is the context's result base
     */
    public static long get(
            ExecutionContext context,
            BpfMap map,
            @Nullable Object owner,
            @Nullable MemorySegment initial,
            long initialOffset,
            long flags) {
        LocalStorageMap storage = (LocalStorageMap) map;
        MemorySegment value = null;
        if ((flags & ~LocalStorageMap.GET_CREATE) == 0 && owner instanceof StorageOwner present) {
            value = flags == 0 ? storage.get(present) : storage.getOrCreate(present, initial, initialOffset);
        }
        context.setResultBase(value);
        return 0;
    }

    /**
     * {@code bpf_task_storage_delete} and {@code bpf_cgrp_storage_delete}.
     *
     * @param context the calling worker
     * @param map a map of local storage
     * @param owner whose value goes; null for NULL
     * @return 0, {@code -ENOENT} if there is none, {@code -EINVAL} without an owner
     */
    public static long delete(ExecutionContext context, BpfMap map, @Nullable Object owner) {
        if (!(owner instanceof StorageOwner present)) {
            return -Errno.EINVAL;
        }
        return ((LocalStorageMap) map).remove(present) ? 0 : -Errno.ENOENT;
    }
}
