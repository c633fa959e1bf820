/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.cli;

import io.github.bpf4j.compiler.load.LoadedObject;
import io.github.bpf4j.compiler.load.LoadedObject.LoadedProgram;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.spec.ProgramSpec;
import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.CaptureSink;
import io.github.bpf4j.runtime.pipeline.CaptureSource;
import io.github.bpf4j.runtime.pipeline.Counters;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Pipeline;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import io.github.bpf4j.runtime.program.Task;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bpf4j run}: a program over the packets of a capture. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a program on every IP packet of a capture and shows what it did to them.",
            "The program sits at the hook of its type on a route that all packets take, or those that --route names."
                    + " Packets begin at their IP header; link headers (VLAN tags included) are put back behind it. What"
                    + " is no IP packet passes by untouched.",
        })
final class RunCommand implements Callable<Integer> {
    /** The device that packets arrive by and leave by. */
    private static final int DEVICE = 1;

    private final Terminal terminal;

    @Mixin
    private final ObjectOptions object = new ObjectOptions();

    @Option(names = "--in", required = true, paramLabel = "FILE", description = "Capture to read: pcap or pcapng.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path in;

    @Option(names = "--out", paramLabel = "FILE", description = "Write kept packets to this pcap file.")
    private @Nullable Path out;

    @Option(names = "--dropped", paramLabel = "FILE", description = "Write dropped packets to this pcap file.")
    private @Nullable Path dropped;

    @Option(
            names = "--device",
            paramLabel = "IFINDEX=FILE",
            description =
                    "A device that the program may redirect to, and the pcap file for what it sends. May be repeated.")
    private final Map<Integer, Path> devices = new LinkedHashMap<>();

    @Option(
            names = "--route",
            paramLabel = "PREFIX",
            description =
                    "Destinations whose route carries the program, such as 10.0.0.0/24. May be repeated. Without any,"
                            + " all packets take it.")
    private final List<String> prefixes = new ArrayList<>();

    @Option(names = "--workers", paramLabel = "N", description = "Workers, each a CPU to the program (default: 1).")
    private int workers = 1;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write trace lines to this file; none for nowhere (default: standard output).")
    private @Nullable String trace;

    @Option(
            names = "--latency",
            paramLabel = "FILE",
            description =
                    "Write the distribution of the packets' latencies, in ns, to this file, as HdrHistogram's tools"
                            + " read it (.hgrm).")
    private @Nullable Path latency;

    @Option(names = "--dump-maps", description = "Show the maps' elements at the end.")
    private boolean dumpMaps;

    @Option(names = "--json", description = "Write one JSON object instead of text.")
    private boolean json;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (workers < 1 || workers > 256) {
            throw CommandFailure.usage("--workers " + workers + " is outside 1 to 256");
        }
        List<IpPrefix> routes = new ArrayList<>();
        for (String prefix : prefixes) {
            try {
                routes.add(IpPrefix.parse(prefix));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage("--route: " + e.getMessage());
            }
        }
        ObjectSpec spec = object.read();
        ProgramSpec chosen = object.theProgram(spec);
        if (chosen.type() == ProgramType.RAW) {
            throw CommandFailure.usage("a raw program sees no packets; see bpf4j plugin");
        }
        LoadedObject loaded = object.load(spec, List.of(chosen), workers);
        LoadedProgram program = loaded.program(chosen.name()).orElseThrow();
        BpfProgram compiled = Programs.compile(loaded, chosen.name());
        try (RunOutput report = new RunOutput(terminal, json, trace)) {
            return run(compiled, program, loaded, routes, report);
        }
    }

    private int run(
            BpfProgram program, LoadedProgram loaded, LoadedObject object, List<IpPrefix> routes, RunOutput report)
            throws IOException, InterruptedException {
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.addDevice(new Device(DEVICE, "dev" + DEVICE, true));
        devices.keySet().forEach(ifindex -> namespace.addDevice(new Device(ifindex, "dev" + ifindex, true)));
        Router.Entry entry = route(namespace, program, routes);
        boolean received = program.type() == ProgramType.LWT_IN || program.type() == ProgramType.LWT_SEG6LOCAL;
        Environment environment = Environment.DEFAULT.withTask(Task.IDLE).withTrace(report.trace());

        Router[] routers = new Router[workers];
        try (CaptureSource source = new CaptureSource(CaptureReader.open(in))) {
            Captures captures = new Captures(source, out, dropped, devices);
            long start = System.nanoTime();
            try (captures;
                    ProgressBar progress = new ProgressBar(terminal.err(), terminal.isInteractive(), Files.size(in))) {
                long[] packets = {0};
                Pipeline.run(
                        source,
                        workers,
                        cpu -> {
                            ExecutionContext worker = new ExecutionContext(cpu);
                            worker.setEnvironment(environment);
                            Router router = new Router(namespace, worker);
                            routers[cpu] = router;
                            return received
                                    ? vector -> router.receive(vector, DEVICE, entry)
                                    : vector -> router.send(vector, entry);
                        },
                        vector -> {
                            captures.accept(vector);
                            packets[0] += vector.count();
                            progress.update(source.position(), packets[0]);
                        });
            }
            long nanos = System.nanoTime() - start;
            Counters total = new Counters();
            for (Router router : routers) {
                total.add(router.counters());
            }
            if (latency != null) {
                try (PrintStream file =
                        new PrintStream(Files.newOutputStream(latency), false, StandardCharsets.UTF_8)) {
                    total.latency().outputPercentileDistribution(file, 1.0);
                }
            }
            try {
                report.finish(
                        new RunOutput.Summary(
                                program, loaded.section(), in, workers, nanos, total, captures.files(), source.fault()),
                        dumpMaps ? object : null);
            } finally {
                Reference.reachabilityFence(routers); // the report shows values that their tasks own
            }
            return source.fault() == null ? Main.FINE : Main.FAILED;
        }
    }

    /** Sets up the routes; the entry is null if they are to be looked up. */
    private static Router.@Nullable Entry route(
            NetworkNamespace namespace, BpfProgram program, List<IpPrefix> prefixes) {
        Route plain4 = Route.to(IpPrefix.ANY_IPV4, DEVICE).build();
        Route plain6 = Route.to(IpPrefix.ANY_IPV6, DEVICE).build();
        namespace.fib().put(plain4);
        namespace.fib().put(plain6);
        // What an in program lets pass has arrived; other packets leave by the device.
        Route.Kind kind = program.type() == ProgramType.LWT_IN ? Route.Kind.LOCAL : Route.Kind.UNICAST;
        if (prefixes.isEmpty()) {
            Route with4 = Route.to(IpPrefix.ANY_IPV4, DEVICE)
                    .kind(kind)
                    .attach(program)
                    .build();
            Route with6 = Route.to(IpPrefix.ANY_IPV6, DEVICE)
                    .kind(kind)
                    .attach(program)
                    .build();
            // Segment routing is a matter of IPv6 alone.
            Route local4 =
                    Route.to(IpPrefix.ANY_IPV4, DEVICE).kind(Route.Kind.LOCAL).build();
            return new Router.Entry(program.type() == ProgramType.LWT_SEG6LOCAL ? local4 : with4, with6);
        }
        for (IpPrefix prefix : prefixes) {
            namespace
                    .fib()
                    .put(Route.to(prefix, DEVICE).kind(kind).attach(program).build());
        }
        return null;
    }

    /** The files that packets go to. */
    static final class Captures implements AutoCloseable {
        private final @Nullable CaptureSink kept;
        private final @Nullable CaptureSink lost;
        private final Map<Integer, CaptureSink> byDevice = new LinkedHashMap<>();
        private final Map<String, CaptureSink> named = new LinkedHashMap<>();

        Captures(CaptureSource source, @Nullable Path out, @Nullable Path dropped, Map<Integer, Path> devices)
                throws IOException {
            kept = open("kept", out, source);
            lost = open("dropped", dropped, source);
            for (Map.Entry<Integer, Path> device : devices.entrySet()) {
                CaptureSink sink = open("device " + device.getKey(), device.getValue(), null);
                if (sink != null) {
                    byDevice.put(device.getKey(), sink);
                }
            }
        }

        private @Nullable CaptureSink open(String use, @Nullable Path file, @Nullable CaptureSource source)
                throws IOException {
            if (file == null) {
                return null;
            }
            CaptureSink sink = new CaptureSink(
                    new BufferedOutputStream(Files.newOutputStream(file)),
                    source == null ? () -> LinkType.ETHERNET : source::linkType,
                    source == null ? () -> true : source::nanosecondResolution);
            named.put(use + ": " + file, sink);
            return sink;
        }

        void accept(PacketVector vector) throws IOException {
            for (int i = 0; i < vector.count(); i++) {
                CaptureSink sink = switch (vector.fate(i)) {
                    case SENT, DELIVERED, BYPASSED -> kept;
                    case FRAGMENTED -> null;
                    case DROPPED -> lost;
                    case REDIRECTED -> byDevice.get(vector.ifindex(i));
                    case PENDING -> throw new IllegalStateException("packet " + i + " has no fate");
                };
                if (sink != null) {
                    sink.packet(vector, i);
                }
            }
            for (int i = 0; i < vector.cloneCount(); i++) {
                CaptureSink sink = byDevice.get(vector.cloneIfindex(i));
                if (sink != null) {
                    sink.clonedPacket(vector, i);
                }
            }
        }

        /** Packets by file, with what the file is for. */
        Map<String, Long> files() {
            Map<String, Long> counts = new LinkedHashMap<>();
            named.forEach((name, sink) -> counts.put(name, sink.packets()));
            return counts;
        }

        @Override
        public void close() throws IOException {
            for (CaptureSink sink : named.values()) {
                sink.close();
            }
        }
    }
}
