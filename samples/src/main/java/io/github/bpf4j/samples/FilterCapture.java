/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.CaptureSource;
import io.github.bpf4j.runtime.pipeline.Fate;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Pipeline;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.trace.TracePipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The library inside a program of one's own: loads an eBPF object, attaches its program to the route of a network, sends the packets of a capture there
 * and counts what became of them.
 *
 * <pre>{@code FilterCapture bpf/drop_egress_8080.o captures/mixed.pcap 10.0.0.0/24}</pre>
 */
public final class FilterCapture {
    private FilterCapture() {}

    /**
     * Runs the sample.
     *
     * @param args an object file with one {@code lwt_out} or {@code lwt_xmit} program, a capture, and the network whose route carries the
     *     program
     * @throws IOException if a file cannot be read
     * @throws VerifierException if the program is not safe; its message says why
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, VerifierException, InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: FilterCapture OBJECT.o CAPTURE.pcap NETWORK");
            System.exit(2);
        }
        Environment environment = Environment.DEFAULT.withTrace(new TracePipe(System.out));
        long[] fates = run(Path.of(args[0]), Path.of(args[1]), IpPrefix.parse(args[2]), environment);
        for (Fate fate : Fate.values()) {
            System.out.printf("%-10s %d%n", fate, fates[fate.ordinal()]);
        }
    }

    static long[] run(Path object, Path capture, IpPrefix network, Environment environment)
            throws IOException, VerifierException, InterruptedException {
        // From bytes to a program: read, load, verify, compile.
        ObjectSpec spec = ObjectSpec.read(Files.readAllBytes(object));
        LoadedObject loaded = ObjectLoader.load(spec, LoadOptions.of(1));
        BpfProgram program =
                ProgramCompiler.compile(Verifier.verify(loaded.programs().get(0).program()), CompilerOptions.DEFAULT);

        // What `ip route add NETWORK encap bpf out obj OBJECT.o dev eth0` does, beside a default route.
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.addDevice(new Device(2, "eth0", true));
        namespace.fib().put(Route.to(IpPrefix.ANY_IPV4, 2).build());
        namespace.fib().put(Route.to(network, 2).attach(program).build());

        // One worker: CPU 0 to the program. The environment says what time it is, and where trace messages go.
        ExecutionContext worker = new ExecutionContext(0);
        worker.setEnvironment(environment);
        Router router = new Router(namespace, worker);
        long[] fates = new long[Fate.values().length];
        try (CaptureSource source = new CaptureSource(CaptureReader.open(capture))) {
            Pipeline.run(source, 1, cpu -> vector -> router.send(vector, null), vector -> count(vector, fates));
        }
        return fates;
    }

    private static void count(PacketVector vector, long[] fates) {
        for (int i = 0; i < vector.count(); i++) {
            fates[vector.fate(i).ordinal()]++;
        }
    }
}
