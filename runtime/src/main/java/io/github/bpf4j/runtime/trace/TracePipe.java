/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import io.github.bpf4j.runtime.program.Task;
import io.github.bpf4j.runtime.program.TraceSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes trace messages as lines, as {@code /sys/kernel/tracing/trace_pipe} shows them:
 *
 * <pre>{@code           <idle>-0       [003] b.s21  6747.667466: bpf_trace_printk: text}</pre>
 *
 * <p>Task name and number, CPU, flags, seconds on the monotonic clock, text. The flags are what Linux shows where it processes packets:
 * bottom halves off, in a software interrupt, preemption count 2, migration count 1. Each line reaches the stream in one write.
 * Thread-safe.
 *
 * @see <a href="https://docs.kernel.org/trace/ftrace.html">ftrace</a>
 */
public final class TracePipe implements TraceSink {
    private static final String SOFTIRQ_FLAGS = "b.s21";

    private final OutputStream out;

    /**
     * Creates a pipe.
     *
     * @param out receives the lines; the pipe flushes it after each line and never closes it
     */
    public TracePipe(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @throws UncheckedIOException if the stream refuses it
     */
    @Override
    public void message(Task task, int cpu, long nanoseconds, byte[] message, int length) {
        String comm = task.pid() == 0 ? "<idle>" : truncated(task.comm());
        long microseconds = Math.floorDiv(nanoseconds + 500, 1000L);
        String head = String.format(
                Locale.ROOT,
                "%16s-%-7d [%03d] %s %5d.%06d: bpf_trace_printk: ",
                comm,
                task.pid(),
                cpu,
                SOFTIRQ_FLAGS,
                Math.floorDiv(microseconds, 1_000_000L),
                Math.floorMod(microseconds, 1_000_000L));
        ByteArrayOutputStream line = new ByteArrayOutputStream(head.length() + length + 1);
        line.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        line.write(message, 0, length);
        line.write('\n');
        synchronized (out) {
            try {
                line.writeTo(out);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write a trace line", e);
            }
        }
    }

    private static String truncated(String comm) {
        return comm.length() <= 15 ? comm : comm.substring(0, 15);
    }
}
