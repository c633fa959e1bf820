/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program that the kernel is measured with inserts the keys that the benchmark inserts. */
class LruProgramTest {
    private static final int RUNS = 3;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyRunInsertsTheNextKeys(boolean random) throws VerifierException {
        BpfMap lru = LookupTable.create(LookupTable.LRU_HASH.definition());
        BpfProgram program =
                ProgramCompiler.compile(Verifier.verify(LruProgram.of(random, lru)), CompilerOptions.DEFAULT);
        for (int run = 0; run < RUNS; run++) {
            assertEquals(0, program.run(new ExecutionContext(0), new SkBuff(new byte[64], 0, 64)));
        }
        assertEquals(RUNS * LruProgram.PER_RUN, lru.elementCount());
        MemorySegment key = MemorySegment.ofArray(new long[1]);
        for (int i = 0; i < RUNS * LruProgram.PER_RUN; i++) {
            key.set(ValueLayout.JAVA_LONG, 0, random ? LookupTable.LRU_HASH.key(i) : i);
            assertNotEquals(BpfMap.NOT_FOUND, lru.lookup(0, key, 0), "key " + i);
        }
    }
}
