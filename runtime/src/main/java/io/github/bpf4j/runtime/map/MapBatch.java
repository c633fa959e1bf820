/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code BPF_MAP_LOOKUP_BATCH} and its relatives: many elements in one call. An object is one walk over a map; it is not thread-safe, the
 * map may change meanwhile. Hash kinds are walked bucket by bucket, each under its lock, so elements that stay are seen exactly once.
 */
public final class MapBatch {
    private final BpfMap map;
    private final int keySize;
    private final int valueSize;
    private long position; // of hash kinds: the next bucket
    private final MemorySegment cursor; // of others: the key the walk stands on
    private boolean started;
    private boolean atEnd;

    /**
     * Starts a walk.
     *
     * @param map the map
     */
    public MapBatch(BpfMap map) {
        this.map = map;
        this.keySize = map.definition().keySize();
        this.valueSize = map.userValueSize();
        this.cursor = Arena.ofAuto().allocate(Math.max(8, keySize), 8);
    }

    /**
     * Whether all elements have been delivered.
     *
     * @return true after the last batch
     */
    public boolean atEnd() {
        return atEnd;
    }

    /**
     * {@code BPF_MAP_LOOKUP_BATCH}: the next elements.
     *
     * @param keys receives keys in a row
     * @param keysOffset where the first is stored
     * @param values receives values of {@link BpfMap#userValueSize()} bytes in a row
     * @param valuesOffset where the first is stored
     * @param limit most elements to deliver, at least 1
     * @return how many were delivered, {@code -ENOSPC} if the next chain has more than {@code limit}, or another {@code -errno}
     */
    public int lookup(MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit) {
        return next(keys, keysOffset, values, valuesOffset, limit, false);
    }

    /**
     * {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}: the next elements, which are removed. Only hash kinds have it.
     *
     * @param keys receives keys in a row
     * @param keysOffset where the first is stored
     * @param values receives values in a row
     * @param valuesOffset where the first is stored
     * @param limit most elements to deliver, at least 1
     * @return how many were delivered, {@code -ENOSPC} if the next chain has more than {@code limit}, or another {@code -errno}
     */
    public int lookupAndDelete(
            MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit) {
        return next(keys, keysOffset, values, valuesOffset, limit, true);
    }

    private int next(
            MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit, boolean delete) {
        if (!map.mayRead() || delete && !map.mayWrite()) {
            return -Errno.EPERM;
        }
        if (map instanceof HashTable table) {
            return nextChains(table, keys, keysOffset, values, valuesOffset, limit, delete);
        }
        return delete ? -Errno.ENOTSUPP : nextKeys(keys, keysOffset, values, valuesOffset, limit);
    }

    private int nextChains(
            HashTable table,
            MemorySegment keys,
            long keysOffset,
            MemorySegment values,
            long valuesOffset,
            int limit,
            boolean delete) {
        int count = 0;
        while (position < table.layout.chains()) {
            int got = table.copyChain(
                    (int) position,
                    keys,
                    keysOffset + (long) count * keySize,
                    values,
                    valuesOffset + (long) count * valueSize,
                    limit - count,
                    delete);
            if (got < 0) {
                return count == 0 ? got : count; // the chain does not fit any more
            }
            count += got;
            position++;
        }
        atEnd = true;
        return count;
    }

    private int nextKeys(MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit) {
        int count = 0;
        while (count < limit) {
            int result = map.followingKey(started ? cursor : null, 0, cursor, 0);
            if (result == -Errno.ENOENT) {
                atEnd = true;
                break;
            }
            if (result < 0) {
                return result;
            }
            started = true;
            result = map.readElement(cursor, 0, values, valuesOffset + (long) count * valueSize, 0);
            if (result == 0) {
                MemorySegment.copy(cursor, 0, keys, keysOffset + (long) count * keySize, keySize);
                count++;
            } else if (result != -Errno.ENOENT) { // an empty element, or gone meanwhile
                return result;
            }
        }
        return count;
    }

    /**
     * {@code BPF_MAP_UPDATE_BATCH}.
     *
     * @param map the map
     * @param keys keys in a row
     * @param values values in a row
     * @param count how many
     * @param flags update flags for each
     * @return how many were set before the first failure, and the failure
     */
    public static Result update(BpfMap map, MemorySegment keys, MemorySegment values, int count, long flags) {
        int keySize = map.definition().keySize();
        int valueSize = map.userValueSize();
        for (int i = 0; i < count; i++) {
            int result = map.updateElement(keys, (long) i * keySize, values, (long) i * valueSize, flags);
            if (result < 0) {
                return new Result(i, result);
            }
        }
        return new Result(count, 0);
    }

    /**
     * {@code BPF_MAP_DELETE_BATCH}.
     *
     * @param map the map
     * @param keys keys in a row
     * @param count how many
     * @return how many were deleted before the first failure, and the failure
     */
    public static Result delete(BpfMap map, MemorySegment keys, int count) {
        int keySize = map.definition().keySize();
        for (int i = 0; i < count; i++) {
            int result = map.deleteElement(keys, (long) i * keySize);
            if (result < 0) {
                return new Result(i, result);
            }
        }
        return new Result(count, 0);
    }

    /**
     * How far a batch came.
     *
     * @param count elements done
     * @param result 0, or {@code -errno} of the element after them
     */
    public record Result(int count, int result) {}
}
