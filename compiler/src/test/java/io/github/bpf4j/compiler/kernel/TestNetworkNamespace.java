/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.kernel;

import io.github.bpf4j.compiler.kernel.KernelBpf.Availability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace of a test, by way of {@code ip netns}. Closing it ends the processes started in it and deletes it; the devices in it go
 * with it. Not thread-safe.
 */
public final class TestNetworkNamespace implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final int TIMEOUT_SECONDS = 30;

    private final String name;
    private final List<Process> started = new ArrayList<>();

    private TestNetworkNamespace(String name) {
        this.name = name;
    }

    /**
     * What a command did.
     *
     * @param exit its exit code
     * @param output what it wrote to standard output
     * @param errors what it wrote to standard error
     */
    public record CommandResult(int exit, String output, String errors) {}

    /**
     * Makes a namespace whose loopback device is up.
     *
     * @throws IllegalStateException if that fails
     */
    public static TestNetworkNamespace create() {
        String name = "bpf4j-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
        check(run("ip", "netns", "add", name), "ip netns add");
        TestNetworkNamespace namespace = new TestNetworkNamespace(name);
        try {
            namespace.ip("link set lo up");
        } catch (IllegalStateException e) {
            namespace.close();
            throw e;
        }
        return namespace;
    }

    /** Whether namespaces can be made here, and why not. Makes one to see whether that works, once. */
    static Availability availability() {
        return Probe.AVAILABILITY;
    }

    private static final class Probe {
        static final Availability AVAILABILITY = probe();

        private static Availability probe() {
            try (TestNetworkNamespace _ = create()) {
                return new Availability(true, "ip netns works");
            } catch (IllegalStateException e) {
                return new Availability(false, "network namespaces cannot be made here: " + e.getMessage());
            }
        }
    }

    /** Joins two namespaces by a veth pair whose ends are up. */
    public static void connect(TestNetworkNamespace a, String deviceA, TestNetworkNamespace b, String deviceB) {
        check(
                run(
                        "ip", "link", "add", deviceA, "netns", a.name, "type", "veth", "peer", "name", deviceB, "netns",
                        b.name),
                "ip link add");
        a.ip("link set " + deviceA + " up");
        b.ip("link set " + deviceB + " up");
    }

    /** Moves a device of the namespace that the test runs in into this one. */
    public void adopt(String device) {
        check(run("ip", "link", "set", device, "netns", name), "ip link set netns");
    }

    /** The name that {@code ip netns} knows it by. */
    public String name() {
        return name;
    }

    /**
     * Runs {@code ip} with arguments separated by spaces, inside.
     *
     * @return its standard output
     * @throws IllegalStateException if it fails
     */
    public String ip(String arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments.strip().split(" +", -1)));
        CommandResult result = run(command.toArray(String[]::new));
        check(result, "ip " + arguments);
        return result.output();
    }

    /**
     * Runs a command inside that sees the file systems outside, such as pinned programs; {@code ip netns exec} has mounts of its own.
     *
     * @param command words separated by spaces
     * @throws IllegalStateException if it fails
     */
    public void enter(String command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
        words.addAll(List.of(command.strip().split(" +", -1)));
        check(run(words.toArray(String[]::new)), command);
    }

    /** Sets a kernel parameter inside. */
    public void sysctl(String key, String value) {
        check(exec("sysctl", "-q", "-w", key + "=" + value), "sysctl " + key);
    }

    /** Runs a command inside and waits for it; whoever calls judges the exit code. */
    public CommandResult exec(String... command) {
        return run(inside(command));
    }

    /** Starts a command inside; it ends when the namespace is closed, if not before. */
    public Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(inside(command)).start();
        started.add(process);
        return process;
    }

    private String[] inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(Arrays.asList(command));
        return all.toArray(String[]::new);
    }

    @Override
    public void close() {
        for (Process process : started) {
            process.destroyForcibly();
        }
        started.clear();
        check(run("ip", "netns", "del", name), "ip netns del");
    }

    private static void check(CommandResult result, String what) {
        if (result.exit() != 0) {
            throw new IllegalStateException(what + " failed with exit code " + result.exit() + ": "
                    + result.errors().strip());
        }
    }

    private static CommandResult run(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            return new CommandResult(-1, "", String.valueOf(e.getMessage()));
        }
        CompletableFuture<String> output = drain(process.getInputStream());
        CompletableFuture<String> errors = drain(process.getErrorStream());
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new CommandResult(-1, "", "no end within " + TIMEOUT_SECONDS + " s");
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new CommandResult(-1, "", "interrupted");
        }
        return new CommandResult(process.exitValue(), output.join(), errors.join());
    }

    private static CompletableFuture<String> drain(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.complete(String.valueOf(e.getMessage()));
            }
        });
        return text;
    }
}
