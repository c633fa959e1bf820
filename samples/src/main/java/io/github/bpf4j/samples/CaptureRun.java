/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.CaptureSource;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Pipeline;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** The packets of a capture on default routes with a program, on one worker. */
final class CaptureRun {
    private CaptureRun() {}

    /** As packets that this machine sends. */
    static void send(Path capture, BpfProgram program) {
        run(capture, program, (router, vector) -> router.send(vector, null));
    }

    /** As packets that arrive from the network. */
    static void receive(Path capture, BpfProgram program) {
        run(capture, program, (router, vector) -> router.receive(vector, 2, null));
    }

    private static void run(Path capture, BpfProgram program, BiConsumer<Router, PacketVector> direction) {
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.addDevice(new Device(2, "eth0", true));
        namespace.fib().put(Route.to(IpPrefix.ANY_IPV4, 2).attach(program).build());
        namespace.fib().put(Route.to(IpPrefix.ANY_IPV6, 2).attach(program).build());
        Router router = new Router(namespace, new ExecutionContext(0));
        try (CaptureSource source = new CaptureSource(CaptureReader.open(capture))) {
            Pipeline.run(source, 1, cpu -> vector -> direction.accept(router, vector), vector -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
