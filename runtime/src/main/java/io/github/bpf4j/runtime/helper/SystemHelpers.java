/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.Task;
import java.lang.foreign.MemorySegment;

/** Helpers that ask about the machine and the current task. */
public final class SystemHelpers {
    private SystemHelpers() {}

    /**
     * {@code bpf_get_prandom_u32}.
     *
     * @param ctx the worker
     * @return 32 random bits
     */
    public static long randomU32(ExecutionContext ctx) {
        return ctx.environment().random().getAsInt() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_get_smp_processor_id}.
     *
     * @param ctx the worker
     * @return the worker's number
     */
    public static long processorId(ExecutionContext ctx) {
        return ctx.cpu();
    }

    /**
     * {@code bpf_get_numa_node_id}.
     *
     * @param ctx the worker
     * @return 0: workers are not bound to memory nodes
     */
    public static long numaNode(ExecutionContext ctx) {
        return 0;
    }

    /**
     * {@code bpf_get_current_pid_tgid}.
     *
     * @param ctx the worker
     * @return process number in the upper, thread number in the lower 32 bits
     */
    public static long pidTgid(ExecutionContext ctx) {
        Task task = ctx.environment().task();
        return (long) task.tgid() << 32 | task.pid() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_get_current_uid_gid}.
     *
     * @param ctx the worker
     * @return group number in the upper, user number in the lower 32 bits
     */
    public static long uidGid(ExecutionContext ctx) {
        Task task = ctx.environment().task();
        return (long) task.gid() << 32 | task.uid() & 0xffff_ffffL;
    }

    /**
     * {@code bpf_get_current_comm}: the command name, cut to fit, padded with zeros, with a NUL at the end.
     *
     * @param ctx the worker
     * @param out receives the name
     * @param offset where it goes
     * @param size bytes of room, more than 0
     * @return 0
     */
    public static long comm(ExecutionContext ctx, MemorySegment out, long offset, long size) {
        String comm = ctx.environment().task().comm();
        long length = Math.min(Math.min(comm.length(), 15), size - 1);
        for (long i = 0; i < size; i++) {
            out.set(JAVA_BYTE, offset + i, i < length ? (byte) comm.charAt((int) i) : 0);
        }
        return 0;
    }

    /**
     * {@code bpf_get_ns_current_pid_tgid}: there are no namespaces to tell apart, so no device and inode number ever matches.
     *
     * @param ctx the worker
     * @param dev the namespace's device
     * @param ino the namespace's inode
     * @param out zeroed
     * @param offset where
     * @param size bytes
     * @return {@code -EINVAL}
     */
    public static long namespacePidTgid(
            ExecutionContext ctx, long dev, long ino, MemorySegment out, long offset, long size) {
        out.asSlice(offset, size).fill((byte) 0);
        return -Errno.EINVAL;
    }

    /**
     * {@code bpf_get_current_cgroup_id}.
     *
     * @param ctx the worker
     * @return the group's number
     */
    public static long cgroupId(ExecutionContext ctx) {
        return ctx.environment().cgroups().currentId();
    }

    /**
     * {@code bpf_get_current_ancestor_cgroup_id}.
     *
     * @param ctx the worker
     * @param level 0 for the root
     * @return the ancestor's number, 0 if there is none at this level
     */
    public static long ancestorCgroupId(ExecutionContext ctx, long level) {
        return ctx.environment().cgroups().ancestorId((int) level);
    }
}
