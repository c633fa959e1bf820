/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.*;
import static org.junit.jupiter.api.Assertions.*;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.helper.StorageHelpers;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalStorageMapTest {
    private static final int NO_PREALLOC = MapFlags.NO_PREALLOC;

    private static LocalStorageMap storage(MapType type, int valueSize) {
        return (LocalStorageMap) map(type, 4, valueSize, 0, NO_PREALLOC);
    }

    private static LocalStorageMap tasks() {
        return storage(MapType.TASK_STORAGE, 8);
    }

    private static StorageOwner task() {
        return new StorageOwner(StorageOwner.Kind.TASK);
    }

    private static long number(@Nullable MemorySegment value) {
        return value == null ? -1 : value.get(LONG, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"TASK_STORAGE", "CGRP_STORAGE", "SK_STORAGE", "INODE_STORAGE"})
    void creationIsCheckedAsInLinux(MapType type) {
        assertEquals(0, storage(type, 65_407).elementCount());
        map(type, 4, 8, 0, NO_PREALLOC | MapFlags.CLONE);
        refused(Errno.EINVAL, type, 4, 8, 0, 0);
        refused(Errno.EINVAL, type, 4, 8, 1, NO_PREALLOC);
        refused(Errno.EINVAL, type, 8, 8, 0, NO_PREALLOC);
        refused(Errno.EINVAL, type, 4, 0, 0, NO_PREALLOC);
        refused(Errno.EINVAL, type, 4, 8, 0, NO_PREALLOC | MapFlags.RDONLY);
        refused(Errno.E2BIG, type, 4, 65_408, 0, NO_PREALLOC);
        MapDefinition definition = new MapDefinition("m", type, 4, 16, 0, NO_PREALLOC);
        refused(Errno.EOPNOTSUPP, definition.withSpecial(SpecialFields.withTimer(0)));
        map(definition.withSpecial(SpecialFields.withSpinLock(0)));
    }

    @Test
    void eachOwnerHasOneValueInEachMap() {
        LocalStorageMap one = tasks();
        LocalStorageMap two = tasks();
        StorageOwner a = task();
        StorageOwner b = task();
        assertNull(one.get(a));
        MemorySegment value = one.getOrCreate(a, null, 0);
        assertEquals(0, number(value));
        value.set(LONG, 0, 7);
        assertSame(value, one.getOrCreate(a, bytes(8, 9), 0), "it is there already");
        assertEquals(7, number(one.get(a)));
        assertEquals(9, number(one.getOrCreate(b, bytes(8, 9), 0)));
        assertEquals(11, number(two.getOrCreate(a, bytes(8, 11), 0)));
        assertEquals(Set.of(a, b), Set.copyOf(one.owners()));
        assertEquals(List.of(a), two.owners());
        assertTrue(one.remove(a));
        assertFalse(one.remove(a));
        assertNull(one.get(a));
        assertEquals(7, number(value), "a pointer that somebody holds stays valid");
        assertEquals(11, number(two.get(a)));
        assertEquals(0, number(one.getOrCreate(a, null, 0)), "a new value begins with zeroes");
    }

    @Test
    void anOwnerOfAnotherKindIsRefused() {
        StorageOwner socket = new StorageOwner(StorageOwner.Kind.SOCKET);
        assertThrows(IllegalArgumentException.class, () -> tasks().getOrCreate(socket, null, 0));
        assertEquals(-Errno.EBADF, put(tasks(), socket.descriptor(), 1, 0));
        assertEquals(-Errno.ENOTSOCK, put(storage(MapType.SK_STORAGE, 8), task().descriptor(), 1, 0));
    }

    @Test
    void commandsNameOwnersByDescriptor() {
        LocalStorageMap map = tasks();
        StorageOwner owner = task();
        int key = owner.descriptor();
        assertEquals(key, owner.descriptor());
        MapView<Integer, Long> view = MapView.of(map, MapCodecs.INT32, MapCodecs.INT64);
        assertEquals(-Errno.EBADF, put(map, 0, 5, 0));
        assertEquals(-Errno.ENOENT, put(map, key, 5, MapFlags.BPF_EXIST));
        assertEquals(0, put(map, key, 5, MapFlags.BPF_NOEXIST));
        assertEquals(-Errno.EEXIST, put(map, key, 6, MapFlags.BPF_NOEXIST));
        MemorySegment old = map.get(owner);
        assertEquals(0, put(map, key, 6, MapFlags.BPF_EXIST));
        assertEquals(5, number(old), "an update puts a new value in place");
        assertEquals(Optional.of(6L), view.get(key));
        assertEquals(-Errno.EINVAL, put(map, key, 6, 3));
        assertEquals(-Errno.EINVAL, put(map, key, 6, -1));
        assertEquals(-Errno.EINVAL, put(map, key, 6, MapFlags.BPF_F_LOCK));
        assertEquals(-Errno.ENOTSUPP, map.nextKey(null, 0, bytes(4, 0), 0));
        assertEquals(-Errno.ENOTSUPP, map.lookupAndDeleteElement(bytes(4, key), 0, bytes(8, 0), 0, 0));
        assertEquals(-Errno.ENOTSUPP, new MapBatch(map).lookup(bytes(4, 0), 0, bytes(8, 0), 0, 1));
        assertEquals(0, map.deleteElement(bytes(4, key), 0));
        assertEquals(-Errno.ENOENT, map.deleteElement(bytes(4, key), 0));
        assertEquals(0, map.freeze());
        assertEquals(-Errno.EPERM, map.updateElement(bytes(4, key), 0, bytes(8, 1), 0, 0));
    }

    @Test
    void aLockedUpdateKeepsTheValueInPlace() {
        LocalStorageMap map =
                (LocalStorageMap) MapFixture.map(new MapDefinition("m", MapType.TASK_STORAGE, 4, 16, 0, NO_PREALLOC)
                        .withSpecial(SpecialFields.withSpinLock(0)));
        StorageOwner owner = task();
        MemorySegment initial = bytes(16, -1);
        MemorySegment value = map.getOrCreate(owner, initial, 0);
        assertEquals(0, value.get(INT, 0), "the lock of a new value is free");
        MemorySegment update = bytes(16, -1);
        update.set(LONG, 8, 77);
        assertEquals(0, map.updateElement(bytes(4, owner.descriptor()), 0, update, 0, MapFlags.BPF_F_LOCK));
        assertSame(value, map.get(owner));
        assertEquals(77, value.get(LONG, 8));
        assertEquals(0, value.get(INT, 0));
    }

    @Test
    void helpersActOnTheWorkersTask() {
        ExecutionContext worker = new ExecutionContext(0);
        ExecutionContext other = new ExecutionContext(0);
        LocalStorageMap map = tasks();
        assertEquals(0, StorageHelpers.currentTask(worker));
        Object task = worker.resultBase();
        assertSame(worker.task(), task);
        assertNotSame(other.task(), task, "each worker is a task of its own");
        assertEquals(-1, get(worker, map, task, 0), "not there yet");
        assertEquals(-1, get(worker, map, task, 2));
        assertEquals(-1, get(worker, map, null, 1));
        assertEquals(0, get(worker, map, task, 1));
        assertEquals(-1, get(worker, map, task, 3), "wrong flags find nothing");
        assertEquals(0, get(worker, map, task, 0));
        assertEquals(-1, get(other, map, other.task(), 0));
        assertEquals(-Errno.EINVAL, StorageHelpers.delete(worker, map, null));
        assertEquals(0, StorageHelpers.delete(worker, map, task));
        assertEquals(-Errno.ENOENT, StorageHelpers.delete(worker, map, task));
    }

    private static long get(ExecutionContext worker, BpfMap map, @Nullable Object task, long flags) {
        assertEquals(0, StorageHelpers.get(worker, map, task, null, 0, flags));
        return number((MemorySegment) worker.resultBase());
    }

    @Test
    void valuesGoWithTheirOwner() throws Exception {
        LocalStorageMap map = tasks();
        List<StorageOwner> kept = new ArrayList<>();
        List<WeakReference<Object>> dropped = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            StorageOwner owner = task();
            owner.descriptor();
            MemorySegment value = map.getOrCreate(owner, null, 0);
            if (i % 2 == 0) {
                kept.add(owner);
            } else {
                dropped.add(new WeakReference<>(value));
                dropped.add(new WeakReference<>(owner));
            }
        }
        assertAllCollected(dropped);
        assertEquals(Set.copyOf(kept), Set.copyOf(map.owners()));
    }

    @Test
    void valuesGoWithTheirMap() throws Exception {
        StorageOwner owner = task();
        LocalStorageMap kept = tasks();
        kept.getOrCreate(owner, null, 0);
        List<WeakReference<Object>> dropped = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            LocalStorageMap map = tasks();
            dropped.add(new WeakReference<>(map.getOrCreate(owner, null, 0)));
            dropped.add(new WeakReference<>(map));
        }
        assertAllCollected(dropped);
        assertNotNull(kept.get(owner));
    }

    /** Waits until the collector has taken all of them; a leak ends the test by failing it. */
    private static void assertAllCollected(List<WeakReference<Object>> references) {
        GarbageCollection.until(() -> references.stream().allMatch(r -> r.refersTo(null)));
        assertEquals(0, references.stream().filter(r -> !r.refersTo(null)).count(), "kept alive");
    }

    @Test
    void manyThreadsCountInTheirOwnAndInASharedTask() throws Exception {
        int threads = 8;
        int rounds = 20_000;
        LocalStorageMap map = tasks();
        StorageOwner shared = task();
        CountDownLatch start = new CountDownLatch(threads);
        List<Callable<StorageOwner>> jobs = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            jobs.add(() -> {
                StorageOwner own = task();
                start.countDown();
                start.await();
                for (int i = 0; i < rounds; i++) {
                    Words.add(map.getOrCreate(shared, null, 0), 0, 1L);
                    MemorySegment mine = map.getOrCreate(own, null, 0);
                    mine.set(LONG, 0, mine.get(LONG, 0) + 1);
                    if (i % 64 == 0) {
                        StorageOwner passing = task();
                        map.getOrCreate(passing, null, 0);
                        assertTrue(map.remove(passing));
                    }
                }
                return own;
            });
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (Future<StorageOwner> done : executor.invokeAll(jobs)) {
                assertEquals(rounds, number(map.get(done.get())));
            }
        }
        assertEquals((long) threads * rounds, number(map.get(shared)));
    }
}
