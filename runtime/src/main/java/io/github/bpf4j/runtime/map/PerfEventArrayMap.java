/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** {@code BPF_MAP_TYPE_PERF_EVENT_ARRAY}: element {@code i} is the buffer that CPU {@code i} writes samples to. */
public final class PerfEventArrayMap extends ObjectArrayMap<PerfBuffer> {
    /** {@code BPF_F_INDEX_MASK}, and at the same time {@code BPF_F_CURRENT_CPU}. */
    private static final long INDEX_MASK = 0xffff_ffffL;

    /** {@code BPF_F_CTXLEN_MASK}: how many bytes of the packet follow the sample. */
    private static final long PACKET_LENGTH_MASK = 0xfffffL << 32;

    PerfEventArrayMap(MapDefinition definition, MapEnvironment environment) throws MapException {
        super(definition);
    }

    /**
     * Opens a buffer and puts it into the map ({@code perf_event_open} and {@code bpf_map_update_elem} of Linux).
     *
     * @param cpu the element, and the CPU that may write to it
     * @param bytes size of the buffer, a power of two from 4,096
     * @return the buffer, to read from
     * @throws MapException with {@code EINVAL} for another size, {@code E2BIG} if the map has no such element
     */
    public PerfBuffer open(int cpu, int bytes) throws MapException {
        PerfBuffer buffer = new PerfBuffer(cpu, bytes);
        int error = set(cpu, buffer);
        if (error != 0) {
            throw new MapException(-error, "map '" + definition().name() + "' takes no buffer for CPU " + cpu);
        }
        return buffer;
    }

    /**
     * {@code bpf_perf_event_output}.
     *
     * @param cpu the calling worker
     * @param packet where the bytes that the flags ask for come from
     * @param flags element number or {@code BPF_F_CURRENT_CPU} in bits 0 to 31, number of packet bytes in bits 32 to 51
     * @param sample memory of the sample
     * @param offset where it starts
     * @param size its size in bytes
     * @return 0 or {@code -errno}
     */
    public int output(int cpu, SkBuff packet, long flags, @Nullable MemorySegment sample, long offset, long size) {
        if ((flags & ~(PACKET_LENGTH_MASK | INDEX_MASK)) != 0) {
            return -Errno.EINVAL;
        }
        int packetBytes = (int) ((flags & PACKET_LENGTH_MASK) >>> 32);
        if (packetBytes > packet.length()) {
            return -Errno.EFAULT;
        }
        int index = (flags & INDEX_MASK) == INDEX_MASK ? cpu : (int) flags;
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        PerfBuffer buffer = get(index);
        if (buffer == null) {
            return -Errno.ENOENT;
        }
        if (buffer.cpu() != cpu) {
            return -Errno.EOPNOTSUPP;
        }
        return buffer.write(sample, offset, (int) size, packet.memory(), packet.data(), packetBytes)
                ? 0
                : -Errno.ENOSPC;
    }
}
