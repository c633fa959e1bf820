/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.BpfMaps;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapEnvironment;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.map.MapFlags;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.RingBufferMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds per map operation; one element is one operation. Tables have 1,000,000 elements, keys come in random order. The figure of
 * {@link #keysOnly} is what the loop itself costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MapBenchmark.KEYS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx3g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MapBenchmark {
    static final int KEYS = 1 << 16;
    private static final int ENTRIES = 1_000_000;
    private static final int PREFIXES = 500_000;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt BIG_ENDIAN = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Prefixes of each length from 8 in 10,000: the shape of the public IPv4 routing table. */
    private static final int[] LENGTHS = {
        1, 1, 4, 10, 30, 60, 120, 200, 1350, 830, 1400, 2600, 4700, 5300, 11500, 10900, 60800, 6, 8, 10, 14, 24, 30, 40,
        60
    };

    private static BpfMap map(MapType type, int key, int value, int entries, int flags) {
        try {
            return BpfMaps.create(new MapDefinition("m", type, key, value, entries, flags), MapEnvironment.of(2));
        } catch (MapException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final BpfMap ARRAY = map(MapType.ARRAY, 4, 8, ENTRIES, 0);

    /** The numbers from 0 on, in random order, or as many 64-bit numbers without any order. */
    public enum KeyKind {
        /** The i-th key is i. */
        DENSE,
        /** The i-th key is a hash of i. */
        SPARSE;

        long key(long i) {
            long mixed = (i + 1) * 0x9E3779B97F4A7C15L;
            mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
            return this == DENSE ? i : mixed ^ (mixed >>> 27);
        }
    }

    /** What the keys of hash maps are. */
    @State(Scope.Thread)
    public static class Kind {
        /** Dense or sparse. */
        @Param
        public KeyKind keyKind = KeyKind.SPARSE;
    }

    /** Keys in random order. */
    @State(Scope.Thread)
    public static class Keys {
        private final long[] keys = new long[KEYS];
        private final Long[] boxed = new Long[KEYS];

        /** Draws them. */
        @Setup
        public void draw(Kind kind) {
            Random random = new Random(1);
            for (int i = 0; i < KEYS; i++) {
                keys[i] = kind.keyKind.key(random.nextInt(ENTRIES));
                boxed[i] = Long.valueOf(keys[i]); // of its own, as a program would have it
            }
        }
    }

    /** Indices of an array in random order. */
    @State(Scope.Thread)
    public static class Indices {
        private final int[] indices = new Random(1).ints(KEYS, 0, ENTRIES).toArray();
    }

    /** The loop without a lookup. */
    @Benchmark
    public long keysOnly(Indices k) {
        long sum = 0;
        for (int key : k.indices) {
            sum += key;
        }
        return sum;
    }

    /** {@code bpf_map_lookup_elem} of an array and a load of its value. */
    @Benchmark
    public long arrayLookup(Indices k) {
        MemorySegment values = ARRAY.values();
        long sum = 0;
        for (int key : k.indices) {
            long at = ARRAY.lookupInt(0, key);
            sum += at == BpfMap.NOT_FOUND ? 0 : values.get(LONG, at);
        }
        return sum;
    }

    /** A hash map of 8-byte keys and values. */
    @State(Scope.Thread)
    public static class Hash {
        private final BpfMap map = map(MapType.HASH, 8, 8, ENTRIES, 0);
        private final MemorySegment key = Arena.ofAuto().allocate(8, 8);

        /** Fills it. */
        @Setup
        public void fill(Kind kind) {
            for (long i = 0; i < ENTRIES; i++) {
                key.set(LONG, 0, kind.keyKind.key(i));
                if (map.update(0, key, 0, key, 0, 0) != 0) {
                    throw new IllegalStateException("full");
                }
            }
        }
    }

    /** {@code bpf_map_lookup_elem} of a hash map and a load of its value. */
    @Benchmark
    public long hashLookup(Keys k, Hash h) {
        MemorySegment values = h.map.values();
        long sum = 0;
        for (long key : k.keys) {
            long at = h.map.lookupLong(0, key);
            sum += at == BpfMap.NOT_FOUND ? 0 : values.get(LONG, at);
        }
        return sum;
    }

    /** The same with the key in memory, as a program with its key on the stack. */
    @Benchmark
    public long hashLookupFromMemory(Keys k, Hash h) {
        MemorySegment values = h.map.values();
        long sum = 0;
        for (long key : k.keys) {
            h.key.set(LONG, 0, key);
            long at = h.map.lookup(0, h.key, 0);
            sum += at == BpfMap.NOT_FOUND ? 0 : values.get(LONG, at);
        }
        return sum;
    }

    /** Overwriting elements of a hash map. */
    @Benchmark
    public long hashUpdate(Keys k, Hash h) {
        long errors = 0;
        for (long key : k.keys) {
            h.key.set(LONG, 0, key);
            errors += h.map.update(0, h.key, 0, h.key, 0, 0);
        }
        return errors;
    }

    /** What Java has. */
    @State(Scope.Thread)
    public static class Java {
        private final ConcurrentHashMap<Long, Long> map = new ConcurrentHashMap<>(2 * ENTRIES);

        /** Fills it. */
        @Setup
        public void fill(Kind kind) {
            for (long i = 0; i < ENTRIES; i++) {
                map.put(kind.keyKind.key(i), i);
            }
        }
    }

    /** {@code ConcurrentHashMap<Long, Long>.get} with keys that are objects already. */
    @Benchmark
    public long concurrentHashMapGet(Keys k, Java j) {
        long sum = 0;
        for (Long key : k.boxed) {
            Long value = j.map.get(key);
            sum += value == null ? 0 : value;
        }
        return sum;
    }

    /** An LRU hash map that is always full. */
    @State(Scope.Thread)
    public static class Lru {
        private final BpfMap map = map(MapType.LRU_HASH, 8, 8, ENTRIES, 0);
        private final MemorySegment key = Arena.ofAuto().allocate(8, 8);
        private long next;

        /** Fills it. */
        @Setup
        public void fill() {
            for (; next < ENTRIES; next++) {
                key.set(LONG, 0, next);
                map.update(0, key, 0, key, 0, 0);
            }
        }
    }

    /** Inserting into a full LRU hash map: each update evicts. */
    @Benchmark
    public long lruUpdate(Lru l) {
        long errors = 0;
        for (int i = 0; i < KEYS; i++) {
            l.key.set(LONG, 0, l.next++ * 0x9E3779B97F4A7C15L);
            errors += l.map.update(0, l.key, 0, l.key, 0, 0);
        }
        return errors;
    }

    /** An IPv4 table. */
    @State(Scope.Thread)
    public static class Routes {
        private final BpfMap map = map(MapType.LPM_TRIE, 8, 4, PREFIXES, MapFlags.NO_PREALLOC);
        private final long[] queries = new long[KEYS];

        /** Draws prefixes with the public length distribution, and addresses of which nine in ten are covered. */
        @Setup
        public void fill() {
            Random random = new Random(2);
            MemorySegment key = Arena.ofAuto().allocate(8, 8);
            MemorySegment value = Arena.ofAuto().allocate(4, 4);
            int total = Arrays.stream(LENGTHS).sum();
            int[] networks = new int[PREFIXES];
            while (map.elementCount() < PREFIXES) {
                int length = 8;
                for (int draw = random.nextInt(total); draw >= LENGTHS[length - 8]; length++) {
                    draw -= LENGTHS[length - 8];
                }
                int network = random.nextInt(1 << 24) << 8 & 0x7fff_ffff | 0x0100_0000 | random.nextInt(256);
                key.set(ValueLayout.JAVA_INT_UNALIGNED, 0, length);
                key.set(BIG_ENDIAN, 4, network);
                value.set(ValueLayout.JAVA_INT_UNALIGNED, 0, length);
                int before = (int) map.elementCount();
                map.update(0, key, 0, value, 0, 0);
                networks[before] = network;
            }
            for (int i = 0; i < KEYS; i++) {
                int address = random.nextInt(10) == 0
                        ? random.nextInt()
                        : networks[random.nextInt(PREFIXES)] & -256 | random.nextInt(256);
                key.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 32);
                key.set(BIG_ENDIAN, 4, address);
                queries[i] = key.get(LONG, 0);
            }
        }
    }

    /** {@code bpf_map_lookup_elem} of 500,000 IPv4 prefixes. */
    @Benchmark
    public long lpmLookup(Routes r) {
        long sum = 0;
        for (long key : r.queries) {
            sum += r.map.lookupLong(0, key);
        }
        return sum;
    }

    /** A ring buffer. */
    @State(Scope.Thread)
    public static class Ring {
        private final RingBufferMap map = (RingBufferMap) map(MapType.RINGBUF, 0, 0, 1 << 20, 0);
        private long sum;
    }

    /** Reserving, filling, submitting and consuming records of 64 bytes, on one thread. */
    @Benchmark
    public long ringBuffer(Ring r) {
        MemorySegment memory = r.map.values();
        for (int i = 0; i < KEYS; i++) {
            long record = r.map.reserve(64);
            for (int j = 0; j < 64; j += 8) {
                memory.set(LONG, record + j, i);
            }
            r.map.submit(record, 0);
            if ((i & 0xff) == 0xff) {
                r.map.consume((m, offset, length) -> r.sum += m.get(LONG, offset), 256);
            }
        }
        return r.sum;
    }
}
