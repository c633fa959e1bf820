/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/**
 * A run-time check of a compiled program fired. For a verified program this is a bug of the verifier or the code generator; the packet
 * is dropped. For a {@link ProgramType#RAW} program it is how an out-of-bounds access is reported.
 */
public final class ProgramTrapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was wrong and where, in terms of the C source when it is known
     * @param cause the JVM's own exception
     */
    public ProgramTrapException(String message, Throwable cause) {
        super(message, cause);
    }
}
