/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

/**
 * A verified program asks for something that the code generator does not translate. The message names the instruction and the C line if
 * it is known.
 */
public final class CodeGenerationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what cannot be translated, and where
     */
    public CodeGenerationException(String message) {
        super(message);
    }
}
