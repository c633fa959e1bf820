/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bpftool prog run} and {@code bpf4j test-run} with the same words: the same output and the same files. */
@RequiresKernel
class BpftoolTest {
    private static final Path OBJECT = Path.of("..", "samples", "bpf", "dnat.o");

    @TempDir
    private Path dir;

    private KernelLoader.Loaded kernel;

    /** What a command wrote, and its exit code. */
    private record Outcome(int exit, String output) {}

    @BeforeEach
    void load() throws Exception {
        assumeTrue(run("bpftool", "version").exit == 0, "bpftool is not installed");
        LoadedObject object = ObjectLoader.load(ObjectSpec.read(Files.readAllBytes(OBJECT)), LoadOptions.of(1));
        kernel = KernelLoader.load(object.programs().getFirst().program());
    }

    @AfterEach
    void unload() {
        if (kernel != null) {
            kernel.close();
        }
    }

    private static Outcome run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(process.waitFor(20, TimeUnit.SECONDS));
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        }
    }

    private Outcome bpftool(String... words) throws IOException, InterruptedException {
        String id = Files.readString(
                        Path.of("/proc/self/fdinfo/" + kernel.program().fd()))
                .replaceAll("(?s).*prog_id:\\s*(\\d+).*", "$1");
        List<String> command = new ArrayList<>(List.of("bpftool", "prog", "run", "id", id));
        for (String word : words) {
            if (word.equals("-j")) {
                command.add(1, word);
            } else {
                command.add(word);
            }
        }
        return run(command.toArray(String[]::new));
    }

    private static Outcome bpf4j(String... words) {
        List<String> command = new ArrayList<>(List.of("test-run", OBJECT.toString()));
        command.addAll(Arrays.asList(words));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int exit = Main.execute(stream, stream, command.toArray(String[]::new));
        return new Outcome(exit, out.toString(StandardCharsets.UTF_8));
    }

    /** A UDP packet to 192.0.2.1. */
    private String frame(int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(length, 42));
        frame.put(12, (byte) 8).put(14, (byte) 0x45).put(22, (byte) 64).put(23, (byte) 17);
        frame.putInt(26, 0x0a000001).putInt(30, 0xc0000201).putShort(36, (short) 53);
        Path file = dir.resolve("frame" + length);
        Files.write(file, Arrays.copyOf(frame.array(), length));
        return file.toString();
    }

    private static String withoutTimes(String output) {
        return output.replaceAll("\\d+ns", "Tns").replaceAll("\"duration\":\\d+", "\"duration\":T");
    }

    @ParameterizedTest
    @CsvSource({"60, 1", "42, 1", "34, 3", "1500, 2"})
    void samePacketAndContext(int length, String repeat) throws Exception {
        byte[] context = new byte[192];
        ByteBuffer.wrap(context)
                .order(ByteOrder.nativeOrder())
                .putInt(8, 0x11223344)
                .putInt(32, 7)
                .putInt(48, 99)
                .putInt(164, 2);
        Path contextFile = dir.resolve("context");
        Files.write(contextFile, context);
        List<byte[]> files = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (boolean linux : new boolean[] {true, false}) {
            Path data = dir.resolve("data" + linux);
            Path contextOut = dir.resolve("context" + linux);
            String[] words = {
                "data_in", frame(length), "data_out", data.toString(),
                "ctx_in", contextFile.toString(), "ctx_out", contextOut.toString(),
                "repeat", repeat
            };
            Outcome outcome = linux ? bpftool(words) : bpf4j(words);
            assertEquals(0, outcome.exit, outcome.output);
            outputs.add(withoutTimes(outcome.output));
            files.add(Files.readAllBytes(data));
            files.add(Files.readAllBytes(contextOut));
        }
        assertEquals(outputs.get(0), outputs.get(1));
        assertArrayEquals(files.get(0), files.get(2), "data");
        assertArrayEquals(files.get(1), files.get(3), "context");
    }

    @Test
    void sameJson() throws Exception {
        String frame = frame(60);
        assertEquals(
                withoutTimes(bpftool("data_in", frame, "-j").output.strip()),
                withoutTimes(bpf4j("data_in", frame, "-j").output.strip()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 13, 33, 3713})
    void sameSizesAreRefused(int length) throws Exception {
        String frame = frame(length);
        Outcome linux = bpftool("data_in", frame);
        Outcome here = bpf4j("data_in", frame);
        assertNotEquals(0, linux.exit, linux.output);
        assertEquals(1, here.exit, here.output);
    }

    /** A context with a byte that is not 0: in mark, len, pkt_type, ifindex, or behind the structure. */
    @ParameterizedTest
    @CsvSource({
        "192, 8, true",
        "12, 8, true",
        "193, 8, true",
        "4, 0, false",
        "192, 4, false",
        "192, 41, false",
        "193, 192, false"
    })
    void sameContextsAreRefused(int size, int nonzero, boolean accepted) throws Exception {
        byte[] context = new byte[size];
        context[nonzero] = 1;
        Path file = dir.resolve("context");
        Files.write(file, context);
        String frame = frame(60);
        Outcome linux = bpftool("data_in", frame, "ctx_in", file.toString());
        Outcome here = bpf4j("data_in", frame, "ctx_in", file.toString());
        assertEquals(accepted, linux.exit == 0, linux.output);
        assertEquals(accepted, here.exit == 0, here.output);
    }
}
