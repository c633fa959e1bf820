/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.RingBufferMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Nanoseconds per update of a table of 1,000,000 elements and per record of a ring buffer. Lookups are in {@link LookupBenchmark}.
 */
public class MapBenchmark extends MapMeasurement {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int RECORD = 64;
    private static final int RING_SIZE = 1 << 20;

    private final MemorySegment key = Arena.ofAuto().allocate(8, 8);

    private long overwrite(BpfMap map, long[] keys) {
        long errors = 0;
        for (long k : keys) {
            key.set(LONG, 0, k);
            errors += map.update(0, key, 0, key, 0, 0);
        }
        return errors;
    }

    /** A hash map of 8-byte keys and values, and keys that are in it, in random order. */
    @State(Scope.Thread)
    public static class Hash {
        private final BpfMap map = LookupTable.HASH.filled();
        private final long[] keys = LookupTable.HASH.queries();
    }

    /** Overwriting elements of a hash map. */
    @Benchmark
    public long hashUpdate(Hash h) {
        return overwrite(h.map, h.keys);
    }

    /** An LRU hash map that is always full. */
    @State(Scope.Thread)
    public static class Lru {
        private final BpfMap map = LookupTable.LRU_HASH.filled();
        private int next;
    }

    /** Inserting random new keys into a full LRU hash map: each update evicts. */
    @Benchmark
    public long lruUpdate(Lru l) {
        long errors = 0;
        for (int i = 0; i < LookupTable.KEYS; i++) {
            key.set(LONG, 0, LookupTable.LRU_HASH.key(l.next++));
            errors += l.map.update(0, key, 0, key, 0, 0);
        }
        return errors;
    }

    /** The same with keys that count up, as numbers of flows do. */
    @Benchmark
    public long lruUpdateInOrder(Lru l) {
        long errors = 0;
        for (int i = 0; i < LookupTable.KEYS; i++) {
            key.set(LONG, 0, l.next++);
            errors += l.map.update(0, key, 0, key, 0, 0);
        }
        return errors;
    }

    /** An LRU hash map, and keys that are in it, in random order. */
    @State(Scope.Thread)
    public static class LruKeys {
        private final BpfMap map = LookupTable.LRU_HASH.filled();
        private final long[] keys = LookupTable.LRU_HASH.queries();
    }

    /** Overwriting elements of an LRU hash map. */
    @Benchmark
    public long lruOverwrite(LruKeys l) {
        return overwrite(l.map, l.keys);
    }

    /** A ring buffer. */
    @State(Scope.Thread)
    public static class Ring {
        private final RingBufferMap map =
                (RingBufferMap) LookupTable.create(new MapDefinition("ring", MapType.RINGBUF, 0, 0, RING_SIZE, 0));
        private long sum;
        private final RingBufferMap.RecordHandler reader = (memory, offset, length) -> sum += memory.get(LONG, offset);
    }

    /** Reserving, filling, submitting and consuming records of 64 bytes, on one thread. */
    @Benchmark
    public long ringBuffer(Ring r) {
        MemorySegment memory = r.map.values();
        for (int i = 0; i < LookupTable.KEYS; i++) {
            long record = r.map.reserve(RECORD);
            for (int j = 0; j < RECORD; j += 8) {
                memory.set(LONG, record + j, i);
            }
            r.map.submit(record, 0);
            if ((i & 0xff) == 0xff) {
                r.map.consume(r.reader, 256);
            }
        }
        return r.sum;
    }
}
