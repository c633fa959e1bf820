/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Writes a classic pcap file, version 2.4. Records are buffered; {@link #close} writes what is left. Nothing is allocated per record.
 *
 * <p>Not thread-safe.
 */
public final class PcapWriter implements Closeable, Flushable {
    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final boolean nanos;
    private final boolean bigEndian;
    private final byte[] buffer = new byte[BUFFER];
    private int used;
    private long records;
    private int room;

    /**
     * Begins a file on a stream, which the writer then owns and closes.
     *
     * @param out receives the file
     * @param linkType of all packets
     * @param nanos true for nanosecond times, false for microseconds
     * @param order byte order of the file's numbers
     */
    public PcapWriter(OutputStream out, LinkType linkType, boolean nanos, ByteOrder order) {
        this.out = out;
        this.nanos = nanos;
        this.bigEndian = order == ByteOrder.BIG_ENDIAN;
        putInt(nanos ? PcapReader.NANOS : PcapReader.MICROS);
        putShort(2);
        putShort(4);
        putInt(0);
        putInt(0);
        putInt(CaptureReader.MAX_RECORD);
        putInt(linkType.code());
    }

    /**
     * Creates, or overwrites, a little-endian file.
     *
     * @param file the file
     * @param linkType of all packets
     * @param nanos true for nanosecond times, false for microseconds
     * @return a writer without records
     * @throws IOException if it cannot be created
     */
    public static PcapWriter create(Path file, LinkType linkType, boolean nanos) throws IOException {
        return new PcapWriter(Files.newOutputStream(file), linkType, nanos, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes a packet.
     *
     * @param timestampNanos capture time in nanoseconds since 1970, 0 to 2³²·10⁹-1
     * @param bytes array that holds the packet
     * @param offset index of its first byte
     * @param length bytes of it, 0 to {@link CaptureReader#MAX_RECORD}
     * @param originalLength its length on the wire, 0 to 2³²-1
     * @throws IllegalArgumentException if a number is out of its range
     * @throws IOException if the stream fails
     */
    public void write(long timestampNanos, byte[] bytes, int offset, int length, long originalLength)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        begin(timestampNanos, length, originalLength);
        append(bytes, offset, length);
    }

    /**
     * Begins a record whose bytes are then given by exactly {@code length} bytes of {@link #append}: for a packet that lies in
     * several pieces.
     *
     * @param timestampNanos capture time in nanoseconds since 1970, 0 to 2³²·10⁹-1
     * @param length bytes to come, 0 to {@link CaptureReader#MAX_RECORD}
     * @param originalLength length on the wire, 0 to 2³²-1
     * @throws IllegalStateException if the record before is not complete
     * @throws IllegalArgumentException if a number is out of its range
     * @throws IOException if the stream fails
     */
    public void begin(long timestampNanos, int length, long originalLength) throws IOException {
        if (room != 0) {
            throw new IllegalStateException("the record before lacks " + room + " bytes");
        }
        long seconds = Math.floorDiv(timestampNanos, 1_000_000_000L);
        if (seconds < 0 || seconds > 0xffff_ffffL) {
            throw new IllegalArgumentException("time " + timestampNanos + " ns is outside what pcap can hold");
        }
        if (length < 0 || length > CaptureReader.MAX_RECORD) {
            throw new IllegalArgumentException("length " + length + " is outside 0 to " + CaptureReader.MAX_RECORD);
        }
        if (originalLength < 0 || originalLength > 0xffff_ffffL) {
            throw new IllegalArgumentException("original length " + originalLength + " is outside 0 to 2^32-1");
        }
        if (BUFFER - used < PcapReader.RECORD_HEADER) {
            drain();
        }
        int fraction = (int) (timestampNanos - seconds * 1_000_000_000L);
        putInt((int) seconds);
        putInt(nanos ? fraction : fraction / 1_000);
        putInt(length);
        putInt((int) originalLength);
        room = length;
        records++;
    }

    /**
     * Adds bytes to the record that {@link #begin} began.
     *
     * @param bytes array that holds them
     * @param offset index of the first
     * @param length how many
     * @throws IllegalStateException if the record has no room for them
     * @throws IOException if the stream fails
     */
    public void append(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        take(length);
        if (length > BUFFER - used) {
            drain();
        }
        if (length > BUFFER) {
            out.write(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, buffer, used, length);
            used += length;
        }
    }

    /**
     * Adds bytes to the record that {@link #begin} began.
     *
     * @param bytes memory that holds them
     * @param offset of the first
     * @param length how many
     * @throws IllegalStateException if the record has no room for them
     * @throws IOException if the stream fails
     */
    public void append(MemorySegment bytes, long offset, int length) throws IOException {
        take(length);
        for (int done = 0; done < length; ) {
            if (used == BUFFER) {
                drain();
            }
            int part = Math.min(length - done, BUFFER - used);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset + done, buffer, used, part);
            used += part;
            done += part;
        }
    }

    /**
     * Counts records.
     *
     * @return records begun so far
     */
    public long records() {
        return records;
    }

    @Override
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            flush();
        }
    }

    private void take(int length) {
        if (length > room) {
            throw new IllegalStateException(length + " bytes do not fit the " + room + " left of the record");
        }
        room -= length;
    }

    private void drain() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }

    private void putInt(int value) {
        if (bigEndian) {
            putShort(value >>> 16);
            putShort(value);
        } else {
            putShort(value);
            putShort(value >>> 16);
        }
    }

    private void putShort(int value) {
        buffer[used++] = (byte) (bigEndian ? value >>> 8 : value);
        buffer[used++] = (byte) (bigEndian ? value : value >>> 8);
    }
}
