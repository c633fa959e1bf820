/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.packet.SkBuff;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds per packet of every workload, by bpf4j, by hand-written Java and by native C; one packet is one operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Inputs.COUNT)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WorkloadBenchmark {
    /** Packets per call from Java into C. */
    private static final int BATCH = 256;

    /** What runs. */
    @Param
    public Workload workload;

    private byte[][] packets;

    /** Makes the packets. */
    @Setup
    public void makePackets() {
        packets = workload.packets();
    }

    /** The hand-written Java. */
    @State(Scope.Thread)
    public static class Java {
        private Workload.Yardstick yardstick;
        private final int[] verdicts = new int[Inputs.COUNT];
        private final SkBuff[] buffers = new SkBuff[Inputs.COUNT];

        /** Takes the yardstick of the workload. */
        @Setup
        public void prepare(WorkloadBenchmark benchmark) {
            yardstick = benchmark.workload.java();
            Arrays.setAll(buffers, i -> new SkBuff(benchmark.packets[i], 0, benchmark.packets[i].length));
        }
    }

    /** The program compiled by bpf4j. */
    @State(Scope.Thread)
    public static class Compiled {
        private CompiledWorkload program;

        /** Verifies and compiles it. */
        @Setup
        public void compile(WorkloadBenchmark benchmark) throws IOException {
            program = new CompiledWorkload(benchmark.workload, benchmark.packets);
        }

        /** Compares the last results with hand-written Java. */
        @TearDown(Level.Trial)
        public void check(WorkloadBenchmark benchmark) {
            requireExpected(benchmark.workload, program.verdicts());
        }
    }

    /** The native library. */
    @State(Scope.Thread)
    public static class Native {
        private NativeWorkload library;

        /** Compiles it. */
        @Setup
        public void compile(WorkloadBenchmark benchmark) throws IOException {
            String compiler = NativeWorkload.compiler()
                    .orElseThrow(() -> new IllegalStateException("no C compiler here: nothing native to compare with"));
            library = new NativeWorkload(benchmark.workload, benchmark.packets, compiler);
        }

        /** Compares the last results with hand-written Java. */
        @TearDown(Level.Trial)
        public void check(WorkloadBenchmark benchmark) {
            requireExpected(benchmark.workload, library.verdicts());
            library.close();
        }
    }

    static void requireExpected(Workload workload, int[] verdicts) {
        if (!Arrays.equals(workload.expected(), verdicts)) {
            throw new IllegalStateException(workload + " returned something else than hand-written Java");
        }
    }

    /** bpf4j on packets that are a {@code byte[]} each, in vectors of 256. */
    @Benchmark
    public void bpf4j(Compiled compiled) {
        compiled.program.runOnArrays();
    }

    /** bpf4j on packets in {@code SkBuff}s over {@code byte[]}, as the pipeline moves them, in vectors of 256. */
    @Benchmark
    public void bpf4jOnSkBuffs(Compiled compiled) {
        compiled.program.runOnSkBuffs();
    }

    /** Hand-written Java over {@code byte[]}. */
    @Benchmark
    public int[] java(Java java) {
        Workload.Yardstick yardstick = java.yardstick;
        int[] verdicts = java.verdicts;
        for (int i = 0; i < packets.length; i++) {
            byte[] packet = packets[i];
            verdicts[i] = yardstick.run(packet, 0, packet.length);
        }
        return verdicts;
    }

    /** The same Java in the place of a program: the packets come as {@code SkBuff}s over {@code byte[]}, as from the pipeline. */
    @Benchmark
    public int[] javaOnSkBuffs(Java java) {
        Workload.Yardstick yardstick = java.yardstick;
        int[] verdicts = java.verdicts;
        SkBuff[] buffers = java.buffers;
        for (int i = 0; i < buffers.length; i++) {
            SkBuff buffer = buffers[i];
            verdicts[i] = yardstick.run(Objects.requireNonNull(buffer.array()), buffer.data(), buffer.dataEnd());
        }
        return verdicts;
    }

    /** C at {@code -O2}, called once per packet inside a batch of 256. */
    @Benchmark
    public void nativeBatchOf256(Native c) {
        for (int from = 0; from < packets.length; from += BATCH) {
            c.library.run(from, BATCH);
        }
    }

    /** C at {@code -O2}, called once per packet inside one batch. */
    @Benchmark
    public void nativeBatchOf1024(Native c) {
        c.library.run(0, packets.length);
    }
}
