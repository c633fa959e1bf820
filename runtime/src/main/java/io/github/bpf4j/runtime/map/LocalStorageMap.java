/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code BPF_MAP_TYPE_TASK_STORAGE}, {@code CGRP_STORAGE}, {@code SK_STORAGE} and {@code INODE_STORAGE}: one value for each owner that got
 * one, kept with the owner. Values are reached by owner; to the commands of {@code bpf(2)} the key is the owner's
 * {@link StorageOwner#descriptor}, and as in Linux there is no walk over the keys ({@link #owners} is the way from Java). A value is memory of
 * its own on the heap: a program that holds a pointer to it may go on using it when it is deleted or replaced.
 */
public final class LocalStorageMap extends BpfMap {
    /** {@code BPF_LOCAL_STORAGE_GET_F_CREATE}: the value is created if there is none. */
    public static final long GET_CREATE = 1;

    private static final Cleaner CLEANER = Cleaner.create();

    private final StorageOwner.Kind kind;
    private final Storage storage = new Storage();

    /**
     * What owners know of the map: the map itself may become unreachable, and the values go then, whichever owners stay. Owners are known
     * here weakly, so that they may go too.
     */
    private static final class Storage implements Runnable {
        private final Set<StorageOwner> owners =
                Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

        private List<StorageOwner> owners() {
            synchronized (owners) {
                return new ArrayList<>(owners);
            }
        }

        @Override
        public void run() {
            for (StorageOwner owner : owners()) {
                synchronized (owner) {
                    owner.remove(this);
                }
            }
        }
    }

    LocalStorageMap(MapDefinition definition, StorageOwner.Kind kind) {
        super(definition);
        this.kind = kind;
        CLEANER.register(this, storage);
    }

    /**
     * What the values belong to.
     *
     * @return the kind of owner
     */
    public StorageOwner.Kind ownerKind() {
        return kind;
    }

    /**
     * The value of an owner. Takes no lock and allocates nothing.
     *
     * @param owner the owner
     * @return the live value: memory of at least {@code valueSize} bytes; null if there is none
     */
    public @Nullable MemorySegment get(StorageOwner owner) {
        return owner.value(storage);
    }

    /**
     * The value of an owner, created if there is none.
     *
     * @param owner the owner, of this map's {@link #ownerKind}
     * @param initial memory of what a new value is filled with, or null for zeroes
     * @param initialOffset where that starts, in bytes
     * @return the live value
     * @throws IllegalArgumentException if the owner is of another kind
     */
    public MemorySegment getOrCreate(StorageOwner owner, @Nullable MemorySegment initial, long initialOffset) {
        MemorySegment found = owner.value(storage);
        if (found != null) {
            return found;
        }
        if (owner.kind() != kind) {
            throw new IllegalArgumentException(
                    "map '" + definition().name() + "' belongs to " + kind + "s, not to a " + owner.kind());
        }
        synchronized (owner) {
            found = owner.value(storage);
            return found != null ? found : create(owner, initial, initialOffset);
        }
    }

    /** Puts a new value in place. The caller holds the owner's lock. */
    private MemorySegment create(StorageOwner owner, @Nullable MemorySegment initial, long initialOffset) {
        int size = definition().valueSize();
        MemorySegment value = MemorySegment.ofArray(new long[(size + Long.BYTES - 1) / Long.BYTES]);
        if (initial != null) {
            copier.initialize(initial, initialOffset, value, 0);
        }
        owner.put(storage, value);
        storage.owners.add(owner);
        return value;
    }

    /**
     * Removes the value of an owner.
     *
     * @param owner the owner
     * @return whether there was one
     */
    public boolean remove(StorageOwner owner) {
        synchronized (owner) {
            if (owner.value(storage) == null) {
                return false;
            }
            owner.remove(storage);
            storage.owners.remove(owner);
            return true;
        }
    }

    /**
     * The owners that have a value, as of now.
     *
     * @return a new list, in no order
     */
    public List<StorageOwner> owners() {
        return storage.owners();
    }

    @Override
    public long elementCount() {
        return owners().size();
    }

    @Override
    public int update(int cpu, MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        return writeElement(key, keyOffset, value, valueOffset, flags);
    }

    @Override
    public int delete(MemorySegment key, long keyOffset) {
        StorageOwner owner = named(key, keyOffset);
        int error = error(owner);
        if (owner == null || error != 0) {
            return error;
        }
        return remove(owner) ? 0 : -Errno.ENOENT;
    }

    private static @Nullable StorageOwner named(MemorySegment key, long keyOffset) {
        return StorageOwner.find(key.get(Words.INT, keyOffset));
    }

    /** Why a named owner cannot have a value here: 0 or {@code -errno}. */
    private int error(@Nullable StorageOwner owner) {
        if (owner == null) {
            return -Errno.EBADF;
        }
        if (owner.kind() == kind) {
            return 0;
        }
        return kind == StorageOwner.Kind.SOCKET ? -Errno.ENOTSOCK : -Errno.EBADF;
    }

    @Override
    int readElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        StorageOwner owner = named(key, keyOffset);
        int error = error(owner);
        if (owner == null || error != 0) {
            return error;
        }
        MemorySegment found = get(owner);
        if (found == null) {
            return -Errno.ENOENT;
        }
        if (flags == 0) {
            copier.load(found, 0, value, valueOffset);
        } else {
            copier.loadLocked(found, 0, value, valueOffset);
        }
        return 0;
    }

    @Override
    int writeElement(MemorySegment key, long keyOffset, MemorySegment value, long valueOffset, long flags) {
        StorageOwner owner = named(key, keyOffset);
        int error = error(owner);
        if (owner == null || error != 0) {
            return error;
        }
        boolean locked = (flags & MapFlags.BPF_F_LOCK) != 0;
        long exist = flags & ~MapFlags.BPF_F_LOCK;
        if (exist < 0 || exist > MapFlags.BPF_EXIST || locked && !copier.hasSpinLock()) {
            return -Errno.EINVAL;
        }
        synchronized (owner) {
            MemorySegment found = get(owner);
            if (found != null && exist == MapFlags.BPF_NOEXIST) {
                return -Errno.EEXIST;
            }
            if (found == null && exist == MapFlags.BPF_EXIST) {
                return -Errno.ENOENT;
            }
            if (found != null && locked) {
                copier.storeLocked(value, valueOffset, found, 0);
            } else {
                create(owner, value, valueOffset);
            }
        }
        return 0;
    }
}
