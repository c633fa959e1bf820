/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read back, by this library and by tshark. */
class PcapWriterTest {
    @ParameterizedTest
    @CsvSource({"true,LITTLE", "true,BIG", "false,LITTLE", "false,BIG"})
    void roundTrip(boolean nanos, String order) throws IOException {
        Random random = new Random(7);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[][] packets = new byte[300][];
        try (PcapWriter writer = new PcapWriter(out, LinkType.LINUX_SLL2, nanos, order(order))) {
            for (int i = 0; i < packets.length; i++) {
                packets[i] = new byte[i == 17 ? CaptureReader.MAX_RECORD : random.nextInt(1600)];
                random.nextBytes(packets[i]);
                int half = packets[i].length / 2;
                writer.begin(time(i), packets[i].length, packets[i].length + 5L);
                writer.append(packets[i], 0, half);
                writer.append(MemorySegment.ofArray(packets[i]), half, packets[i].length - half);
            }
            assertEquals(300, writer.records());
        }
        byte[] frame = new byte[CaptureReader.MAX_RECORD];
        CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(out.toByteArray()));
        for (int i = 0; i < packets.length; i++) {
            int length = reader.next(frame, 0);
            assertArrayEquals(packets[i], Arrays.copyOf(frame, length));
            assertEquals(nanos ? time(i) : time(i) / 1000 * 1000, reader.timestampNanos());
            assertEquals(length + 5L, reader.originalLength());
            assertEquals(LinkType.LINUX_SLL2, reader.linkType());
            assertEquals(nanos, reader.nanosecondResolution());
        }
        assertEquals(-1, reader.next(frame, 0));
    }

    private static long time(int i) {
        return 4_294_967_295_000_000_001L - i * 1_000_000_007L;
    }

    private static ByteOrder order(String name) {
        return name.equals("BIG") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    @Test
    void rangesAreChecked() throws IOException {
        PcapWriter writer =
                new PcapWriter(new ByteArrayOutputStream(), LinkType.ETHERNET, true, ByteOrder.LITTLE_ENDIAN);
        assertThrows(IllegalArgumentException.class, () -> writer.begin(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> writer.begin(0, CaptureReader.MAX_RECORD + 1, 0));
        assertThrows(IllegalArgumentException.class, () -> writer.begin(0, 1, 1L << 32));
        writer.begin(0, 4, 4);
        assertThrows(IllegalStateException.class, () -> writer.begin(0, 4, 4));
        assertThrows(IllegalStateException.class, () -> writer.append(new byte[5], 0, 5));
    }

    @ParameterizedTest
    @Tag("tshark")
    @CsvSource({"true,LITTLE", "true,BIG", "false,BIG"})
    void tsharkReadsTheSame(boolean nanos, String order, @TempDir Path dir) throws Exception {
        assumeTrue(installed("tshark"), "tshark is not installed");
        Path file = dir.resolve("written.pcap");
        try (PcapWriter writer = new PcapWriter(Files.newOutputStream(file), LinkType.ETHERNET, nanos, order(order));
                CaptureReader reader =
                        CaptureReader.of(new ByteArrayInputStream(CaptureReaderTest.file("eth-ns.pcap")))) {
            byte[] frame = new byte[256];
            int length;
            while ((length = reader.next(frame, 0)) >= 0) {
                writer.write(reader.timestampNanos(), frame, 0, length, reader.originalLength());
            }
        }
        Process tshark = new ProcessBuilder(
                        "tshark",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "frame.time_epoch",
                        "-e",
                        "frame.len",
                        "-e",
                        "eth.type",
                        "-e",
                        "tcp.dstport")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tshark.waitFor());
        assertEquals(
                List.of(
                        "1795254764.000001000\t54\t0x0800\t8080",
                        "1795254764.000002000\t46\t0x8100\t",
                        "1795254764.000003000\t42\t0x0806\t"),
                text.lines().toList());
    }

    private static boolean installed(String program) {
        for (String dir : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (Files.isExecutable(Path.of(dir, program))) {
                return true;
            }
        }
        return false;
    }
}
