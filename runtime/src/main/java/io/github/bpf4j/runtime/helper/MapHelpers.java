/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.CgroupArrayMap;
import io.github.bpf4j.runtime.map.CgroupMembership;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.PerfEventArrayMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers for maps. Each method is the helper of the same name; see {@link Implementation} for how arguments are passed. */
public final class MapHelpers {
    private MapHelpers() {}

    /**
     * {@code bpf_map_lookup_elem}.
     *
     * @param context the calling worker
     * @param map the map
     * @param key memory of the key
     * @param keyOffset where it starts
     * @return offset of the value; its memory, or the inner map, is the context's result base
     */
    public static long lookup(ExecutionContext context, BpfMap map, MemorySegment key, long keyOffset) {
        MapType type = map.definition().type();
        if (type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS) {
            context.setResultBase(map.lookupInner(key, keyOffset));
            return 0;
        }
        return value(context, map, map.lookup(context.cpu(), key, keyOffset));
    }

    private static long value(ExecutionContext context, BpfMap map, long found) {
        if (found == BpfMap.NOT_FOUND) {
            context.setResultBase(null);
            return 0;
        }
        context.setResultBase(map.values());
        return found;
    }

    /**
     * {@code bpf_map_update_elem}.
     *
     * @param context the calling worker
     * @param map the map
     * @param key memory of the key
     * @param keyOffset where it starts
     * @param value memory of the value
     * @param valueOffset where it starts
     * @param flags update flags
     * @return 0 or {@code -errno}
     */
    public static long update(
            ExecutionContext context,
            BpfMap map,
            MemorySegment key,
            long keyOffset,
            MemorySegment value,
            long valueOffset,
            long flags) {
        return map.update(context.cpu(), key, keyOffset, value, valueOffset, flags);
    }

    /**
     * {@code bpf_map_delete_elem}.
     *
     * @param context the calling worker
     * @param map the map
     * @param key memory of the key
     * @param keyOffset where it starts
     * @return 0 or {@code -errno}
     */
    public static long delete(ExecutionContext context, BpfMap map, MemorySegment key, long keyOffset) {
        return map.delete(key, keyOffset);
    }

    /**
     * {@code bpf_map_push_elem}.
     *
     * @param context the calling worker
     * @param map a queue, stack or bloom filter
     * @param value memory of the value
     * @param valueOffset where it starts
     * @param flags update flags
     * @return 0 or {@code -errno}
     */
    public static long push(ExecutionContext context, BpfMap map, MemorySegment value, long valueOffset, long flags) {
        return map.push(value, valueOffset, flags);
    }

    /**
     * {@code bpf_map_pop_elem}.
     *
     * @param context the calling worker
     * @param map a queue or stack
     * @param value receives the value
     * @param valueOffset where it is stored
     * @return 0 or {@code -errno}
     */
    public static long pop(ExecutionContext context, BpfMap map, MemorySegment value, long valueOffset) {
        return map.pop(value, valueOffset);
    }

    /**
     * {@code bpf_map_peek_elem}.
     *
     * @param context the calling worker
     * @param map a queue, stack or bloom filter
     * @param value receives the value; for a bloom filter, what is asked for
     * @param valueOffset where it starts
     * @return 0 or {@code -errno}
     */
    public static long peek(ExecutionContext context, BpfMap map, MemorySegment value, long valueOffset) {
        return map.peek(value, valueOffset);
    }

    /**
     * {@code bpf_for_each_map_elem}.
     *
     * @param context the calling worker
     * @param map the map
     * @param callback called with the map, the key, the value and the argument
     * @param argument memory that is passed on, or null
     * @param argumentOffset its offset
     * @param flags must be 0
     * @return how many elements were visited, or {@code -EINVAL}
     */
    public static long forEach(
            ExecutionContext context,
            BpfMap map,
            BpfCallback callback,
            @Nullable MemorySegment argument,
            long argumentOffset,
            long flags) {
        return flags != 0 ? -Errno.EINVAL : map.forEach(context, callback, argumentOffset, argument);
    }

    /**
     * {@code bpf_map_lookup_percpu_elem}.
     *
     * @param context the calling worker
     * @param map a per-CPU map
     * @param key memory of the key
     * @param keyOffset where it starts
     * @param cpu whose value; the lower 32 bits count
     * @return offset of the value; its memory is the context's result base
     */
    public static long lookupPerCpu(ExecutionContext context, BpfMap map, MemorySegment key, long keyOffset, long cpu) {
        return value(context, map, map.lookupPerCpu(key, keyOffset, (int) cpu));
    }

    /**
     * {@code bpf_map_sum_elem_count}.
     *
     * @param context the calling worker
     * @param map the map
     * @return how many elements it has; 0 for kinds that Linux does not count either
     */
    public static long sumElementCount(ExecutionContext context, BpfMap map) {
        return switch (map.definition().type()) {
            case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS -> map.elementCount();
            default -> 0;
        };
    }

    /**
     * {@code bpf_skb_under_cgroup}.
     *
     * @param context the calling worker
     * @param packet the packet
     * @param map a cgroup array
     * @param index its element
     * @return 1 if the packet's socket is in the group, 0 if not; {@code -ENOENT} without a socket, {@code -E2BIG} for a wrong index,
     *     {@code -EAGAIN} for an empty element
     */
    public static long underCgroup(ExecutionContext context, SkBuff packet, BpfMap map, long index) {
        if (!packet.hasSocket()) {
            return -Errno.ENOENT;
        }
        if (Integer.compareUnsigned((int) index, map.definition().maxEntries()) >= 0) {
            return -Errno.E2BIG;
        }
        CgroupMembership group = ((CgroupArrayMap) map).get((int) index);
        return group == null ? -Errno.EAGAIN : group.contains(packet) ? 1 : 0;
    }

    /**
     * {@code bpf_current_task_under_cgroup}.
     *
     * @param context the calling worker
     * @param map a cgroup array
     * @param index its element
     * @return 1 or 0; {@code -E2BIG} for a wrong index, {@code -EAGAIN} for an empty element
     */
    public static long currentTaskUnderCgroup(ExecutionContext context, BpfMap map, long index) {
        if (Integer.compareUnsigned((int) index, map.definition().maxEntries()) >= 0) {
            return -Errno.E2BIG;
        }
        CgroupMembership group = ((CgroupArrayMap) map).get((int) index);
        return group == null ? -Errno.EAGAIN : group.containsCurrentTask() ? 1 : 0;
    }

    /**
     * {@code bpf_perf_event_output}.
     *
     * @param context the calling worker
     * @param packet the packet, whose first bytes may follow the sample
     * @param map a perf event array
     * @param flags element, or all ones for the worker's own, and number of packet bytes
     * @param sample memory of the sample
     * @param sampleOffset where it starts
     * @param size its size
     * @return 0 or {@code -errno}
     */
    public static long perfEventOutput(
            ExecutionContext context,
            SkBuff packet,
            BpfMap map,
            long flags,
            @Nullable MemorySegment sample,
            long sampleOffset,
            long size) {
        return ((PerfEventArrayMap) map).output(context.cpu(), packet, flags, sample, sampleOffset, size);
    }
}
