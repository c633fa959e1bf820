/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.runtime.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PackedArgumentsTest {
    private final byte[] packed = new byte[16];

    private static MemorySegment text(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String packedText(int at) {
        return new String(packed, at, PackedArguments.stringLength(packed, at), StandardCharsets.ISO_8859_1);
    }

    @Test
    void numbersStandAtMultiplesOfFour() {
        assertEquals(8, PackedArguments.putNumber(null, 0x1234_5678_9abc_def0L, Integer.BYTES, packed, 1));
        assertEquals(0x9abc_def0, PackedArguments.fetchInt(packed, 4));
        assertEquals(16, PackedArguments.putNumber(null, -2, Long.BYTES, packed, 8));
        assertEquals(-2, PackedArguments.fetchLong(packed, 8));
    }

    @Test
    void fullBuffersRefuseNumbersCharactersAndAddresses() {
        assertEquals(-Errno.ENOSPC, PackedArguments.putNumber(null, 1, Long.BYTES, packed, 9));
        assertEquals(-Errno.ENOSPC, PackedArguments.putText('c', null, 'x', packed, 16));
        assertEquals(-Errno.ENOSPC, PackedArguments.putText('s', text("x\0"), 0, packed, 16));
        assertEquals(-Errno.ENOSPC, PackedArguments.putText('i', text("abcd"), 0, packed, 13));
    }

    @Test
    void stringsAreCutToWhatFits() {
        assertEquals(6, PackedArguments.putText('s', text("..hello\0"), 2, packed, 0));
        assertEquals("hello", packedText(0));
        assertEquals(16, PackedArguments.putText('s', text("hello world\0"), 0, packed, 6));
        assertEquals("hello wor", packedText(6));
    }

    @Test
    void addressesThatCannotBeReadAreEmptyStrings() {
        Arrays.fill(packed, (byte) 'x');
        assertEquals(1, PackedArguments.putText('s', null, 0x1000, packed, 0));
        assertEquals(2, PackedArguments.putText('s', text("no end"), 0, packed, 1));
        assertArrayEquals(new byte[] {0, 0}, Arrays.copyOf(packed, 2));
    }

    @Test
    void addressesMoveOnByTheirWholeText() {
        byte[] address = {(byte) 192, (byte) 168, 7, 1};
        assertEquals(12, PackedArguments.putText('I', MemorySegment.ofArray(address), 0, packed, 0));
        assertEquals("192.168.7.1", packedText(0));
        assertEquals(16, PackedArguments.putText('i', MemorySegment.ofArray(address), 0, packed, 4));
        assertEquals("192.168.007", packedText(4));
    }

    @Test
    void thereAreZerosBehindTheEnd() {
        Arrays.fill(packed, (byte) -1);
        assertEquals(0, PackedArguments.fetch(packed, 16));
        assertEquals(0, PackedArguments.fetchInt(packed, 13));
        assertEquals(0, PackedArguments.fetchLong(packed, 9));
        assertEquals(0, PackedArguments.stringLength(packed, 16));
    }
}
