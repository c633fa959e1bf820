/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.kernel.KernelBpf;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All yardsticks of a workload measure the same thing. */
class WorkloadTest {
    @ParameterizedTest
    @EnumSource
    void bpf4jAgreesWithJava(Workload workload) throws IOException {
        CompiledWorkload compiled = new CompiledWorkload(workload, workload.packets());
        compiled.runOnArrays();
        assertArrayEquals(workload.expected(), compiled.verdicts());
    }

    @ParameterizedTest
    @EnumSource
    void bpf4jOnSkBuffsAgreesWithJava(Workload workload) throws IOException {
        CompiledWorkload compiled = new CompiledWorkload(workload, workload.packets());
        compiled.runOnSkBuffs();
        assertArrayEquals(workload.expected(), compiled.verdicts());
    }

    @ParameterizedTest
    @EnumSource
    void nativeCodeAgreesWithJava(Workload workload) throws IOException {
        Optional<String> compiler = NativeWorkload.compiler();
        assumeTrue(compiler.isPresent(), "no C compiler");
        try (NativeWorkload c = new NativeWorkload(workload, workload.packets(), compiler.get())) {
            c.run(0, 1000);
            c.run(1000, Inputs.COUNT - 1000);
            assertArrayEquals(workload.expected(), c.verdicts());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("kernel")
    void theKernelAgreesWithJava(Workload workload) throws IOException {
        assumeTrue(KernelBpf.available(), KernelBpf.availability().reason());
        byte[][] packets = workload.packets();
        assertArrayEquals(workload.expected(), KernelFigure.verdicts(workload, packets));
    }

    @ParameterizedTest
    @EnumSource
    void packetsAreDistinct(Workload workload) {
        Set<String> seen = new HashSet<>();
        for (byte[] packet : workload.packets()) {
            assertTrue(seen.add(Arrays.toString(packet)));
        }
        assertEquals(1024, seen.size());
    }

    @Test
    void trafficIsMixedAsPromised() {
        byte[][] packets = Inputs.TRAFFIC.packets();
        long tcp = Arrays.stream(packets).filter(p -> p[9] == 6).count();
        long dropped =
                Arrays.stream(Workload.DROPPER.expected()).filter(v -> v == 2).count();
        assertEquals(0.8, (double) tcp / packets.length, 0.04);
        assertEquals(0.2, (double) dropped / tcp, 0.04);
        assertEquals(
                Set.of(5, 6, 7, 8),
                Set.copyOf(Arrays.stream(packets).map(p -> p[0] & 15).toList()));
    }
}
