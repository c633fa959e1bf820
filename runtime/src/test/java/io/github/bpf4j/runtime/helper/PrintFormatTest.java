/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintFormatTest {
    /** What pointer arguments of the vectors point into. */
    private static final MemorySegment STRINGS = MemorySegment.ofArray(Arrays.copyOf(
            concat(
                    new byte[] {(byte) 192, (byte) 168, 7, (byte) 255, 0x20, 1, 0x0d, (byte) 0xb8, 9, 10, 11, 12},
                    HexFormat.of().parseHex("aabbccdd"),
                    ("hello world\0" + "x".repeat(35) + "\0").getBytes(StandardCharsets.US_ASCII)),
            64));

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
        int count = 0;
        if (!word[2].equals("-")) {
            for (String argument : word[2].split(",")) {
                long number = Long.parseLong(argument.substring(1));
                ctx.stack().set(ValueLayout.JAVA_LONG, 8L * count, number);
                ctx.stackReferences()[count++] = argument.charAt(0) == 'p' ? STRINGS : null;
            }
        }
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
}
