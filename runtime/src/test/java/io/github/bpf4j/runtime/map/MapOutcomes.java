/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

import static io.github.bpf4j.runtime.map.MapFixture.INT;
import static io.github.bpf4j.runtime.map.MapFixture.LONG;
import static io.github.bpf4j.runtime.map.MapFixture.bytes;
import static io.github.bpf4j.runtime.map.MapFixture.get;
import static io.github.bpf4j.runtime.map.MapFixture.map;
import static io.github.bpf4j.runtime.map.MapFixture.number;
import static io.github.bpf4j.runtime.map.MapFixture.put;
import static io.github.bpf4j.runtime.map.MapFixture.remove;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What may come out when threads use a map at once. Error numbers are {@code -17} EEXIST, {@code -2} ENOENT, {@code -7} E2BIG and
 * {@code -11} EAGAIN; {@code -1} is a lookup that found nothing. Run as a program it takes its time: {@code MapOutcomes [meetings]}, by default
 * 1,000,000 for each experiment, and fails as well if an interesting outcome was not seen.
 */
final class MapOutcomes {
    private static final VarHandle ATOMIC = ValueLayout.JAVA_LONG.varHandle();
    private static final int MIXED = -99;

    private MapOutcomes() {}

    private static Supplier<BpfMap> hash(MapType type, int valueSize, int entries) {
        return () -> map(type, 8, valueSize, entries, 0);
    }

    private static Supplier<BpfMap> queue(MapType type, int entries) {
        return () -> map(type, 0, 8, entries, 0);
    }

    /** 10.1.2.3/32 as a number. */
    private static final long FULL_ADDRESS = 0x0302_010a_0000_0020L;

    private static MemorySegment prefix(int length) {
        MemorySegment key = bytes(8, FULL_ADDRESS);
        key.set(INT, 0, length);
        return key;
    }

    private static int putPrefix(BpfMap map, int length, long value) {
        return map.update(0, prefix(length), 0, bytes(8, value), 0, 0);
    }

    /** A table in which 10.0.0.0/8 has the value 5. */
    private static BpfMap routes() {
        BpfMap map = map(MapType.LPM_TRIE, 8, 8, 4, MapFlags.NO_PREALLOC);
        putPrefix(map, 8, 5);
        return map;
    }

    /** Stores a value whose two words are the same number. */
    private static int putPair(BpfMap map, long key, long number) {
        MemorySegment value = bytes(16, number);
        value.set(LONG, 8, number);
        return map.update(0, bytes(8, key), 0, value, 0, 0);
    }

    /** A program's lookup of such a value. */
    private static long getPair(BpfMap map, long key) {
        long at = map.lookup(0, bytes(8, key), 0);
        return at < 0 ? -1 : pair(map, at);
    }

    private static long pair(BpfMap map, long at) {
        long first = map.values().get(LONG, at);
        return first == map.values().get(LONG, at + 8) ? first : MIXED;
    }

    private static long pop(BpfMap map) {
        MemorySegment value = bytes(8, 0);
        int result = map.pop(value, 0);
        return result == 0 ? number(value, 0, 8) : result;
    }

    private static long output(BpfMap ring, long number) {
        MemorySegment record = bytes(16, number);
        record.set(LONG, 8, number);
        return ((RingBufferMap) ring).output(record, 0, 16, 0);
    }

    /** Reads all records; their numbers as digits of one number. */
    private static long consume(BpfMap ring) {
        long[] digits = {0};
        ((RingBufferMap) ring)
                .consume(
                        (memory, offset, length) -> {
                            long number = memory.get(LONG, offset);
                            boolean whole = length == 16 && number == memory.get(LONG, offset + 8);
                            digits[0] = whole ? 10 * digits[0] + number : MIXED;
                        },
                        Integer.MAX_VALUE);
        return digits[0];
    }

    /** All experiments. */
    static List<OutcomeExperiment<BpfMap>> all() {
        return Stream.concat(maps().stream(), StorageOutcomes.all().stream()).toList();
    }

    private static List<OutcomeExperiment<BpfMap>> maps() {
        return List.of(
                experiment("hash: a lookup while the key is overwritten", hash(MapType.HASH, 16, 4))
                        .start(map -> putPair(map, 1, 5))
                        .actor(map -> putPair(map, 1, 6))
                        .actor(map -> getPair(map, 1))
                        .arbiter(map -> getPair(map, 1))
                        .interesting("0, 5, 6", "before")
                        .interesting("0, 6, 6", "after")
                        .forbidden("0, -1, 6", "a key that is always there is always found")
                        .forbidden("0, -99, 6", "a value is never half old, half new"),
                experiment("hash: a lookup while the key is overwritten twice", hash(MapType.HASH, 16, 4))
                        .start(map -> putPair(map, 1, 5))
                        .actor(map -> putPair(map, 1, 6) + putPair(map, 1, 7))
                        .actor(map -> getPair(map, 1))
                        .arbiter(map -> getPair(map, 1))
                        .acceptable("0, 5, 7", "before")
                        .interesting("0, 6, 7", "between")
                        .acceptable("0, 7, 7", "after, or the first element used again")
                        .acceptable("0, -99, 7", "the first element was used again while it was read, as in Linux")
                        .forbidden("0, -1, 7", "a key that is always there is always found"),
                experiment("LPM trie: a lookup while a longer prefix is added", MapOutcomes::routes)
                        .start(map -> map.delete(prefix(32), 0))
                        .actor(map -> putPrefix(map, 32, 6))
                        .actor(map -> get(map, FULL_ADDRESS))
                        .arbiter(map -> get(map, FULL_ADDRESS))
                        .interesting("0, 5, 6", "before")
                        .interesting("0, 6, 6", "after")
                        .forbidden("0, -1, 6", "the shorter prefix always covers"),
                experiment("LPM trie: a lookup while the longest prefix is removed", MapOutcomes::routes)
                        .start(map -> putPrefix(map, 32, 6))
                        .actor(map -> map.delete(prefix(32), 0))
                        .actor(map -> get(map, FULL_ADDRESS))
                        .arbiter(map -> get(map, FULL_ADDRESS))
                        .interesting("0, 6, 5", "before")
                        .interesting("0, 5, 5", "after")
                        .forbidden("0, -1, 5", "the shorter prefix always covers"),
                experiment("hash: two threads insert one key", hash(MapType.HASH, 8, 4))
                        .start(map -> remove(map, 1))
                        .actor(map -> put(map, 1, 5, MapFlags.BPF_NOEXIST))
                        .actor(map -> put(map, 1, 6, MapFlags.BPF_NOEXIST))
                        .arbiter(map -> get(map, 1))
                        .interesting("0, -17, 5", "the first was faster")
                        .interesting("-17, 0, 6", "the second was faster")
                        .forbidden("0, 0, 5", "both believe to have inserted")
                        .forbidden("0, 0, 6", "both believe to have inserted"),
                experiment("hash: two threads want the last element", hash(MapType.HASH, 8, 1))
                        .start(map -> {
                            remove(map, 1);
                            remove(map, 2);
                        })
                        .actor(map -> put(map, 1, 1, 0))
                        .actor(map -> put(map, 2, 2, 0))
                        .arbiter(BpfMap::elementCount)
                        .interesting("0, -7, 1", "the first got it")
                        .interesting("-7, 0, 1", "the second got it")
                        .forbidden("-7, -7, 0", "nobody got it")
                        .forbidden("0, 0, 2", "more elements than there are"),
                experiment("hash: two threads delete one key", hash(MapType.HASH, 8, 4))
                        .start(map -> put(map, 1, 5, 0))
                        .actor(map -> remove(map, 1))
                        .actor(map -> remove(map, 1))
                        .arbiter(BpfMap::elementCount)
                        .interesting("0, -2, 0", "the first deleted it")
                        .interesting("-2, 0, 0", "the second deleted it")
                        .forbidden("0, 0, -1", "an element was freed twice"),
                experiment("hash: a lookup while the key is deleted", hash(MapType.HASH, 16, 4))
                        .start(map -> putPair(map, 1, 5))
                        .actor(map -> remove(map, 1))
                        .actor(map -> getPair(map, 1))
                        .interesting("0, 5, 0", "before; the value stays readable")
                        .interesting("0, -1, 0", "after")
                        .forbidden("0, -99, 0", "nobody wrote anything"),
                experiment("lru_hash: two inserts into a full map", hash(MapType.LRU_HASH, 8, 2))
                        .start(map -> {
                            put(map, 1, 1, 0);
                            put(map, 2, 2, 0);
                        })
                        .actor(map -> put(map, 3, 3, 0))
                        .actor(map -> put(map, 4, 4, 0))
                        .arbiter(BpfMap::elementCount)
                        .acceptable("0, 0, 2", "two were evicted, or one of the new")
                        .forbidden("-12, 0, 2", "an update fails although elements can be evicted")
                        .forbidden("0, -12, 2", "an update fails although elements can be evicted"),
                experiment("lru_hash: a lookup while the key is evicted", hash(MapType.LRU_HASH, 8, 1))
                        .start(map -> put(map, 1, 1, 0))
                        .actor(map -> put(map, 2, 2, 0))
                        .actor(map -> get(map, 1))
                        .arbiter(map -> get(map, 2))
                        .interesting("0, 1, 2", "before")
                        .interesting("0, -1, 2", "after")
                        .acceptable("0, 2, 2", "the element was used again while it was read, as in Linux"),
                experiment("percpu_hash: each CPU counts for itself", hash(MapType.PERCPU_HASH, 8, 4))
                        .start(map -> {
                            remove(map, 1);
                            put(map, 1, 0, 0);
                        })
                        .actor(map -> count(map, 0))
                        .actor(map -> count(map, 1))
                        .arbiter(map -> perCpu(map, 0) + perCpu(map, 1))
                        .acceptable("1, 1, 2", "no CPU disturbs the other, without atomics")
                        .forbidden("1, 1, 1", "a count was lost"),
                experiment("percpu_hash: one CPU inserts, another looks", hash(MapType.PERCPU_HASH, 8, 1))
                        .start(MapOutcomes::leaveValues)
                        .actor(map -> put(map, 1, 5, 0))
                        .actor(map -> perCpu(map, 1))
                        .interesting("0, -1, 0", "before")
                        .interesting("0, 0, 0", "after: the other CPUs' values are zero")
                        .forbidden("0, 9, 0", "the value of an element's former key"),
                experiment("array: two atomic additions", () -> map(MapType.ARRAY, 4, 8, 1, 0))
                        .start(map -> map.values().set(LONG, 0, 0))
                        .actor(map -> (long) ATOMIC.getAndAdd(map.values(), 0L, 1L))
                        .actor(map -> (long) ATOMIC.getAndAdd(map.values(), 0L, 1L))
                        .arbiter(map -> map.values().get(LONG, 0))
                        .interesting("0, 1, 2", "the first was faster")
                        .interesting("1, 0, 2", "the second was faster")
                        .forbidden("0, 0, 1", "an addition was lost"),
                experiment("array: a plain look at a value of two words", () -> map(MapType.ARRAY, 4, 16, 1, 0))
                        .start(map -> storePair(map, 5))
                        .actor(map -> storePair(map, 6))
                        .actor(map -> pair(map, 0))
                        .interesting("0, 5, 0", "before")
                        .interesting("0, 6, 0", "after")
                        .acceptable("0, -99, 0", "one word of each, as in Linux"),
                experiment("array: the same under the spin lock", MapOutcomes::locked)
                        .start(map -> map.updateElement(bytes(4, 0), 0, lockedValue(5), 0, MapFlags.BPF_F_LOCK))
                        .actor(map -> map.updateElement(bytes(4, 0), 0, lockedValue(6), 0, MapFlags.BPF_F_LOCK))
                        .actor(MapOutcomes::pairUnderLock)
                        .interesting("0, 5, 0", "before")
                        .interesting("0, 6, 0", "after")
                        .forbidden("0, -99, 0", "the lock does not exclude"),
                experiment("ringbuf: two producers", () -> map(MapType.RINGBUF, 0, 0, 4096, 0))
                        .actor(ring -> output(ring, 1))
                        .actor(ring -> output(ring, 2))
                        .arbiter(MapOutcomes::consume)
                        .interesting("0, 0, 12", "the first reserved first")
                        .interesting("0, 0, 21", "the second reserved first")
                        .forbidden("0, 0, 1", "a record was lost")
                        .forbidden("0, 0, 2", "a record was lost")
                        .forbidden("0, 0, -99", "a record was overwritten"),
                experiment("ringbuf: a consumer beside a producer", () -> map(MapType.RINGBUF, 0, 0, 4096, 0))
                        .actor(ring -> output(ring, 1))
                        .actor(MapOutcomes::consume)
                        .arbiter(MapOutcomes::consume)
                        .interesting("0, 0, 1", "the consumer was too early")
                        .interesting("0, 1, 0", "the consumer read it")
                        .forbidden("0, -99, 0", "the consumer saw a record before it was whole")
                        .forbidden("0, 0, 0", "the record was lost"),
                experiment("ringbuf: two producers want the last room", () -> map(MapType.RINGBUF, 0, 0, 4096, 0))
                        .start(ring -> {
                            consume(ring);
                            for (int i = 0; i < 169; i++) {
                                output(ring, 0);
                            }
                        })
                        .actor(ring -> output(ring, 1))
                        .actor(ring -> output(ring, 2))
                        .arbiter(MapOutcomes::consume)
                        .interesting("0, -11, 1", "the first got it")
                        .interesting("-11, 0, 2", "the second got it")
                        .forbidden("-11, -11, 0", "nobody got it")
                        .forbidden("0, 0, 12", "something was overwritten"),
                experiment("queue: two pushes, then in order", queue(MapType.QUEUE, 4))
                        .actor(map -> map.push(bytes(8, 1), 0, 0))
                        .actor(map -> map.push(bytes(8, 2), 0, 0))
                        .arbiter(map -> 10 * pop(map) + pop(map))
                        .interesting("0, 0, 12", "the first was faster")
                        .interesting("0, 0, 21", "the second was faster"),
                experiment("queue: two threads want one value", queue(MapType.QUEUE, 4))
                        .start(map -> map.push(bytes(8, 5), 0, 0))
                        .actor(MapOutcomes::pop)
                        .actor(MapOutcomes::pop)
                        .arbiter(MapOutcomes::pop)
                        .interesting("5, -2, -2", "the first got it")
                        .interesting("-2, 5, -2", "the second got it")
                        .forbidden("5, 5, -2", "both got it")
                        .forbidden("-2, -2, 5", "nobody got it"),
                experiment("stack: a push beside a pop", queue(MapType.STACK, 1))
                        .start(MapOutcomes::pop)
                        .actor(map -> map.push(bytes(8, 5), 0, 0))
                        .actor(MapOutcomes::pop)
                        .arbiter(MapOutcomes::pop)
                        .interesting("0, -2, 5", "the pop was too early")
                        .interesting("0, 5, -2", "the pop got it")
                        .forbidden("0, -2, -2", "the value was lost")
                        .forbidden("0, 5, 5", "the value was taken twice"));
    }

    private static OutcomeExperiment<BpfMap> experiment(String name, Supplier<BpfMap> map) {
        return new OutcomeExperiment<>(name, map);
    }

    private static long perCpu(BpfMap map, int cpu) {
        long at = map.lookup(cpu, bytes(8, 1), 0);
        return at < 0 ? -1 : map.values().get(LONG, at);
    }

    private static long count(BpfMap map, int cpu) {
        long at = map.lookup(cpu, bytes(8, 1), 0);
        long counted = map.values().get(LONG, at) + 1;
        map.values().set(LONG, at, counted);
        return counted;
    }

    /** Leaves 9 in the memory of the map's only element, for all CPUs, without an element in the map. */
    private static void leaveValues(BpfMap map) {
        remove(map, 1);
        put(map, 2, 9, 0);
        map.values().set(LONG, map.lookup(1, bytes(8, 2), 0), 9);
        remove(map, 2);
    }

    private static long storePair(BpfMap array, long number) {
        MemorySegment value = bytes(16, number);
        value.set(LONG, 8, number);
        return array.update(0, bytes(4, 0), 0, value, 0, 0);
    }

    private static BpfMap locked() {
        return map(new MapDefinition("m", MapType.ARRAY, 4, 24, 1, 0).withSpecial(SpecialFields.withSpinLock(0)));
    }

    private static MemorySegment lockedValue(long number) {
        MemorySegment value = bytes(24, 0);
        value.set(LONG, 8, number);
        value.set(LONG, 16, number);
        return value;
    }

    private static long pairUnderLock(BpfMap map) {
        SpinLocks.lock(map.values(), 0);
        try {
            return pair(map, 8);
        } finally {
            SpinLocks.unlock(map.values(), 0);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        int meetings = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        boolean complete = true;
        for (OutcomeExperiment<BpfMap> experiment : all()) {
            Map<String, Integer> seen = experiment.run(meetings);
            System.out.print(experiment.report(seen));
            complete &= seen.keySet().containsAll(experiment.interesting());
        }
        System.out.println(
                complete ? "all interesting outcomes seen, no forbidden one" : "some interesting outcomes not seen");
        System.exit(complete ? 0 : 1);
    }
}
