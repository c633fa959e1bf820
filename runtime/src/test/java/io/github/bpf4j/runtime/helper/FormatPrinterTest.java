/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatPrinterTest {
    private static MemorySegment format(String text) {
        return MemorySegment.ofArray((text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] packed(long number) {
        byte[] packed = new byte[Long.BYTES];
        PackedArguments.putNumber(null, number, Long.BYTES, packed, 0);
        return packed;
    }

    private static String print(String format, long number, int size) {
        byte[] out = new byte[64];
        int length = FormatPrinter.print(format(format), 0, packed(number), MemorySegment.ofArray(out), 0, size);
        int end = 0;
        while (end < out.length && out[end] != 0) {
            end++;
        }
        return length + " " + new String(out, 0, end, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "%d|-7|2 -7",
                "%u|-1|10 4294967295",
                "%lu|-1|20 18446744073709551615",
                "%+d|7|2 +7",
                "% d|7|2  7",
                "%5d|7|5     7",
                "%-5d.|7|6 7    .",
                "%05d|-7|5 -0007",
                "%-05d.|7|6 7    .",
                "%lX|48879|4 BEEF",
                "%px|48879|16 000000000000beef",
                "%p|0|16 0000000000000000",
                "%pS|48879|6 0xbeef",
                "100%%|0|4 100%"
            })
    void numbers(String format, long number, String expected) {
        assertEquals(expected, print(format, number, 64));
    }

    @Test
    void lengthIsThatOfTheWholeTextWhateverFits() {
        assertEquals("9 7 pa", print("%d packets", 7, 5));
        assertEquals("9 ", print("%d packets", 7, 1));
        assertEquals(9, FormatPrinter.print(format("%d packets"), 0, packed(7), null, 0, 0));
    }

    @Test
    void nothingIsWrittenBehindTheRoom() {
        byte[] out = new byte[8];
        Arrays.fill(out, (byte) 'x');
        FormatPrinter.print(format("abcdefgh"), 0, packed(0), MemorySegment.ofArray(out), 1, 4);
        assertEquals("xabc\0xxx", new String(out, StandardCharsets.US_ASCII));
    }

    @Test
    void addressesAreHashedTheSameEveryTime() {
        String printed = print("%p", 0x1000, 64);
        assertEquals(printed, print("%p", 0x1000, 64));
        assertEquals("16 00000000", printed.substring(0, 11));
    }
}
