/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.kernel.KernelCallException;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.KernelProgram;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.kernel.TestRunResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** The same {@link LookupProgram} in the host kernel, on maps of its own with the same contents. Must be closed. */
final class KernelLookup implements AutoCloseable {
    private static final int BATCH = 10_000;
    private static final int RUNS_PER_PASS = LookupTable.KEYS / LookupProgram.PER_RUN;
    private static final TestRun FRAME = TestRun.of(new byte[64]).verdictOnly();

    private final List<KernelMap> maps;
    private final LoadResult loaded;

    /**
     * Loads a program.
     *
     * @throws io.github.bpf4j.compiler.kernel.KernelCallException if the kernel refuses
     */
    KernelLookup(LookupTable table, LookupProgram lookup) {
        this.maps = KernelLoader.twins(lookup.program().maps());
        if (table != LookupTable.ARRAY && table != LookupTable.ARRAY_IN_ORDER) { // arrays have their contents already
            fill(maps.get(1), table.contents());
        }
        this.loaded = KernelLoader.loadWith(lookup.program(), maps, 0, new byte[0]);
    }

    private static void fill(KernelMap map, long[] contents) {
        for (int from = 0; from < contents.length; from += BATCH) {
            int count = Math.min(BATCH, contents.length - from);
            long[] values = new long[count];
            int first = from;
            Arrays.setAll(values, i -> first + i);
            int result = map.updateBatch(
                            bytes(Arrays.copyOfRange(contents, from, from + count)), bytes(values), count, 0)
                    .result();
            if (result != 0) {
                throw new KernelCallException("BPF_MAP_UPDATE_BATCH", -result);
            }
        }
    }

    private static byte[] bytes(long[] numbers) {
        return MemorySegment.ofArray(numbers).toArray(ValueLayout.JAVA_BYTE);
    }

    /** What the next run returns. */
    int verdict() {
        return program().testRun(FRAME).checkedValue();
    }

    /**
     * Nanoseconds per key.
     *
     * @param passes how often to go through all keys; a pass before the measurement warms the caches
     */
    double nanoseconds(int passes) {
        program().testRun(FRAME.repeated(RUNS_PER_PASS));
        TestRunResult result = program().testRun(FRAME.repeated(passes * RUNS_PER_PASS));
        return (double) result.nanoseconds() / LookupProgram.PER_RUN;
    }

    private KernelProgram program() {
        return loaded.program();
    }

    @Override
    public void close() {
        loaded.close();
        maps.forEach(KernelMap::close);
    }
}
