/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkTypeTest {
    private static final String MACS = "020000000002020000000001";

    @ParameterizedTest
    @CsvSource({
        "ETHERNET, 0200000000020200000000010800, 14/800/0",
        "ETHERNET, 02000000000202000000000108, runt",
        "ETHERNET, ffffffffffff0200000000010806, 14/806/1",
        "ETHERNET, 01005e0000010200000000010800, 14/800/2",
        "ETHERNET, 0200000000020200000000010026, 14/4/0",
        "ETHERNET, 020000000002020000000001810000070800, 18/800/0",
        "ETHERNET, 02000000000202000000000188a800018100000786dd, 22/86dd/0",
        "ETHERNET, 0200000000020200000000018100000708, runt",
        "RAW_IP, 45, 0/800/0",
        "RAW_IP, 60, 0/86dd/0",
        "RAW_IP, 10, 0/0/0",
        "LINUX_SLL, 00040001000600000000000000000800, 16/800/4",
        "LINUX_SLL, 000400010006000000000000000008, runt",
        "LINUX_SLL, 00000001000600000000000000008100000786dd, 20/86dd/0",
        "LINUX_SLL2, 0800000000000003000104060000000000000000, 20/800/4",
    })
    void locate(LinkType type, String hex, String expected) {
        byte[] frame = HexFormat.of().parseHex(hex);
        long located = type.locate(frame, 0, frame.length);
        assertEquals(
                expected,
                located == LinkType.RUNT
                        ? "runt"
                        : LinkType.networkOffset(located) + "/" + Integer.toHexString(LinkType.protocol(located)) + "/"
                                + LinkType.packetType(located));
    }

    @ParameterizedTest
    @CsvSource({
        "ETHERNET, 0800, 86dd",
        "ETHERNET, 810000070800, 8100000786dd",
    })
    void putProtocolBehindTags(LinkType type, String before, String after) {
        byte[] header = HexFormat.of().parseHex(MACS + before);
        type.putProtocol(header, 0, header.length, 0x86dd);
        assertEquals(MACS + after, HexFormat.of().formatHex(header));
    }
}
