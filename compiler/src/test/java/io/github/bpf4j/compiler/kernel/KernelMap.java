/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.kernel.KernelBpf.BatchResult;
import io.github.bpf4j.compiler.kernel.KernelBpf.Command;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A map in the host kernel. Methods whose result is an {@code int} give 0 or {@code -errno}; a value of a per-CPU map holds one part for each
 * possible CPU ({@link KernelBpf#perCpu}).
 */
public final class KernelMap extends KernelObject {
    private final int keySize;
    private final int userValueSize;

    private KernelMap(int fd, int type, int keySize, int valueSize) {
        super(fd);
        this.keySize = keySize;
        this.userValueSize = isPerCpu(type) ? ((valueSize + 7) & -8) * KernelBpf.possibleCpus() : valueSize;
    }

    private static boolean isPerCpu(int type) {
        // PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE
        return type == 5 || type == 6 || type == 10 || type == 21;
    }

    /**
     * Creates a map.
     *
     * @throws KernelCallException if the kernel refuses
     */
    public static KernelMap create(MapCreate create) {
        int fd = KernelBpf.createMap(create);
        if (fd < 0) {
            throw new KernelCallException("BPF_MAP_CREATE of type " + create.type(), -fd);
        }
        return new KernelMap(fd, create.type(), create.keySize(), create.valueSize());
    }

    /** Whether the kernel would create the map: 0 or {@code -errno}. */
    public static int tryCreate(MapCreate create) {
        int fd = KernelBpf.createMap(create);
        if (fd < 0) {
            return fd;
        }
        LibC.close(fd);
        return 0;
    }

    /**
     * Opens a pinned map.
     *
     * @param fileFlags {@code BPF_F_RDONLY} or the like, or 0
     * @throws KernelCallException if there is none
     */
    public static KernelMap open(Path path, int fileFlags) {
        int fd = KernelBpf.get(path, fileFlags);
        if (fd < 0) {
            throw new KernelCallException("BPF_OBJ_GET " + path, -fd);
        }
        // struct bpf_map_info: type, id, key_size, value_size, …
        var info = java.nio.ByteBuffer.wrap(KernelBpf.info(fd, 80)).order(java.nio.ByteOrder.nativeOrder());
        return new KernelMap(fd, info.getInt(0), info.getInt(8), info.getInt(12));
    }

    /** Bytes in a key. */
    public int keySize() {
        return keySize;
    }

    /** Bytes in a value as user space sees it. */
    public int userValueSize() {
        return userValueSize;
    }

    /** The value, or null if there is none. */
    public byte @Nullable [] lookup(byte[] key) {
        byte[] value = new byte[userValueSize];
        return lookup(key, value, 0) == 0 ? value : null;
    }

    /** Reads a value into an array. */
    public int lookup(byte @Nullable [] key, byte[] value, long flags) {
        return KernelBpf.element(Command.MAP_LOOKUP_ELEM, fd(), key, value, flags);
    }

    /** Sets a value. */
    public int update(byte @Nullable [] key, byte[] value, long flags) {
        return KernelBpf.element(Command.MAP_UPDATE_ELEM, fd(), key, value.clone(), flags);
    }

    /** Removes an element. */
    public int delete(byte @Nullable [] key) {
        return KernelBpf.element(Command.MAP_DELETE_ELEM, fd(), key, null, 0);
    }

    /** Reads and removes; for queues and stacks the key is null. */
    public int lookupAndDelete(byte @Nullable [] key, byte[] value, long flags) {
        return KernelBpf.element(Command.MAP_LOOKUP_AND_DELETE_ELEM, fd(), key, value, flags);
    }

    /** Copies the key that follows another one, or the first one, into {@code next}. */
    public int nextKey(byte @Nullable [] key, byte[] next) {
        return KernelBpf.element(Command.MAP_GET_NEXT_KEY, fd(), key, next, 0);
    }

    /** Reads many elements; {@code position} keeps the iteration's state and counts once {@code started}. */
    public BatchResult lookupBatch(byte[] position, boolean started, byte[] keys, byte[] values, int count) {
        return KernelBpf.batch(Command.MAP_LOOKUP_BATCH, fd(), position, started, keys, values, count, 0);
    }

    /** Reads and removes many elements. */
    public BatchResult lookupAndDeleteBatch(byte[] position, boolean started, byte[] keys, byte[] values, int count) {
        return KernelBpf.batch(Command.MAP_LOOKUP_AND_DELETE_BATCH, fd(), position, started, keys, values, count, 0);
    }

    /** Sets many elements. */
    public BatchResult updateBatch(byte[] keys, byte[] values, int count, long flags) {
        return KernelBpf.batch(Command.MAP_UPDATE_BATCH, fd(), null, false, keys, values, count, flags);
    }

    /** Removes many elements. */
    public BatchResult deleteBatch(byte[] keys, int count) {
        return KernelBpf.batch(Command.MAP_DELETE_BATCH, fd(), null, false, keys, null, count, 0);
    }

    /** Makes it read-only for user space. */
    public int freeze() {
        return KernelBpf.freeze(fd());
    }
}
