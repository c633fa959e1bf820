/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import java.io.Console;
import java.io.PrintStream;

/**
 * Where a command writes to.
 *
 * @param out standard output
 * @param err standard error
 */
record Terminal(PrintStream out, PrintStream err) {
    /** Whether a person is looking, so that progress is worth showing. */
    @SuppressWarnings("SystemConsoleNull") // it is null on JDK 25 when output is not a terminal
    boolean isInteractive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
