/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs whose lookups are measured find what is there. */
class LookupProgramTest {
    private static final int RUNS = 3;

    private static int[] run(BpfProgram program) {
        int[] sums = new int[RUNS];
        for (int i = 0; i < RUNS; i++) {
            sums[i] = (int) program.run(new ExecutionContext(0), new SkBuff(new byte[64], 0, 64));
        }
        return sums;
    }

    @Test
    void everyRunTakesTheNextKeys() {
        LookupTable table = LookupTable.HASH;
        Map<Long, Integer> expected = new HashMap<>();
        long[] contents = table.contents();
        for (int i = 0; i < contents.length; i++) {
            expected.put(contents[i], i);
        }
        long[] queries = table.queries();
        LookupProgram program = LookupProgram.of(table, table.filled());
        int[] sums = run(program.compile());
        int[] keySums = run(LookupProgram.withoutLookup(table, program.table()).compile());
        for (int run = 0; run < RUNS; run++) {
            int sum = 0;
            int keySum = 0;
            for (int i = run * LookupProgram.PER_RUN; i < (run + 1) * LookupProgram.PER_RUN; i++) {
                sum += expected.get(queries[i]);
                keySum += (int) queries[i];
            }
            assertEquals(sum, sums[run], "run " + run);
            assertEquals(keySum, keySums[run], "run " + run);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LookupTable.class,
            names = {"ARRAY", "HASH_DENSE", "LPM_TRIE"})
    @Tag("kernel")
    void theKernelFindsTheSame(LookupTable table) {
        assumeTrue(KernelBpf.available(), KernelBpf.availability().reason());
        LookupProgram program = LookupProgram.of(table, table.filled());
        try (KernelLookup kernel = new KernelLookup(table, program)) {
            for (int sum : run(program.compile())) {
                assertEquals(sum, kernel.verdict());
            }
        }
    }
}
