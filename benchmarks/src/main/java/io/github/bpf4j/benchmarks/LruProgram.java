/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/** A program that inserts the next {@value #PER_RUN} keys into an LRU map: what {@link MapBenchmark} does, for the host kernel. */
final class LruProgram {
    /** Keys in one run. */
    static final int PER_RUN = 256;

    private static final int PASSES = 5;

    private static final String TEXT = """
                r6 = map[counter][0] + 0
                r7 = *(u64 *)(r6 + 0)
                r8 = @perRun
            loop:
                r1 = r7
                r7 += 1
            @mix
                *(u64 *)(r10 - 8) = r1
                r1 = map[lru]
                r2 = r10
                r2 += -8
                r3 = r2
                r4 = 0
                call bpf_map_update_elem
                r8 += -1
                if r8 != 0 goto loop
                *(u64 *)(r6 + 0) = r7
                r0 = 0
                exit
            """;

    /** What {@link LookupTable#key} does. */
    private static final String MIX = """
                r1 += 1
                r2 = 0x9e3779b97f4a7c15 ll
                r1 *= r2
                r2 = r1
                r2 >>= 30
                r1 ^= r2
                r2 = 0xbf58476d1ce4e5b9 ll
                r1 *= r2
                r2 = r1
                r2 >>= 27
                r1 ^= r2
            """;

    private LruProgram() {}

    /**
     * The program.
     *
     * @param random whether keys are random numbers; they count up otherwise
     * @param lru the map to fill
     */
    static Program of(boolean random, BpfMap lru) {
        BpfMap counter = LookupTable.create(new MapDefinition("counter", MapType.ARRAY, 4, 8, 1, 0));
        String text = TEXT.replace("@perRun", "" + PER_RUN).replace("@mix", random ? MIX : "");
        return Program.of(
                "lru",
                ProgramType.LWT_OUT,
                Assembler.assemble(text, List.of("counter", "lru")).instructions(),
                List.of(counter, lru));
    }

    /** Nanoseconds per update in the host kernel, by a map as large as that of the benchmark, once it is full. */
    static double kernelNanoseconds(boolean random) {
        MapDefinition definition = LookupTable.LRU_HASH.definition();
        Program program = of(random, LookupTable.create(definition));
        List<KernelMap> maps = KernelLoader.twins(program.maps());
        try (LoadResult loaded = KernelLoader.loadWith(program, maps, 0, new byte[0])) {
            TestRun pass = TestRun.of(new byte[64]).verdictOnly().repeated(2 * definition.maxEntries() / PER_RUN);
            loaded.program().testRun(pass);
            double sum = 0;
            for (int i = 0; i < PASSES; i++) {
                sum += loaded.program().testRun(pass).nanoseconds();
            }
            return sum / PASSES / PER_RUN;
        } finally {
            maps.forEach(KernelMap::close);
        }
    }
}
