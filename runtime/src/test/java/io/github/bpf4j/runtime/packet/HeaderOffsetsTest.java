/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shortest length that {@code bpf_skb_change_tail} accepts, as test runs of Linux 6.18 show it. */
class HeaderOffsetsTest {
    /** From 80 bytes on, Linux takes the moved mark of a missing transport header for a transport header. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "14, 14",
        "78, 78",
        "79, 79",
        "80, 1",
        "100, 21",
        "142, 63",
        "143, 64",
        "1000, 921",
        "65535, 65456"
    })
    void pushedBytesAreHeaders(int pushed, int length) {
        HeaderOffsets offsets = new HeaderOffsets();
        offsets.push(pushed);
        assertEquals(length, offsets.length());
    }

    @Test
    void knownTransportHeaderCounts() {
        HeaderOffsets offsets = new HeaderOffsets();
        offsets.setTransport(20);
        assertEquals(20, offsets.length());
        offsets.push(14);
        assertEquals(34, offsets.length());
        offsets.push(1000);
        assertEquals(1034, offsets.length());
        offsets.pull(1014);
        assertEquals(20, offsets.length());
    }

    @Test
    void newNetworkHeaderBeginsThePacket() {
        HeaderOffsets offsets = new HeaderOffsets();
        offsets.push(40);
        offsets.resetNetwork();
        assertEquals(0, offsets.length());
    }
}
