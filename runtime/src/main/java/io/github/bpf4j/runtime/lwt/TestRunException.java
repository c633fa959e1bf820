/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

/** A test run that Linux would refuse, with the error number that it would refuse it with. */
public final class TestRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Creates the exception.
     *
     * @param errno a positive number of {@link io.github.bpf4j.runtime.Errno}
     * @param message what is wrong
     */
    public TestRunException(int errno, String message) {
        super(message);
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
