/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** A map could not be created or opened. Carries the error number that {@code bpf(BPF_MAP_CREATE)} would give. */
public final class MapException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Creates the exception.
     *
     * @param errno a positive number of {@link io.github.bpf4j.runtime.Errno}
     * @param message which map, and what about it is wrong
     */
    public MapException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    /**
     * Creates the exception with its cause.
     *
     * @param errno a positive number of {@link io.github.bpf4j.runtime.Errno}
     * @param message which map, and what about it is wrong
     * @param cause what happened below
     */
    public MapException(int errno, String message, Throwable cause) {
        super(message, cause);
        this.errno = errno;
    }

    /**
     * The error number.
     *
     * @return a positive number of {@link io.github.bpf4j.runtime.Errno}
     */
    public int errno() {
        return errno;
    }
}
