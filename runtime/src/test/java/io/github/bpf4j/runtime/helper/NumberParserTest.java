/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NumberParserTest {
    /** Lines "helper text flags return value", measured on Linux 6.18; text in hex. */
    @Test
    void parsesAsMeasuredOnLinux() {
        assertAll(Vectors.lines("strtol.txt").stream().map(line -> () -> assertEquals(line, replay(line))));
    }

    private static String replay(String line) {
        String[] word = line.split(" ");
        MemorySegment text = MemorySegment.ofArray(HexFormat.of().parseHex(word[1]));
        MemorySegment result = MemorySegment.ofArray(new byte[8]);
        long returned = NumberParser.parse(
                text, 0, text.byteSize(), Long.parseLong(word[2]), word[0].equals("strtol"), result, 0);
        return String.join(
                " ",
                word[0],
                word[1],
                word[2],
                Long.toString(returned),
                Long.toString(result.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)));
    }
}
