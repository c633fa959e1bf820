/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.lwt.TestRun;
import io.github.bpf4j.runtime.lwt.TestRunException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.trace.TracePipe;
import java.io.IOException;
import java.io.InputStream;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bpf4j test-run}: what {@code bpftool prog run} does, without a kernel. */
@Command(
        name = "test-run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a program on one packet and shows its return value: the twin of bpftool prog run, whose spelling of"
                    + " the options is understood, too.",
            "The data is an Ethernet frame; the program sees what follows the 14 bytes of its header. No action"
                    + " follows the return value. A file name of - means standard input or output.",
        })
final class TestRunCommand implements Callable<Integer> {
    /** More than this is refused by any run, so there is no need to read it. */
    private static final int MOST_INPUT = 1 << 16;

    private final Terminal terminal;

    @Mixin
    private final ObjectOptions object = new ObjectOptions();

    @Option(
            names = {"--data-in", "data_in"},
            required = true,
            paramLabel = "FILE",
            description = "The frame.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataIn;

    @Option(
            names = {"--data-out", "data_out"},
            paramLabel = "FILE",
            description = "Receives 14 zero bytes and the packet after the run.")
    private @Nullable String dataOut;

    @Option(
            names = {"--data-size-out", "data_size_out"},
            paramLabel = "BYTES",
            description = "Refuse to write more than this to the data file.")
    private @Nullable Integer dataSizeOut;

    @Option(
            names = {"--ctx-in", "ctx_in"},
            paramLabel = "FILE",
            description = "The context, struct __sk_buff.")
    private @Nullable String contextIn;

    @Option(
            names = {"--ctx-out", "ctx_out"},
            paramLabel = "FILE",
            description = "Receives the context after the run.")
    private @Nullable String contextOut;

    @Option(
            names = {"--ctx-size-out", "ctx_size_out"},
            paramLabel = "BYTES",
            description = "Refuse to write more than this to the context file.")
    private @Nullable Integer contextSizeOut;

    @Option(
            names = {"--repeat", "repeat"},
            paramLabel = "N",
            description = "Run so often, all on the same packet (default: 1).")
    private int repeat = 1;

    @Option(
            names = {"--json", "-j"},
            description = "Write one JSON object instead of text.")
    private boolean json;

    TestRunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, TestRunException {
        if (repeat < 0) {
            throw CommandFailure.usage("--repeat " + repeat + " is negative");
        }
        byte[] data = read(dataIn);
        byte[] context = contextIn == null ? new byte[0] : read(contextIn);
        ObjectSpec spec = object.read();
        ProgramSpec chosen = object.theProgram(spec);
        LoadedObject loaded = object.load(spec, List.of(chosen), 1);
        BpfProgram program = Programs.compile(loaded, chosen.name());
        ExecutionContext worker = new ExecutionContext(0);
        worker.setNetwork(TestRun.EVERYWHERE);
        worker.setEnvironment(Environment.DEFAULT.withTrace(new TracePipe(terminal.err())));
        TestRun.Result result =
                new TestRun(data, context, repeat, 0, TestRunCommand::hardwareAddress).run(program, worker);
        write(dataOut, dataSizeOut, result.data(), "data");
        write(contextOut, contextSizeOut, result.context(), "context");
        if (json) {
            new JsonWriter(terminal.out())
                    .beginObject()
                    .name("retval")
                    .value(Integer.toUnsignedLong(result.returnValue()))
                    .name("duration")
                    .value(result.nanosPerRun())
                    .endObject();
            terminal.out().println();
        } else {
            terminal.out()
                    .printf(
                            "Return value: %s, duration%s: %dns%n",
                            Integer.toUnsignedString(result.returnValue()),
                            repeat > 1 ? " (average)" : "",
                            result.nanosPerRun());
        }
        return Main.FINE;
    }

    private static byte @Nullable [] hardwareAddress(int ifindex) {
        try {
            NetworkInterface found = NetworkInterface.getByIndex(ifindex);
            if (found == null) {
                return null;
            }
            byte[] address = found.getHardwareAddress();
            return address == null ? new byte[6] : address;
        } catch (SocketException | IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] read(String file) throws IOException {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return in.readNBytes(MOST_INPUT);
        }
    }

    private void write(@Nullable String file, @Nullable Integer most, byte[] bytes, String what)
            throws IOException, TestRunException {
        if (most != null && bytes.length > most) {
            throw new TestRunException(Errno.ENOSPC, what + " of " + bytes.length + " bytes, room for " + most);
        }
        if (file == null) {
            return;
        }
        if (file.equals("-")) {
            terminal.out().write(bytes);
        } else {
            Files.write(Path.of(file), bytes);
        }
    }
}
