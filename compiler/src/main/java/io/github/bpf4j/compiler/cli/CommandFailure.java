/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

/** A command cannot go on; the message is for the person who gave it. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The command line asks for what makes no sense. */
    static CommandFailure usage(String message) {
        return new CommandFailure(Main.USAGE, message);
    }

    /** The command line is fine, but what it asks for fails. */
    static CommandFailure failed(String message) {
        return new CommandFailure(Main.FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }
}
