/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Nanoseconds per key of programs with a lookup and without (see {@link LookupProgram}), and of Java's own map with the same keys. */
public class LookupBenchmark extends MapMeasurement {
    /** Where keys are looked up. */
    @Param
    public LookupTable table;

    private final ExecutionContext context = new ExecutionContext(0);
    private final SkBuff packet = new SkBuff(new byte[64], 0, 64);

    /** Programs of the table. */
    @State(Scope.Thread)
    public static class Programs {
        private BpfProgram lookup;
        private BpfProgram noLookup;

        /** Fills the table and compiles. */
        @Setup
        public void compile(LookupBenchmark benchmark) {
            LookupProgram program = LookupProgram.of(benchmark.table, benchmark.table.filled());
            lookup = program.compile();
            noLookup = LookupProgram.withoutLookup(benchmark.table, program.table())
                    .compile();
        }
    }

    /** Java's map, with keys that are objects already. */
    @State(Scope.Thread)
    public static class Java {
        private final ConcurrentHashMap<Long, Long> map = new ConcurrentHashMap<>(LookupTable.ENTRIES);
        private final Long[] keys = new Long[LookupTable.KEYS];

        /** Fills it. */
        @Setup
        public void fill(LookupBenchmark benchmark) {
            long[] contents = benchmark.table.contents();
            for (int i = 0; i < contents.length; i++) {
                map.put(contents[i], (long) i);
            }
            long[] queries = benchmark.table.queries();
            Arrays.setAll(keys, i -> Long.valueOf(queries[i])); // of its own, as a program would have it
        }
    }

    private long run(BpfProgram program) {
        long sum = 0;
        for (int i = 0; i < LookupTable.KEYS; i += LookupProgram.PER_RUN) {
            sum += program.run(context, packet);
        }
        return sum;
    }

    /** {@code bpf_map_lookup_elem} and a load of the value. */
    @Benchmark
    public long lookup(Programs programs) {
        return run(programs.lookup);
    }

    /** The loop without it. */
    @Benchmark
    public long noLookup(Programs programs) {
        return run(programs.noLookup);
    }

    /** {@code ConcurrentHashMap<Long, Long>.get} from Java. */
    @Benchmark
    public long concurrentHashMapGet(Java java) {
        long sum = 0;
        for (Long key : java.keys) {
            Long value = java.map.get(key);
            sum += value == null ? 0 : value;
        }
        return sum;
    }
}
