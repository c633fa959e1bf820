/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import io.github.bpf4j.compiler.BpfObject;
import io.github.bpf4j.compiler.RejectedProgramException;
import io.github.bpf4j.runtime.map.MapCodec;
import io.github.bpf4j.runtime.map.RingBufferMap;
import io.github.bpf4j.runtime.trace.RingBufferReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Reads what a program writes into a ring buffer while it runs: the connection attempts in a capture, as {@code syn_events} reports them.
 *
 * <pre>{@code ConnectionEvents bpf/syn_events.o captures/mixed.pcap}</pre>
 */
public final class ConnectionEvents {
    private ConnectionEvents() {}

    /**
     * What {@code struct event} in the C source is. Members are found by name, wherever clang put them.
     *
     * @param timeNs when the packet came, nanoseconds of the monotonic clock
     * @param saddr who wants to connect
     * @param daddr to whom
     * @param sport from this port, in network byte order
     * @param dport to this port, in network byte order
     * @param length the packet's length in bytes
     */
    public record Event(long timeNs, InetAddress saddr, InetAddress daddr, short sport, short dport, int length) {
        @Override
        public String toString() {
            return "%s:%d > %s:%d, %d bytes"
                    .formatted(saddr.getHostAddress(), port(sport), daddr.getHostAddress(), port(dport), length);
        }

        private static int port(short bigEndian) {
            return Short.toUnsignedInt(Short.reverseBytes(bigEndian));
        }
    }

    /**
     * Runs the sample.
     *
     * @param args the object {@code syn_events.o} and a capture
     * @throws IOException if a file cannot be read
     * @throws RejectedProgramException if the program is not safe; its message says why
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, RejectedProgramException, InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: ConnectionEvents syn_events.o CAPTURE.pcap");
            System.exit(2);
        }
        long lost = run(Path.of(args[0]), Path.of(args[1]), System.out::println);
        System.out.println(lost + " lost");
    }

    /** Returns how many events found no room in the ring. */
    static long run(Path file, Path capture, Consumer<Event> handler)
            throws IOException, RejectedProgramException, InterruptedException {
        BpfObject object = BpfObject.load(file);
        MapCodec<Event> codec = object.codec("struct event", Event.class);
        RingBufferReader reader = new RingBufferReader((RingBufferMap) object.map("events"));

        // Packets run in a thread of their own, and this one waits for events. It could as well subscribe to
        // reader.publisher().
        Thread packets = Thread.ofPlatform().start(() -> CaptureRun.receive(capture, object.program("syn_events")));
        while (packets.isAlive()) {
            reader.poll(
                    (memory, offset, length) -> handler.accept(codec.decode(memory, offset)), Duration.ofMillis(10));
        }
        packets.join();
        reader.consume((memory, offset, length) -> handler.accept(codec.decode(memory, offset)));

        // The program itself counts in an array what it could not report.
        return object.view("lost", Integer.class, Long.class).get(0).orElseThrow();
    }
}
