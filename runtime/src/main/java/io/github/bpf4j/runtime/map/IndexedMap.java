/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.HelperScratch;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What the array kinds have in common: a four-byte index as key, elements that always exist. */
abstract class IndexedMap extends BpfMap {
    final int maxEntries; // unsigned

    IndexedMap(MapDefinition definition, MemorySegment header) {
        super(definition, header);
        this.maxEntries = definition.maxEntries();
    }

    final boolean isInRange(int index) {
        return Integer.compareUnsigned(index, maxEntries) < 0;
    }

    /** The checks of {@code array_map_update_elem}, in its order; 0 if the update may go on. */
    final int checkUpdate(int index, long flags, boolean lockAllowed) {
        long exist = lockAllowed ? flags & ~MapFlags.BPF_F_LOCK : flags;
        if (exist < 0 || exist > MapFlags.BPF_EXIST) {
            return -Errno.EINVAL;
        }
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        if ((flags & MapFlags.BPF_NOEXIST) != 0) {
            return -Errno.EEXIST;
        }
        if ((flags & MapFlags.BPF_F_LOCK) != 0 && !copier.hasSpinLock()) {
            return -Errno.EINVAL;
        }
        return 0;
    }

    /** {@code bpf_for_each_map_elem} of the kinds that have it: all elements, as the worker sees them. */
    final long walk(ExecutionContext context, BpfCallback callback, long argument, @Nullable Object argumentBase) {
        HelperScratch scratch = context.scratch();
        MemorySegment keys = scratch.walkKeys();
        long key = scratch.enterWalk();
        try {
            for (long i = 0; i < Integer.toUnsignedLong(maxEntries); i++) {
                keys.set(Words.INT, key, (int) i);
                long value = lookupInt(context.cpu(), (int) i);
                if (callback.call(context, 0, this, key, keys, value, values(), argument, argumentBase) != 0) {
                    return i + 1;
                }
            }
            return Integer.toUnsignedLong(maxEntries);
        } finally {
            scratch.leaveWalk();
        }
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        return -Errno.EINVAL;
    }

    @Override
    public long elementCount() {
        return 0;
    }

    @Override
    int followingKey(@Nullable MemorySegment key, long keyOffset, MemorySegment next, long nextOffset) {
        int index = key == null ? -1 : key.get(Words.INT, keyOffset);
        if (index == maxEntries - 1) {
            return -Errno.ENOENT;
        }
        next.set(Words.INT, nextOffset, isInRange(index) ? index + 1 : 0);
        return 0;
    }
}
