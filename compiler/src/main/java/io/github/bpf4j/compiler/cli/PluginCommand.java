/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.raw.ConformancePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bpf4j plugin}: the protocol by which conformance suites drive an implementation. */
@Command(
        name = "plugin",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a program as a function over memory: reads it from standard input as hexadecimal bytes, takes the"
                    + " memory the same way as its argument, and writes r0 in hexadecimal.",
            "This is the plugin protocol of the bpf_conformance suite. r1 is the memory, r2 its length; every access"
                    + " is checked when it happens.",
        })
final class PluginCommand implements Callable<Integer> {
    /** A million instructions in hexadecimal, with spaces between the bytes. */
    private static final int MOST_INPUT = 3 * 8 * 1_000_000;

    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "MEMORY", description = "Bytes in hexadecimal, with or without spaces.")
    private @Nullable String memory;

    @Option(names = "--program", paramLabel = "HEX", description = "The program, in place of standard input.")
    private @Nullable String program;

    /** Suites pass options of other implementations along; this one always compiles. */
    @Option(
            names = {"--debug", "--elf", "--jit", "--interpret"},
            hidden = true)
    private boolean ignored;

    PluginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try {
            terminal.out()
                    .println(ConformancePlugin.run(
                            program != null ? program : standardInput(), memory == null ? "" : memory));
            return Main.FINE;
        } catch (ConformancePlugin.FailureException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private static String standardInput() throws IOException {
        try (InputStream in = System.in) {
            return new String(in.readNBytes(MOST_INPUT), StandardCharsets.US_ASCII);
        }
    }
}
