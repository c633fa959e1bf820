/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

/** A program loaded into the host kernel. */
public final class KernelProgram extends KernelObject {
    KernelProgram(int fd) {
        super(fd);
    }

    /** Runs it once on a frame, link layer header included. */
    public TestRunResult testRun(byte[] frame) {
        return testRun(TestRun.of(frame));
    }

    /** Runs it. */
    public TestRunResult testRun(TestRun run) {
        return KernelBpf.testRun(fd(), run);
    }
}
