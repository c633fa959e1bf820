/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.pipeline.Counters;
import io.github.bpf4j.runtime.pipeline.PacketSource;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Pipeline;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long packets stay in a pipeline whose route carries the dropper, from an empty JVM on: the first vectors are interpreted, then C2's code takes
 * over. The distribution is shown for the start and for the rest.
 */
@Command(
        name = "PipelineLatency",
        mixinStandardHelpOptions = true,
        description = "Shows the distribution of packets' latencies in a pipeline with the port-8080 dropper.")
public final class PipelineLatency implements Callable<Integer> {
    private static final int DEVICE = 1;

    @Option(names = "--packets", description = "Packets of each of the two parts (default: ${DEFAULT-VALUE}).")
    private long packets = 20_000_000;

    @Option(names = "--workers", description = "Workers (default: ${DEFAULT-VALUE}).")
    private int workers = 1;

    @Option(names = "--chart", paramLabel = "FILE.png", description = "Draw both distributions into this file.")
    private @Nullable Path chart;

    private PipelineLatency() {}

    /**
     * Measures.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PipelineLatency()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        SequencedMap<String, Histogram> parts = new LinkedHashMap<>();
        parts.put("first " + packets + " packets", latency());
        parts.put("next " + packets + " packets", latency());
        for (var part : parts.entrySet()) {
            Histogram latency = part.getValue();
            System.out.printf(
                    Locale.ROOT,
                    "%s: p50 %.1f µs, p99 %.1f µs, p99.9 %.1f µs, max %.1f µs%n",
                    part.getKey(),
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getValueAtPercentile(99) / 1e3,
                    latency.getValueAtPercentile(99.9) / 1e3,
                    latency.getMaxValue() / 1e3);
        }
        if (chart != null) {
            Charts.percentiles("A packet's time in the pipeline, port-8080 dropper on its route", parts, chart);
        }
        return 0;
    }

    private Histogram latency() throws IOException, InterruptedException {
        BpfProgram program = CompiledWorkload.compile(Workload.DROPPER);
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.addDevice(new Device(DEVICE, "dev" + DEVICE, true));
        namespace.fib().put(Route.to(IpPrefix.ANY_IPV4, DEVICE).attach(program).build());
        Router[] routers = new Router[workers];
        try (Traffic traffic = new Traffic(packets)) {
            Pipeline.run(
                    traffic,
                    workers,
                    cpu -> {
                        Router router = new Router(namespace, new ExecutionContext(cpu));
                        routers[cpu] = router;
                        return vector -> router.send(vector, null);
                    },
                    _ -> {});
        }
        Counters total = new Counters();
        for (Router router : routers) {
            total.add(router.counters());
        }
        return total.latency();
    }

    /** The dropper's packets over and over, without a link header. */
    private static final class Traffic implements PacketSource {
        private final byte[][] packets = Inputs.TRAFFIC.packets();
        private final long end;
        private long sent;

        Traffic(long end) {
            this.end = end;
        }

        @Override
        public int fill(PacketVector vector) {
            while (vector.hasRoom() && sent < end) {
                byte[] packet = packets[(int) (sent++ % packets.length)];
                System.arraycopy(packet, 0, vector.buffer(packet.length), PacketVector.HEADROOM, packet.length);
                vector.add(LinkType.RAW_IP, packet.length, 0, packet.length);
            }
            return vector.count();
        }

        @Override
        public void close() {}
    }
}
