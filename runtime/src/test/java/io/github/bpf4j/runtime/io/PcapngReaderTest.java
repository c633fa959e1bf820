/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks that no tool at hand writes: simple and old packets, big-endian sections, odd time scales. */
class PcapngReaderTest {
    private final ByteBuffer file = ByteBuffer.allocate(4096);

    private void block(int type, byte[] body) {
        int total = 12 + (body.length + 3 & ~3);
        int start = file.position();
        file.putInt(type).putInt(total).put(body).position(start + total - 4);
        file.putInt(total);
    }

    private void section(ByteOrder order) {
        file.order(order);
        block(
                0x0a0d0d0a,
                buffer(16)
                        .putInt(0x1a2b3c4d)
                        .putShort((short) 1)
                        .putShort((short) 0)
                        .putLong(-1)
                        .array());
    }

    private ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(file.order());
    }

    private void interfaceBlock(int linkType, int snapLength, int... resolution) {
        ByteBuffer body = buffer(resolution.length == 0 ? 8 : 20)
                .putShort((short) linkType)
                .putShort((short) 0)
                .putInt(snapLength);
        if (resolution.length > 0) {
            body.putShort((short) 9)
                    .putShort((short) 1)
                    .put((byte) resolution[0])
                    .position(16);
            body.putInt(0);
        }
        block(1, body.array());
    }

    private void enhanced(int id, long time, int captured, byte[] packet) {
        block(
                6,
                buffer(20 + packet.length)
                        .putInt(id)
                        .putInt((int) (time >>> 32))
                        .putInt((int) time)
                        .putInt(captured)
                        .putInt(packet.length)
                        .put(packet)
                        .array());
    }

    private List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] frame = new byte[256];
        CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file.array(), 0, file.position()));
        int length;
        while ((length = reader.next(frame, 0)) >= 0) {
            lines.add(reader.linkType() + " " + reader.timestampNanos() + " " + length + "/" + reader.originalLength()
                    + " " + frame[0]);
        }
        return lines;
    }

    @Test
    void sectionsOfBothOrdersAndAllPacketBlocks() throws IOException {
        section(ByteOrder.BIG_ENDIAN);
        interfaceBlock(101, 3);
        block(3, buffer(8).putInt(9).put(new byte[] {1, 2, 3, 0}).array()); // simple: cut to the snap length
        block(0x0bad, new byte[40]); // unknown: skipped
        block(
                2,
                buffer(24)
                        .putShort((short) 0)
                        .putShort((short) 7)
                        .putInt(0)
                        .putInt(5)
                        .putInt(2)
                        .putInt(2)
                        .put(new byte[] {8, 9})
                        .array());
        section(ByteOrder.LITTLE_ENDIAN);
        interfaceBlock(1, 0, 9);
        enhanced(0, 77, 5, new byte[] {5, 4, 3, 2, 1});
        assertEquals(List.of("RAW_IP 0 3/9 1", "RAW_IP 5000 2/2 8", "ETHERNET 77 5/5 5"), read());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, 3000000000",
        "3, 1500, 1500000000",
        "6, 7, 7000",
        "9, 7, 7",
        "12, 7999, 7",
        "18, 1999999999999999999, 1999999999",
        "0x80, 2, 2000000000",
        "0x8a, 1536, 1500000000",
        "0xa0, 6442450944, 1500000000",
        "0xbe, 6917529027641081856, 1500000000",
    })
    void timeScales(String resolution, long time, long nanos) throws IOException {
        section(ByteOrder.LITTLE_ENDIAN);
        interfaceBlock(1, 0, Integer.decode(resolution));
        enhanced(0, time, 1, new byte[1]);
        assertEquals(List.of("ETHERNET " + nanos + " 1/1 0"), read());
    }

    @Test
    void faultsAreNamed() {
        assertFault("at byte 28: packet of interface 0, 0 are described", () -> enhanced(0, 0, 1, new byte[1]));
        assertFault("at byte 48: packet block claims 9 captured bytes, it has room for 4", () -> {
            interfaceBlock(1, 0);
            enhanced(0, 0, 9, new byte[1]);
        });
        assertFault("at byte 48: link type 220 is not supported", () -> {
            interfaceBlock(220, 0);
            enhanced(0, 0, 1, new byte[1]);
        });
        assertFault("at byte 60: time stamp 18446744073709551615 is beyond the year 2262", () -> {
            interfaceBlock(1, 0, 0);
            enhanced(0, -1, 1, new byte[1]);
        });
        assertFault("at byte 28: time resolution 0xff", () -> interfaceBlock(1, 0, 0xff));
        assertFault(
                "at byte 28: block of 13 bytes; a multiple of 4 from 12 on is expected",
                () -> file.putInt(5).putInt(13).putInt(0));
        assertFault(
                "at byte 28: block begins with length 16 and ends with 12",
                () -> file.putInt(5).putInt(16).putInt(0).putInt(12));
        assertFault(
                "at byte 44: option 9 of 1000 bytes passes its block's end",
                () -> block(
                        1,
                        buffer(12)
                                .putShort((short) 1)
                                .putShort((short) 0)
                                .putInt(0)
                                .putShort((short) 9)
                                .putShort((short) 1000)
                                .array()));
    }

    private void assertFault(String message, Runnable content) {
        file.clear();
        section(ByteOrder.LITTLE_ENDIAN);
        content.run();
        assertEquals(
                message, assertThrows(CaptureFormatException.class, this::read).getMessage());
    }
}
