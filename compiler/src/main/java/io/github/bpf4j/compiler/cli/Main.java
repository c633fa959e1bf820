/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.ObjectException;
import io.github.bpf4j.compiler.codegen.CodeGenerationException;
import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.lwt.TestRunException;
import io.github.bpf4j.runtime.map.MapException;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code bpf4j} command. */
@Command(
        name = "bpf4j",
        description = "Verifies, compiles and runs Linux eBPF programs inside a Java process.",
        mixinStandardHelpOptions = true,
        version = "bpf4j 0.1.0-SNAPSHOT",
        subcommands = {
            RunCommand.class,
            VerifyCommand.class,
            DumpCommand.class,
            CompileCommand.class,
            TestRunCommand.class,
            MapCommand.class,
            PluginCommand.class,
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:fine", "1:a program was rejected, or something failed", "2:the command line is wrong"},
        footer = "%nEvery command takes --help.")
public final class Main implements Runnable {
    /** Exit code: fine. */
    static final int FINE = 0;
    /** Exit code: rejected or failed. */
    static final int FAILED = 1;
    /** Exit code: the command line is wrong. */
    static final int USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** For picocli. */
    public Main() {}

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? There are "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        // Not System.out: that one flushes with every line and knows the locale's character set only.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int code = execute(out, err, args);
        out.flush();
        System.exit(out.checkError() && code == FINE ? FAILED : code);
    }

    /**
     * Runs a command.
     *
     * @param out its standard output
     * @param err its standard error
     * @param args the command line
     * @return the exit code
     */
    static int execute(PrintStream out, PrintStream err, String... args) {
        Terminal terminal = new Terminal(out, err);
        CommandLine line = new CommandLine(new Main(), new Factory(terminal));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((exception, command, parsed) -> {
            out.flush();
            err.println("bpf4j: " + describe(exception));
            return exception instanceof CommandFailure failure ? failure.exitCode() : FAILED;
        });
        int code = line.execute(args);
        out.flush();
        return code;
    }

    /** A failure in one line for the user; for what should never happen, with the place. */
    private static String describe(Exception exception) {
        return switch (exception) {
            case CommandFailure e -> String.valueOf(e.getMessage());
            case ObjectException e -> String.valueOf(e.getMessage());
            case InstructionFormatException e -> String.valueOf(e.getMessage());
            case VerifierException e -> String.valueOf(e.getMessage());
            case CodeGenerationException e -> String.valueOf(e.getMessage());
            case MapException e -> String.valueOf(e.getMessage());
            case TestRunException e -> Errno.name(e.errno()) + ": " + e.getMessage();
            case ProgramTrapException e -> "the program trapped: " + e.getMessage();
            case NoSuchFileException e -> "no such file: " + e.getFile();
            case NotDirectoryException e -> "not a directory: " + e.getFile();
            case FileAlreadyExistsException e -> "exists already: " + e.getFile();
            case AccessDeniedException e -> "access denied: " + e.getFile();
            case FileSystemException e -> String.valueOf(e.getMessage());
            case UncheckedIOException e ->
                String.valueOf(
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
            case IOException e -> String.valueOf(e.getMessage());
            default -> unexpected(exception);
        };
    }

    private static String unexpected(Exception exception) {
        StringBuilder text = new StringBuilder("internal error, please report: " + exception);
        for (Throwable e = exception; e != null; e = e.getCause()) {
            StackTraceElement[] trace = e.getStackTrace();
            for (int i = 0; i < Math.min(8, trace.length); i++) {
                text.append("\n    at ").append(trace[i]);
            }
            if (e.getCause() != null) {
                text.append("\n  caused by ").append(e.getCause());
            }
        }
        return text.toString();
    }

    /** Makes command objects: those with a constructor for the terminal get it. */
    private record Factory(Terminal terminal) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Terminal.class) {
                    return type.cast(constructor.newInstance(terminal));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
