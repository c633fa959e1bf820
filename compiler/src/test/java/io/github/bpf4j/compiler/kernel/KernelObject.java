/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import java.nio.file.Path;

/** A descriptor of something that lives in the kernel. Closing twice does nothing. Not thread-safe. */
abstract sealed class KernelObject implements AutoCloseable permits KernelProgram, KernelMap, KernelBtf {
    private int fd;

    KernelObject(int fd) {
        this.fd = fd;
    }

    /** The descriptor. */
    public final int fd() {
        if (fd < 0) {
            throw new IllegalStateException("already closed");
        }
        return fd;
    }

    /** Pins it into a bpf file system. Returns 0 or {@code -errno}. */
    public final int pin(Path path) {
        return KernelBpf.pin(fd(), path);
    }

    @Override
    public final void close() {
        if (fd >= 0) {
            LibC.close(fd);
            fd = -1;
        }
    }
}
