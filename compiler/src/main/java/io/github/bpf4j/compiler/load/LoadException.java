/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.ObjectException;

/** An object's declarations are understood, but cannot be made into maps and programs here. */
public final class LoadException extends ObjectException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param place what cannot be loaded, such as {@code program 'drop'} or {@code map 'flows'}
     * @param problem why
     */
    public LoadException(String place, String problem) {
        super(place, problem);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param place what cannot be loaded
     * @param problem why
     * @param cause the failure behind it
     */
    public LoadException(String place, String problem, Throwable cause) {
        super(place, problem, cause);
    }
}
