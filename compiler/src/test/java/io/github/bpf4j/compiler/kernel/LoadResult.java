/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.runtime.Errno;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's verdict on a program.
 *
 * @param programOrNull the loaded program, owned by the caller; null if refused
 * @param errno 0 if accepted, else the positive error number
 * @param log the verifier's log, empty with log level 0
 */
public record LoadResult(@Nullable KernelProgram programOrNull, int errno, String log) implements AutoCloseable {
    /** Whether the kernel took it. */
    public boolean accepted() {
        return programOrNull != null;
    }

    /**
     * The program.
     *
     * @throws IllegalStateException with the log, if it was refused
     */
    public KernelProgram program() {
        if (programOrNull == null) {
            throw new IllegalStateException("the kernel refused the program: " + Errno.name(errno) + "\n" + log);
        }
        return programOrNull;
    }

    @Override
    public void close() {
        if (programOrNull != null) {
            programOrNull.close();
        }
    }
}
