/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

/**
 * An eBPF object file cannot be read, understood or loaded. The subclasses say which stage refused
 * it and where: the ELF container, the BTF type information, the declarations made from both, or
 * the loader. Whatever bytes an object file consists of, reading it ends in a result or in one of
 * these.
 */
public abstract class ObjectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, and where
     */
    protected ObjectException(String message) {
        super(message);
    }

    /**
     * Creates the exception with a cause.
     *
     * @param message what is wrong, and where
     * @param cause the failure behind it
     */
    protected ObjectException(String message, Throwable cause) {
        super(message, cause);
    }
}
