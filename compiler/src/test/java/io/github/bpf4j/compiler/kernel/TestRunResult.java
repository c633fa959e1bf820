/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/**
 * What {@code BPF_PROG_TEST_RUN} gave back.
 *
 * @param errno 0, or why it did not run (or {@code ENOSPC}: the output was cut short)
 * @param value the lower 32 bits of {@code r0}
 * @param nanoseconds mean duration of one run
 * @param dataSize the frame's real size
 * @param data the frame afterwards, as far as there was room
 * @param contextSize the context's real size
 * @param context the context afterwards
 */
public record TestRunResult(
        int errno, int value, long nanoseconds, int dataSize, byte[] data, int contextSize, byte[] context) {
    /**
     * The value, after making sure that it ran.
     *
     * @throws KernelCallException if it did not
     */
    public int checkedValue() {
        if (errno != 0) {
            throw new KernelCallException("BPF_PROG_TEST_RUN", errno);
        }
        return value;
    }
}
