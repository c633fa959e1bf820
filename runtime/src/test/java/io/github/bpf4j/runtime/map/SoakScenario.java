/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.LONG;
import static io.github.bpf4j.runtime.map.MapFixture.bytes;
import static io.github.bpf4j.runtime.map.MapFixture.number;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.MapSoak.Load;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** The kinds of maps under load, and what is asked of them. */
enum SoakScenario {
    ARRAY_ATOMICS {
        @Override
        Load start(int threads) {
            BpfMap map = MapFixture.map(MapType.ARRAY, 4, 8, 4, 0);
            AtomicLong added = new AtomicLong();
            return new Load(
                    (thread, round) -> {
                        long before = (long) ATOMIC.getAndAdd(map.values(), map.lookupInt(0, 1), 1L);
                        require(before >= 0, "a sum never shrinks");
                        added.incrementAndGet();
                        return true;
                    },
                    () -> require(MapFixture.get(map, 1) == added.get(), "every addition counts"));
        }
    },
    PERCPU_HASH {
        @Override
        Load start(int threads) throws MapException {
            BpfMap map =
                    BpfMaps.create(new MapDefinition("m", MapType.PERCPU_HASH, 4, 8, 8, 0), MapEnvironment.of(threads));
            MapFixture.put(map, 1, 0, 0);
            return counting(map);
        }
    },
    PERCPU_ARRAY {
        @Override
        Load start(int threads) throws MapException {
            BpfMap map = BpfMaps.create(
                    new MapDefinition("m", MapType.PERCPU_ARRAY, 4, 8, 8, 0), MapEnvironment.of(threads));
            return counting(map);
        }
    },
    LRU_PERCPU_HASH {
        @Override
        Load start(int threads) throws MapException {
            BpfMap map = BpfMaps.create(
                    new MapDefinition("m", MapType.LRU_PERCPU_HASH, 8, 8, 500, 0), MapEnvironment.of(threads));
            return new Load(
                    (thread, round) -> {
                        long key = random(thread, round).nextInt(5000);
                        int result = map.update(thread, bytes(8, key), 0, bytes(8, key), 0, 0);
                        require(result == 0, "an update never fails");
                        map.lookup(thread, bytes(8, key), 0);
                        return true;
                    },
                    () -> {
                        MapView<Long, Long> view = MapView.of(map, MapCodecs.INT64, MapCodecs.INT64);
                        long count = view.snapshot().size();
                        require(count == map.elementCount() && count <= 500, "count " + count);
                        for (long k = 0; k < 500; k++) {
                            MapFixture.put(map, 1_000_000 + k, k, 0);
                        }
                        require(map.elementCount() == 500, "elements were lost");
                    });
        }
    },
    TASK_STORAGE {
        @Override
        Load start(int threads) {
            LocalStorageMap map = (LocalStorageMap) MapFixture.map(MapType.TASK_STORAGE, 4, 8, 0, MapFlags.NO_PREALLOC);
            StorageOwner shared = new StorageOwner(StorageOwner.Kind.TASK);
            AtomicLong added = new AtomicLong();
            return new Load(
                    (thread, round) -> {
                        ATOMIC.getAndAdd(map.getOrCreate(shared, null, 0), 0L, 1L);
                        added.incrementAndGet();
                        StorageOwner passing = new StorageOwner(StorageOwner.Kind.TASK);
                        MemorySegment value = map.getOrCreate(passing, bytes(8, round), 0);
                        require(number(value, 0, 8) == round, "a value begins as it was told");
                        boolean removes = round % 2 == 0; // else the value goes with its owner
                        require(!removes || map.remove(passing), "nobody else removes it");
                        return true;
                    },
                    () -> {
                        MemorySegment value = map.get(shared);
                        require(value != null && number(value, 0, 8) == added.get(), "every addition counts");
                    });
        }
    },
    ARRAY_OF_MAPS {
        @Override
        Load start(int threads) throws MapException {
            return ofMaps(MapType.ARRAY_OF_MAPS);
        }
    },
    HASH_OF_MAPS {
        @Override
        Load start(int threads) throws MapException {
            return ofMaps(MapType.HASH_OF_MAPS);
        }
    },
    USER_RING_BUFFER {
        @Override
        Load start(int threads) {
            UserRingBufferMap ring = (UserRingBufferMap) MapFixture.map(MapType.USER_RINGBUF, 0, 0, 4096, 0);
            long[] sent = new long[threads];
            long[] received = new long[threads];
            Runnable drain = () -> {
                require(ring.beginDrain(), "nobody else drains");
                for (long record = ring.peek(); record != 0; record = ring.peek()) {
                    if (record == -Errno.EAGAIN) {
                        continue; // one was discarded
                    }
                    require(record > 0, "the ring is whole");
                    int from = (int) ring.values().get(LONG, record);
                    long sequence = ring.values().get(LONG, record + 8);
                    require(sequence == received[from]++, "records of a producer come in order, none is lost");
                    ring.release(record);
                }
                ring.endDrain();
            };
            return new Load(
                    (thread, round) -> {
                        if (thread == 0) {
                            drain.run();
                            return true;
                        }
                        long record = ring.reserve(16 + (int) (round % 50));
                        if (record != 0 && round % 7 == 0) {
                            ring.discard(record);
                        } else if (record != 0) {
                            ring.values().set(LONG, record, thread);
                            ring.values().set(LONG, record + 8, sent[thread]++);
                            ring.submit(record);
                        } else {
                            Thread.onSpinWait();
                        }
                        return true;
                    },
                    () -> {
                        drain.run();
                        require(java.util.Arrays.equals(sent, received), "all is read");
                    });
        }
    },
    HASH {
        @Override
        Load start(int threads) {
            return hash(MapFixture.map(MapType.HASH, 8, 16, 1000, 0));
        }
    },
    HASH_LONG_KEYS {
        @Override
        Load start(int threads) {
            return hash(MapFixture.map(MapType.HASH, 24, 16, 1000, MapFlags.NO_PREALLOC));
        }
    },
    LRU_HASH {
        @Override
        Load start(int threads) {
            BpfMap map = MapFixture.map(MapType.LRU_HASH, 8, 8, 500, 0);
            return new Load(
                    (thread, round) -> {
                        Random random = random(thread, round);
                        long key = random.nextInt(5000);
                        if (random.nextInt(4) == 0) {
                            MapFixture.get(map, key);
                        } else {
                            require(MapFixture.put(map, key, key, 0) == 0, "an update never fails");
                        }
                        return true;
                    },
                    () -> {
                        MapView<Long, Long> view = MapView.of(map, MapCodecs.INT64, MapCodecs.INT64);
                        long count = view.snapshot().size();
                        require(
                                count == map.elementCount() && count <= 500,
                                "count " + count + " " + map.elementCount());
                        view.snapshot().forEach((k, v) -> require(k.equals(v), "key " + k + " has value " + v));
                        for (long k = 0; k < 500; k++) { // no element is lost: all 500 can be there at once
                            MapFixture.put(map, 1_000_000 + k, 1_000_000 + k, 0);
                        }
                        require(map.elementCount() == 500, "elements were lost");
                    });
        }
    },
    LPM_TRIE {
        @Override
        Load start(int threads) {
            BpfMap map = MapFixture.map(MapType.LPM_TRIE, 8, 4, 600, MapFlags.NO_PREALLOC);
            put(map, 8, 10 << 24, 8);
            put(map, 0, 0, 0);
            return new Load(
                    (thread, round) -> {
                        Random random = random(thread, round);
                        int address = 10 << 24 | random.nextInt(1 << 12) << 4;
                        int length = 20 + random.nextInt(13);
                        int masked = address & -1 << 32 - length;
                        switch (random.nextInt(4)) {
                            case 0 -> put(map, length, masked, length);
                            case 1 -> map.delete(prefix(length, masked), 0);
                            default -> {
                                long at = map.lookup(0, prefix(32, address), 0);
                                require(at >= 0, "10/8 always covers");
                                long found = number(map.values(), at, 4);
                                require(found == 8 || found >= 20 && found <= 32, "prefix length " + found);
                            }
                        }
                        return true;
                    },
                    () -> {
                        MapView<IpPrefix, Integer> view = MapView.of(map, MapCodecs.IPV4_PREFIX, MapCodecs.INT32);
                        view.snapshot().forEach((k, v) -> require(k.length() == v, k + " has value " + v));
                        for (int i = 0; i < 1 << 12; i++) {
                            int address = 10 << 24 | i << 4;
                            long at = map.lookup(0, prefix(32, address), 0);
                            long longest = 0;
                            for (int l = 32; l >= 0 && longest == 0; l--) {
                                // without the index: a shorter key goes by length
                                MemorySegment value = bytes(4, 0);
                                int masked = l == 0 ? 0 : address & -1 << 32 - l;
                                if (map.lookupElement(prefix(l, masked), 0, value, 0, 0) == 0
                                        && number(value, 0, 4) == l) {
                                    longest = l;
                                }
                            }
                            require(number(map.values(), at, 4) == longest, "the index agrees with the table");
                        }
                        view.snapshot().keySet().forEach(view::remove);
                        for (int i = 0; i < 600; i++) {
                            put(map, 32, i, 32);
                        }
                        require(map.elementCount() == 600, "elements were lost");
                    });
        }

        private static MemorySegment prefix(int length, int address) {
            MemorySegment key = bytes(8, length);
            key.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN), 4, address);
            return key;
        }

        private static void put(BpfMap map, int length, int address, int value) {
            map.update(0, prefix(length, address), 0, bytes(4, value), 0, 0);
        }
    },
    SPIN_LOCK {
        @Override
        Load start(int threads) {
            BpfMap map = MapFixture.map(
                    new MapDefinition("m", MapType.HASH, 4, 24, 4, 0).withSpecial(SpecialFields.withSpinLock(0)));
            MapFixture.put(map, 1, 0, 0);
            long at = map.lookupInt(0, 1);
            AtomicLong added = new AtomicLong();
            return new Load(
                    (thread, round) -> {
                        if (thread == 0) { // Java reads and writes whole values under the lock
                            MemorySegment value = bytes(24, 0);
                            map.lookupElement(bytes(4, 1), 0, value, 0, MapFlags.BPF_F_LOCK);
                            require(value.get(LONG, 8) == value.get(LONG, 16), "both words change together");
                            return true;
                        }
                        SpinLocks.lock(map.values(), at);
                        map.values().set(LONG, at + 8, map.values().get(LONG, at + 8) + 1);
                        map.values().set(LONG, at + 16, map.values().get(LONG, at + 16) + 1);
                        SpinLocks.unlock(map.values(), at);
                        added.incrementAndGet();
                        return true;
                    },
                    () -> require(map.values().get(LONG, at + 8) == added.get(), "every addition counts"));
        }
    },
    QUEUE {
        @Override
        Load start(int threads) {
            return queue(MapFixture.map(MapType.QUEUE, 0, 8, 64, 0), threads);
        }
    },
    STACK {
        @Override
        Load start(int threads) {
            return queue(MapFixture.map(MapType.STACK, 0, 8, 64, 0), threads);
        }
    },
    RING_BUFFER {
        @Override
        Load start(int threads) {
            RingBufferMap ring = (RingBufferMap) MapFixture.map(MapType.RINGBUF, 0, 0, 4096, 0);
            long[] sent = new long[threads];
            long[] received = new long[threads];
            Runnable drain = () -> ring.consume(
                    (memory, offset, length) -> {
                        int from = (int) memory.get(LONG, offset);
                        long sequence = memory.get(LONG, offset + 8);
                        require(sequence == received[from]++, "records of a producer come in order, none is lost");
                        require(length >= 16 && (length - 16) == sequence % 50, "length " + length);
                    },
                    1000);
            return new Load(
                    (thread, round) -> {
                        if (thread == 0) {
                            drain.run();
                            return true;
                        }
                        if (round % 7 == 0) {
                            long dropped = ring.reserve(8);
                            if (dropped != 0) {
                                ring.discard(dropped, 0);
                            }
                        }
                        long record = ring.reserve(16 + sent[thread] % 50);
                        if (record != 0) {
                            ring.values().set(LONG, record, thread);
                            ring.values().set(LONG, record + 8, sent[thread]++);
                            ring.submit(record, 0);
                        } else {
                            Thread.onSpinWait();
                        }
                        return true;
                    },
                    () -> {
                        drain.run();
                        require(ring.query(0) == 0, "all is read");
                        for (int t = 0; t < threads; t++) {
                            require(sent[t] == received[t], "producer " + t + " sent " + sent[t]);
                        }
                    });
        }
    },
    BLOOM_FILTER {
        @Override
        Load start(int threads) {
            BpfMap map = MapFixture.map(MapType.BLOOM_FILTER, 0, 8, 100_000, 0);
            return new Load(
                    (thread, round) -> {
                        MemorySegment value = bytes(8, round % 5000 * threads + thread);
                        map.push(value, 0, 0);
                        require(map.peek(value, 0) == 0, "what was added is there");
                        return true;
                    },
                    () -> {});
        }
    };

    private static final VarHandle ATOMIC = ValueLayout.JAVA_LONG.varHandle();

    /** A map for so many threads. */
    abstract Load start(int threads) throws MapException;

    /** Each worker counts in its own value of element 1, without atomics. */
    private static Load counting(BpfMap map) {
        AtomicLong added = new AtomicLong();
        return new Load(
                (thread, round) -> {
                    long at = map.lookupInt(thread, 1);
                    map.values().set(LONG, at, map.values().get(LONG, at) + 1);
                    added.incrementAndGet();
                    return true;
                },
                () -> {
                    MapView<Integer, Long> view = MapView.of(map, MapCodecs.INT32, MapCodecs.INT64);
                    require(view.sum(1, Long::longValue) == added.get(), "every addition counts");
                });
    }

    /** Element 1 holds one of two maps at any time, in which all count. */
    private static Load ofMaps(MapType type) throws MapException {
        MapDefinition inner = new MapDefinition("inner", MapType.ARRAY, 4, 8, 1, 0);
        BpfMap outer = MapFixture.map(new MapDefinition("m", type, 4, 4, 4, 0, 0, inner, SpecialFields.NONE));
        List<BpfMap> maps = List.of(MapFixture.map(inner), MapFixture.map(inner));
        MemorySegment key = bytes(4, 1);
        outer.updateElement(key, 0, bytes(4, MapIds.register(maps.get(0))), 0, 0);
        AtomicLong added = new AtomicLong();
        return new Load(
                (thread, round) -> {
                    if (thread == 0) {
                        int id = MapIds.register(maps.get((int) (round & 1)));
                        require(outer.updateElement(bytes(4, 1), 0, bytes(4, id), 0, 0) == 0, "it fits");
                        return true;
                    }
                    BpfMap found = outer.lookupInner(bytes(4, 1), 0);
                    require(found != null && maps.contains(found), "one of the two");
                    ATOMIC.getAndAdd(found.values(), 0L, 1L);
                    added.incrementAndGet();
                    return true;
                },
                () -> {
                    long sum = maps.get(0).values().get(LONG, 0)
                            + maps.get(1).values().get(LONG, 0);
                    require(sum == added.get(), "every addition counts");
                });
    }

    /**
     * Keys below 100 are overwritten and never deleted: a lookup always finds them. Others come and go. A value's words belong to one
     * update, unless its element was used again meanwhile.
     */
    private static Load hash(BpfMap map) {
        for (int k = 0; k < 100; k++) {
            MapFixture.put(map, k, k, 0);
        }
        int keySize = map.definition().keySize();
        return new Load(
                (thread, round) -> {
                    Random random = random(thread, round);
                    int key = random.nextInt(600);
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            int result = MapFixture.put(map, key, key, 0);
                            require(result == 0, "there is always room for 600 keys");
                        }
                        case 1 -> {
                            if (key >= 100) {
                                MapFixture.remove(map, key);
                            }
                        }
                        default -> {
                            long at = map.lookup(0, bytes(keySize, key), 0);
                            require(at >= 0 || key >= 100, "key " + key + " is always there");
                            require(at < 0 || map.values().get(LONG, at) < 600, "some key's value");
                        }
                    }
                    return true;
                },
                () -> {
                    MapBatch batch = new MapBatch(map);
                    MemorySegment keys = bytes(1000 * keySize, 0);
                    MemorySegment values = bytes(1000 * 16, 0);
                    int count = batch.lookup(keys, 0, values, 0, 1000);
                    BitSet seen = new BitSet();
                    for (int i = 0; i < count; i++) {
                        int key = (int) number(keys, (long) i * keySize, 8);
                        require(!seen.get(key), "key " + key + " twice");
                        seen.set(key);
                        require(number(values, 16L * i, 8) == key, "key " + key + " has its value");
                    }
                    require(map.elementCount() == count, "count");
                    for (int k = 0; k < 1000; k++) { // no element is lost
                        require(MapFixture.put(map, k, k, 0) == 0, "all 1000 elements can be used");
                    }
                    require(MapFixture.put(map, 1000, 0, 0) == -Errno.E2BIG, "and no more");
                });
    }

    /** Each value pushed is popped exactly once. */
    private static Load queue(BpfMap map, int threads) {
        AtomicLong pushed = new AtomicLong();
        AtomicLong popped = new AtomicLong();
        AtomicLong pushedSum = new AtomicLong();
        AtomicLong poppedSum = new AtomicLong();
        return new Load(
                (thread, round) -> {
                    long value = round * threads + thread + 1;
                    if (round % 2 == 0) {
                        if (map.push(bytes(8, value), 0, 0) == 0) {
                            pushed.incrementAndGet();
                            pushedSum.addAndGet(value);
                        }
                    } else {
                        MemorySegment to = bytes(8, 0);
                        if (map.pop(to, 0) == 0) {
                            popped.incrementAndGet();
                            poppedSum.addAndGet(number(to, 0, 8));
                        }
                    }
                    return true;
                },
                () -> {
                    MemorySegment to = bytes(8, 0);
                    while (map.pop(to, 0) == 0) {
                        popped.incrementAndGet();
                        poppedSum.addAndGet(number(to, 0, 8));
                    }
                    require(pushed.get() == popped.get() && pushedSum.get() == poppedSum.get(), "each value once");
                });
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static Random random(int thread, long round) {
        return new Random(round * 8191 + thread);
    }
}
