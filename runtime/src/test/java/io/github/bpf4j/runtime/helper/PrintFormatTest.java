/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.Clock;
import io.github.bpf4j.runtime.program.Environment;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.TraceSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PrintFormatTest {
    /** What pointer arguments of the vectors point into. */
    private static final MemorySegment STRINGS = MemorySegment.ofArray(Arrays.copyOf(
            concat(
                    new byte[] {(byte) 192, (byte) 168, 7, (byte) 255, 0x20, 1, 0x0d, (byte) 0xb8, 9, 10, 11, 12},
                    HexFormat.of().parseHex("aabbccdd"),
                    ("hello world\0" + "x".repeat(35) + "\0").getBytes(StandardCharsets.US_ASCII)),
            64));

    private final List<Integer> taken = new ArrayList<>();

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            all = Arrays.copyOf(all, all.length + part.length);
            System.arraycopy(part, 0, all, all.length - part.length, part.length);
        }
        return all;
    }

    /** Lines "format size arguments result", measured with {@code bpf_snprintf} on Linux 6.18; bytes in hex. */
    @Test
    void formatsAsMeasuredOnLinux() {
        List<String> lines = Vectors.lines("format.txt");
        assertAll(lines.stream().map(line -> () -> assertEquals(line, replay(line))));
    }

    private static String replay(String line) {
        String[] word = line.split(" ");
        byte[] bytes = word[0].equals("-") ? new byte[0] : HexFormat.of().parseHex(word[0]);
        MemorySegment format = MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length + 1));
        int size = Integer.parseInt(word[1]);
        ExecutionContext ctx = new ExecutionContext(0);
        int count = putArguments(ctx, word[2]);
        String result;
        if (PrintFormat.check(format, 0, count) == -Errno.EINVAL) {
            result = "EINVAL";
        } else {
            byte[] out = new byte[256];
            Arrays.fill(out, (byte) 0xee);
            long length = TextHelpers.snprintf(
                    ctx, MemorySegment.ofArray(out), 0, size, format, 0, ctx.stack(), 0, 8L * count);
            result = length + " " + HexFormat.of().formatHex(out, 0, Math.min(256, size + 1));
        }
        return String.join(" ", word[0], word[1], word[2], result);
    }

    /** Lays arguments out at the start of the stack; returns how many. */
    private static int putArguments(ExecutionContext ctx, String list) {
        int count = 0;
        if (!list.equals("-")) {
            for (String argument : list.split(",")) {
                long number = Long.parseLong(argument.substring(1));
                ctx.stack().set(ValueLayout.JAVA_LONG, 8L * count, number);
                ctx.stackReferences()[count++] = argument.charAt(0) == 'p' ? STRINGS : null;
            }
        }
        return count;
    }

    /** Lines as above, and ones that only matter in long messages. */
    private static Stream<String> traced() {
        return Stream.concat(
                Vectors.lines("format.txt").stream(),
                Stream.of(
                        hex("%1100d%pI4 end") + " 0 n7,p0",
                        hex("%1023d%pI4 end") + " 0 n7,p0",
                        hex("%1020d%pI6 end") + " 0 n7,p4",
                        hex("x".repeat(2000)) + " 0 -",
                        hex("plain") + " 0 n1",
                        hex("tab\tand line\n") + " 0 -",
                        hex("bell\007") + " 0 -"));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void lengthIsTheSameWhetherOrNotSomebodyListens() {
        ExecutionContext heard = new ExecutionContext(0);
        heard.setEnvironment(
                Environment.DEFAULT.withTrace((task, cpu, nanoseconds, message, length) -> taken.add(length)));
        ExecutionContext unheard = new ExecutionContext(0);
        assertSame(TraceSink.NONE, unheard.environment().trace());
        long messages = traced().filter(line -> {
                    String[] word = line.split(" ");
                    byte[] bytes =
                            word[0].equals("-") ? new byte[0] : HexFormat.of().parseHex(word[0]);
                    MemorySegment format = MemorySegment.ofArray(Arrays.copyOf(bytes, bytes.length + 1));
                    long expected = trace(heard, format, word[2]);
                    assertEquals(expected, trace(unheard, format, word[2]), line);
                    return expected >= 0;
                })
                .count();
        assertEquals(messages, taken.size());
        assertTrue(messages > 100, "only " + messages + " messages");
    }

    private static long trace(ExecutionContext ctx, MemorySegment format, String arguments) {
        int count = putArguments(ctx, arguments);
        return TextHelpers.traceVprintk(ctx, format, 0, format.byteSize(), ctx.stack(), 0, 8L * count);
    }

    @Test
    void formatsWithoutANulAreRefusedWhetherOrNotSomebodyListens() {
        MemorySegment format = MemorySegment.ofArray("no end".getBytes(StandardCharsets.US_ASCII));
        assertEquals(-Errno.EINVAL, TextHelpers.traceVprintk(new ExecutionContext(0), format, 0, 6, null, 0, 0));
    }

    @Test
    void nobodyAsksTheClockForMessagesThatNobodyTakes() {
        Clock broken = new Clock() {
            @Override
            public long monotonic() {
                throw new AssertionError("asked");
            }

            @Override
            public long boot() {
                throw new AssertionError("asked");
            }

            @Override
            public long tai() {
                throw new AssertionError("asked");
            }

            @Override
            public long coarse() {
                throw new AssertionError("asked");
            }
        };
        ExecutionContext ctx = new ExecutionContext(0);
        ctx.setEnvironment(Environment.DEFAULT.withClock(broken));
        MemorySegment format = MemorySegment.ofArray("%d packets\0".getBytes(StandardCharsets.US_ASCII));
        assertEquals(9, trace(ctx, format, "n7"));
    }
}
