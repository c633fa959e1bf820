/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.runtime.io.CaptureFormatException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by tcpdump and editcap, whole and broken. */
class CaptureReaderTest {
    record Packet(
            long offset,
            LinkType linkType,
            long nanos,
            int captured,
            long original,
            String protocol,
            String firstL3Byte) {}

    static byte[] file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(CaptureReaderTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    static List<Packet> packets(byte[] file) throws IOException {
        List<Packet> packets = new ArrayList<>();
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file))) {
            int length;
            while ((length = reader.next(frame, 0)) >= 0) {
                long located = reader.linkType().locate(frame, 0, length);
                int at = located == LinkType.RUNT ? 0 : LinkType.networkOffset(located);
                packets.add(new Packet(
                        reader.recordOffset(),
                        reader.linkType(),
                        reader.timestampNanos(),
                        length,
                        reader.originalLength(),
                        located == LinkType.RUNT ? "runt" : Integer.toHexString(LinkType.protocol(located)),
                        java.util.HexFormat.of().formatHex(frame, at, Math.min(length, at + 1))));
            }
        }
        return packets;
    }

    @ParameterizedTest
    @CsvSource({"eth-us.pcap,24,94", "eth-ns.pcap,24,94", "eth.pcapng,128,216"})
    void ethernet(String name, long first, long second) throws IOException {
        long time = 1795254764_000000000L;
        List<Packet> packets = packets(file(name));
        assertEquals(new Packet(first, LinkType.ETHERNET, time + 1000, 54, 54, "800", "45"), packets.get(0));
        assertEquals(
                new Packet(second, LinkType.ETHERNET, time + 2000, 46, 46, "800", "45"),
                packets.get(1),
                "the VLAN tag is skipped");
        assertEquals("806", packets.get(2).protocol());
        assertEquals(3, packets.size());
    }

    @Test
    void rawIp() throws IOException {
        assertEquals(
                List.of(new Packet(24, LinkType.RAW_IP, 1795254764_000001000L, 40, 54, "800", "45")),
                packets(file("raw.pcap")));
    }

    @Test
    void linuxCooked() throws IOException {
        assertEquals(
                List.of(
                        new Packet(24, LinkType.LINUX_SLL, 1795254787_371921000L, 49, 49, "800", "45"),
                        new Packet(89, LinkType.LINUX_SLL, 1795254787_372012000L, 70, 70, "86dd", "60")),
                packets(file("sll.pcap")));
        assertEquals(
                List.of("LINUX_SLL2 1795254787371921919 53 800", "LINUX_SLL2 1795254787372012029 74 86dd"),
                packets(file("sll2-ns.pcap")).stream()
                        .map(p -> p.linkType() + " " + p.nanos() + " " + p.captured() + " " + p.protocol())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth-us.pcap", "eth.pcapng"})
    void everyTruncationKeepsTheCompleteRecords(String name) throws IOException {
        byte[] whole = file(name);
        List<Packet> all = packets(whole);
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        for (int length = 0; length < whole.length; length++) {
            List<Long> seen = new ArrayList<>();
            long ends = -1;
            try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(whole, 0, length))) {
                while (reader.next(frame, 0) >= 0) {
                    seen.add(reader.recordOffset());
                }
                ends = reader.position();
                assertEquals(length, ends, "a clean end is the end of the file");
            } catch (CaptureFormatException e) {
                assertEquals(Kind.TRUNCATED, e.kind());
                assertTrue(
                        e.offset() <= length && e.getMessage().startsWith("at byte " + e.offset() + ": "),
                        e.getMessage());
            }
            int cut = length;
            long complete =
                    all.stream().filter(p -> end(all, p, whole.length) <= cut).count();
            assertEquals(complete, seen.size(), "file cut to " + length + " bytes");
        }
    }

    private static long end(List<Packet> all, Packet packet, int fileLength) {
        int next = all.indexOf(packet) + 1;
        return next < all.size() ? all.get(next).offset() : fileLength;
    }

    @Test
    void hostileLengthIsRefusedAtItsOffset() throws IOException {
        byte[] file = file("eth-us.pcap");
        Arrays.fill(file, 94 + 8, 94 + 12, (byte) 0x7f);
        CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file));
        byte[] frame = new byte[128];
        assertEquals(54, reader.next(frame, 0));
        CaptureFormatException e = assertThrows(CaptureFormatException.class, () -> reader.next(frame, 0));
        assertEquals("at byte 94: record claims 2139062143 captured bytes, the limit is 262144", e.getMessage());
        assertEquals(Kind.CORRUPT, e.kind());
        assertEquals(-1, reader.next(frame, 0), "the end after a fault");
    }

    @Test
    void unknownFilesAreNamed() {
        for (String text : List.of("GIF89a..", "\177ELF....")) {
            CaptureFormatException e = assertThrows(
                    CaptureFormatException.class,
                    () -> CaptureReader.of(
                            new ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))));
            assertEquals(Kind.UNKNOWN_FORMAT, e.kind());
        }
        byte[] usb = new byte[24];
        System.arraycopy(new byte[] {(byte) 0xd4, (byte) 0xc3, (byte) 0xb2, (byte) 0xa1, 2, 0, 4, 0}, 0, usb, 0, 8);
        usb[20] = (byte) 220;
        CaptureFormatException e =
                assertThrows(CaptureFormatException.class, () -> CaptureReader.of(new ByteArrayInputStream(usb)));
        assertEquals("at byte 20: link type 220 is not supported", e.getMessage());
    }

    @Test
    void smallBufferGetsWhatFitsAndTheNextRecordStillComes() throws IOException {
        CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file("eth-us.pcap")));
        byte[] frame = new byte[30];
        assertEquals(20, reader.next(frame, 10));
        assertEquals(54, reader.capturedLength());
        assertEquals(30, reader.next(frame, 0));
        assertEquals(46, reader.capturedLength());
        assertThrows(IndexOutOfBoundsException.class, () -> reader.next(frame, 31));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth-us.pcap", "sll.pcap", "eth.pcapng"})
    void randomCorruptionIsATypedErrorOrACorrectRead(String name) throws IOException {
        byte[] whole = file(name);
        long seed = 20_260_711;
        Random random = new Random(seed);
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        for (int round = 0; round < 20_000; round++) {
            byte[] file = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(file))) {
                int length;
                while ((length = reader.next(frame, 0)) >= 0) {
                    reader.linkType().locate(frame, 0, length);
                }
            } catch (CaptureFormatException e) {
                assertTrue(e.offset() >= 0 && e.offset() <= file.length, "seed " + seed + " round " + round + ": " + e);
            }
        }
    }
}
