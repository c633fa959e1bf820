/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.ProgramLoad;
import io.github.bpf4j.compiler.kernel.TestRun;
import io.github.bpf4j.compiler.kernel.TestRunResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What the host kernel needs for a workload, by {@code BPF_PROG_TEST_RUN} with its repeat count. It repeats on one packet at a time, so branches are
 * predicted better than on mixed traffic; what it adds around each run counts in.
 */
final class KernelFigure {
    private static final int ETHERNET_HEADER = 14;
    private static final int PACKETS = 64;
    private static final int REPEAT = 20_000;

    private KernelFigure() {}

    /** Mean nanoseconds per run over some packets, empty where bpf(2) is out of reach. */
    static OptionalDouble nanoseconds(Workload workload, byte[][] packets) throws IOException {
        if (!KernelBpf.available()) {
            return OptionalDouble.empty();
        }
        try (LoadResult loaded = load(workload)) {
            return Arrays.stream(packets)
                    .limit(PACKETS)
                    .map(packet ->
                            loaded.program().testRun(TestRun.of(frame(packet)).repeated(REPEAT)))
                    .mapToLong(TestRunResult::nanoseconds)
                    .average();
        }
    }

    /** The kernel's return values. */
    static int[] verdicts(Workload workload, byte[][] packets) throws IOException {
        try (LoadResult loaded = load(workload)) {
            return Arrays.stream(packets)
                    .map(packet ->
                            loaded.program().testRun(TestRun.of(frame(packet)).verdictOnly()))
                    .mapToInt(TestRunResult::checkedValue)
                    .toArray();
        }
    }

    private static LoadResult load(Workload workload) throws IOException {
        return KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_OUT, CompiledWorkload.code(workload))
                .withoutLog());
    }

    private static byte[] frame(byte[] packet) {
        byte[] frame = new byte[ETHERNET_HEADER + packet.length];
        frame[12] = 0x08;
        System.arraycopy(packet, 0, frame, ETHERNET_HEADER, packet.length);
        return frame;
    }
}
