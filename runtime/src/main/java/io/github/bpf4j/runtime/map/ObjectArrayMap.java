/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the array kinds have in common whose elements are objects (file descriptors in Linux). Elements are set from Java by reference.
 *
 * @param <T> what an element is
 */
public abstract class ObjectArrayMap<T> extends IndexedMap {
    private final AtomicReferenceArray<@Nullable T> elements;

    ObjectArrayMap(MapDefinition definition) throws MapException {
        super(definition, Arena.ofAuto().allocate(MapRegion.HEADER_SIZE, 8));
        if (definition.maxEntries() < 0 || definition.maxEntries() > 1 << 26) {
            throw new MapException(
                    Errno.ENOMEM,
                    "map '" + definition.name() + "': " + Integer.toUnsignedString(definition.maxEntries())
                            + " references are more than fit in memory");
        }
        this.elements = new AtomicReferenceArray<>(definition.maxEntries());
    }

    /**
     * An element.
     *
     * @param index its index, an unsigned number
     * @return the object, or null if the element is empty or the index out of range
     */
    public final @Nullable T get(int index) {
        return isInRange(index) ? elements.get(index) : null;
    }

    /**
     * Sets an element.
     *
     * @param index its index, an unsigned number
     * @param object what it shall hold
     * @return 0, {@code -E2BIG} if the index is out of range, {@code -EPERM} if Java may not write, {@code -EINVAL} if the object does
     *     not fit the map
     */
    public final int set(int index, T object) {
        if (!mayWrite()) {
            return -Errno.EPERM;
        }
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        int error = check(object);
        if (error == 0) {
            elements.set(index, object);
        }
        return error;
    }

    /**
     * Empties an element.
     *
     * @param index its index, an unsigned number
     * @return 0, {@code -E2BIG} if the index is out of range, {@code -ENOENT} if the element is empty
     */
    public final int clear(int index) {
        if (!isInRange(index)) {
            return -Errno.E2BIG;
        }
        return elements.getAndSet(index, null) == null ? -Errno.ENOENT : 0;
    }

    /** Whether an object may be an element: 0 or {@code -errno}. */
    int check(T object) {
        return 0;
    }

    /** Programs cannot update these; from Java there are no file descriptors. */
    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        if (flags != MapFlags.BPF_ANY) {
            return -Errno.EINVAL;
        }
        return isInRange(key.get(Words.INT, keyOffset)) ? -Errno.EBADF : -Errno.E2BIG;
    }

    @Override
    public final int delete(MemorySegment key, long keyOffset) {
        return clear(key.get(Words.INT, keyOffset));
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return get(key.get(Words.INT, keyOffset)) == null ? -Errno.ENOENT : -Errno.ENOTSUPP;
    }
}
