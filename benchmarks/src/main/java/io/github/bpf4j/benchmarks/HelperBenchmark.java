/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.util.Arrays;
import java.util.Random;
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

/**
 * Nanoseconds of a whole program that calls one helper, on 1,500-byte packets in {@code byte[]} with 256 bytes of headroom. Taking a packet back
 * to its bounds before the run counts in.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(HelperBenchmark.PACKETS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HelperBenchmark {
    /** Packets in turn. */
    static final int PACKETS = 64;

    private static final int HEADROOM = 256;
    private static final int LENGTH = 1500;
    private static final int IPV4 = 0x0008;

    /** What runs. */
    @Param
    public HelperProgram helper;

    private BpfProgram program;
    private final ExecutionContext context = new ExecutionContext(0);
    private final SkBuff[] packets = new SkBuff[PACKETS];
    private long[] results = new long[PACKETS];

    /** Compiles the program and makes the packets. */
    @Setup
    public void prepare() {
        program = helper.compile();
        Random random = new Random(1500);
        for (int i = 0; i < PACKETS; i++) {
            byte[] memory = new byte[HEADROOM + LENGTH];
            random.nextBytes(memory);
            memory[HEADROOM] = 0x45;
            memory[HEADROOM + 2] = (byte) (LENGTH >> 8);
            memory[HEADROOM + 3] = (byte) LENGTH;
            packets[i] = new SkBuff(memory, HEADROOM, LENGTH);
            packets[i].setProtocol(IPV4);
        }
    }

    /** Makes sure that the helper did its work. */
    @TearDown(Level.Trial)
    public void check() {
        if (Arrays.stream(results).anyMatch(result -> result != 0)) {
            throw new IllegalStateException(helper + " returned " + Arrays.toString(results));
        }
    }

    /** One program run on each packet. */
    @Benchmark
    public long[] bpf4j() {
        for (int i = 0; i < PACKETS; i++) {
            SkBuff packet = packets[i];
            packet.setBounds(HEADROOM, LENGTH);
            results[i] = program.run(context, packet);
        }
        return results;
    }
}
