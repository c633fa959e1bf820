/**
 * The world an eBPF program runs in: packets, contexts, maps, helpers, LWT hooks, pipeline, devices
 * and trace.
 *
 * <p>A package is internal unless it is exported here; an exported package is listed in the pom's
 * {@code documented.packages} too, which makes javac insist on its Javadoc.
 */
@SuppressWarnings("module") // the compiler is not seen from here
module io.github.bpf4j.runtime {
    requires static org.jspecify;
    requires HdrHistogram;

    exports io.github.bpf4j.runtime;
    exports io.github.bpf4j.runtime.helper;
    exports io.github.bpf4j.runtime.io;
    exports io.github.bpf4j.runtime.lwt;
    exports io.github.bpf4j.runtime.map;
    exports io.github.bpf4j.runtime.packet;
    exports io.github.bpf4j.runtime.pipeline;
    exports io.github.bpf4j.runtime.program;
    exports io.github.bpf4j.runtime.trace;
    exports io.github.bpf4j.runtime.generated to
            io.github.bpf4j.compiler;
}
