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
    private enum Command {
        LOOKUP,
        LOOKUP_AND_DELETE,
        UPDATE,
        DELETE;

        /** Whether Linux has the command for a kind. */
        private boolean exists(MapType type) {
            return switch (type) {
                case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS -> true;
                case LPM_TRIE -> this != LOOKUP_AND_DELETE;
                case ARRAY, PERCPU_ARRAY, ARRAY_OF_MAPS -> this == LOOKUP || this == UPDATE;
                default -> false;
            };
        }

        /** 0 or {@code -errno}. */
        private int check(BpfMap map) {
            boolean reads = this == LOOKUP || this == LOOKUP_AND_DELETE;
            boolean writes = this != LOOKUP;
            if (reads && !map.mayRead() || writes && !map.mayWrite()) {
                return -Errno.EPERM;
            }
            return exists(map.definition().type()) ? 0 : -Errno.ENOTSUPP;
        }
    }

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
     * {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}: the next elements, which are removed. Only hash kinds have it; others give
     * {@code -ENOTSUPP}.
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
        int error = (delete ? Command.LOOKUP_AND_DELETE : Command.LOOKUP).check(map);
        return error != 0 ? error : walk(keys, keysOffset, values, valuesOffset, limit, delete);
    }

    /** The next elements of any kind that has keys, also of those for which Linux has no batch command but a walk from key to key. */
    int walk(MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit) {
        return map.mayRead() ? walk(keys, keysOffset, values, valuesOffset, limit, false) : -Errno.EPERM;
    }

    private int walk(
            MemorySegment keys, long keysOffset, MemorySegment values, long valuesOffset, int limit, boolean delete) {
        return map instanceof HashTable table
                ? nextChains(table, keys, keysOffset, values, valuesOffset, limit, delete)
                : nextKeys(keys, keysOffset, values, valuesOffset, limit);
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
     * @param flags 0, or {@code BPF_F_LOCK} to set each under its spin lock; others give {@code -EINVAL}
     * @return how many were set before the first failure, and the failure
     */
    public static Result update(BpfMap map, MemorySegment keys, MemorySegment values, int count, long flags) {
        int error = Command.UPDATE.check(map);
        boolean locked = flags == MapFlags.BPF_F_LOCK && map.copier.hasSpinLock();
        if (error == 0 && flags != 0 && !locked) {
            error = -Errno.EINVAL;
        }
        if (error != 0) {
            return new Result(0, error);
        }
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
        int error = Command.DELETE.check(map);
        if (error != 0) {
            return new Result(0, error);
        }
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
