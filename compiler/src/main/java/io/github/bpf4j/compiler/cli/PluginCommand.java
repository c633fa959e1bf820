/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
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
    public Integer call() throws IOException, VerifierException {
        byte[] code = bytes(program != null ? program : standardInput(), "the program");
        byte[] content = bytes(memory == null ? "" : memory, "the memory");
        if (code.length == 0 || code.length % InstructionDecoder.SLOT_BYTES != 0) {
            throw CommandFailure.failed("a program of " + code.length + " bytes; a multiple of 8 is expected");
        }
        Program decoded = Program.of("plugin", ProgramType.RAW, InstructionDecoder.decode(code), List.of());
        BpfProgram compiled = ProgramCompiler.compile(Verifier.verify(decoded), CompilerOptions.DEFAULT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(content.length, 8);
            MemorySegment.copy(content, 0, buffer, ValueLayout.JAVA_BYTE, 0, content.length);
            long result = compiled.run(new ExecutionContext(0), buffer);
            terminal.out().println(Long.toHexString(result));
        }
        return Main.FINE;
    }

    private static String standardInput() throws IOException {
        try (InputStream in = System.in) {
            return new String(in.readNBytes(MOST_INPUT), StandardCharsets.US_ASCII);
        }
    }

    private static byte[] bytes(String text, String what) {
        try {
            return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(what + " is not hexadecimal: " + e.getMessage());
        }
    }
}
