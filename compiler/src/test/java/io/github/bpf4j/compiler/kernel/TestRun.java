/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/**
 * The attributes of {@code BPF_PROG_TEST_RUN}.
 *
 * @param data the frame; LWT programs see it from behind its 14-byte Ethernet header
 * @param dataOutSize room for the frame afterwards, 0 for none
 * @param context {@code struct __sk_buff} going in, or empty
 * @param contextOutSize room for the context afterwards, 0 for none
 * @param repeat how often to run, 0 meaning once
 * @param flags {@code BPF_F_TEST_RUN_*}
 * @param cpu where to run, with the flag that says so
 */
public record TestRun(
        byte[] data, int dataOutSize, byte[] context, int contextOutSize, int repeat, int flags, int cpu) {
    /** Bytes in {@code struct __sk_buff}. */
    public static final int CONTEXT_SIZE = 192;

    /** What a frame may grow by in a program before {@link TestRunResult#data} is cut short. */
    private static final int GROWTH = 1024;

    /** One run that returns frame and verdict. */
    public static TestRun of(byte[] data) {
        return new TestRun(data, data.length + GROWTH, new byte[0], 0, 1, 0, 0);
    }

    /** With a context that goes in and comes out. */
    public TestRun withContext(byte[] newContext) {
        return new TestRun(data, dataOutSize, newContext, CONTEXT_SIZE, repeat, flags, cpu);
    }

    /** Many times, for {@link TestRunResult#nanoseconds}; the frame is not copied back. */
    public TestRun repeated(int times) {
        return new TestRun(data, 0, context, contextOutSize, times, flags, cpu);
    }

    /** Without the frame coming back: the verdict only. */
    public TestRun verdictOnly() {
        return new TestRun(data, 0, context, contextOutSize, repeat, flags, cpu);
    }
}
