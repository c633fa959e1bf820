/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.helper.TextHelpers;
import io.github.bpf4j.runtime.program.Clock;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.Task;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TracePipeTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private long print(Task task, int cpu, String format, long... values) {
        ExecutionContext ctx = new ExecutionContext(cpu);
        ctx.setEnvironment(
                Environment.DEFAULT.withClock(new FixedClock()).withTask(task).withTrace(new TracePipe(out)));
        MemorySegment memory = MemorySegment.ofArray((format + "\0").getBytes(StandardCharsets.UTF_8));
        long[] v = java.util.Arrays.copyOf(values, 3);
        return TextHelpers.tracePrintk(ctx, memory, 0, memory.byteSize(), null, v[0], null, v[1], null, v[2]);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesTheLineThatLinuxWrites() {
        assertEquals(40, print(Task.IDLE, 3, "Dropping egress packet to port 8080 (%d)\n", 7L));
        assertEquals(
                "          <idle>-0       [003] b.s21  6747.667466: bpf_trace_printk: Dropping egress packet to port 8080 (7)\n\n",
                written());
    }

    @Test
    void namesTheTask() {
        assertEquals(8, print(new Task(15234, 15234, 0, 0, "python3"), 1, "Hello 42"));
        assertEquals("         python3-15234   [001] b.s21  6747.667466: bpf_trace_printk: Hello 42\n", written());
    }

    @Test
    void writesNothingForABadFormat() {
        assertEquals(-22, print(Task.IDLE, 0, "%d %d %d %d"));
        assertEquals("", written());
    }

    private static final class FixedClock implements Clock {
        @Override
        public long monotonic() {
            return 6_747_667_466_100L;
        }

        @Override
        public long boot() {
            return monotonic();
        }

        @Override
        public long tai() {
            return monotonic();
        }

        @Override
        public long coarse() {
            return monotonic();
        }
    }
}
