/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import io.github.bpf4j.runtime.io.CaptureFormatException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads the packets of a capture file, one after the other, into arrays of the caller. Format (pcap or pcapng), byte order and
 * time resolution are found from the file.
 *
 * <pre>{@code
 * byte[] frame = new byte[CaptureReader.MAX_RECORD];
 * try (var capture = CaptureReader.open(path)) {
 *   for (int length; (length = capture.next(frame, 0)) >= 0; ) {
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>Files are not trusted: no length in them decides how much memory is used. A record that is cut short or cannot be right ends
 * the reading with a {@link CaptureFormatException} that names its offset; the records before it have been delivered by then.
 *
 * <p>Not thread-safe.
 */
public abstract sealed class CaptureReader implements Closeable permits PcapReader, PcapngReader {
    /** The longest record that is believed, in bytes: libpcap's own limit. A longer one counts as corrupt. */
    public static final int MAX_RECORD = 262_144;

    final CaptureInput in;
    private boolean ended;
    private boolean peeked;
    long timestampNanos;
    long originalLength;
    int capturedLength;
    long recordOffset;

    CaptureReader(CaptureInput in) {
        this.in = in;
    }

    /**
     * Opens a capture file.
     *
     * @param file the file
     * @return a reader before the first packet
     * @throws CaptureFormatException if it begins like no supported capture format
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(Path file) throws IOException {
        InputStream stream = Files.newInputStream(file);
        try {
            return of(stream);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /**
     * Reads a capture from a stream, which the reader then owns and closes.
     *
     * @param stream the file's bytes
     * @return a reader before the first packet
     * @throws CaptureFormatException if it begins like no supported capture format
     * @throws IOException if it cannot be read
     */
    public static CaptureReader of(InputStream stream) throws IOException {
        CaptureInput in = new CaptureInput(stream);
        in.require(4, 0, "the capture's magic number");
        int magic = in.peekIntBigEndian(0);
        return switch (magic) {
            case PcapReader.MICROS, PcapReader.NANOS, PcapReader.MICROS_SWAPPED, PcapReader.NANOS_SWAPPED ->
                new PcapReader(in);
            case PcapngReader.SECTION_HEADER -> new PcapngReader(in);
            default ->
                throw new CaptureFormatException(
                        Kind.UNKNOWN_FORMAT, 0, "magic number 0x%08x is neither pcap nor pcapng".formatted(magic));
        };
    }

    /**
     * Reads the next packet.
     *
     * @param buffer receives the packet's bytes
     * @param offset where in {@code buffer} the first byte goes
     * @return bytes stored: the captured length, or less if the buffer has no room for all of them (the rest is skipped); -1 at the end
     * @throws CaptureFormatException if the file is cut short or corrupt here; after that, every call answers -1
     * @throws IOException if the file cannot be read
     * @throws IndexOutOfBoundsException if {@code offset} is not an index of {@code buffer} or its length
     */
    public final int next(byte[] buffer, int offset) throws IOException {
        Objects.checkFromToIndex(offset, buffer.length, buffer.length);
        if (peek() < 0) {
            return -1;
        }
        peeked = false;
        ended = true; // holds if anything below throws
        int room = Math.min(capturedLength, buffer.length - offset);
        long got = in.readInto(buffer, offset, room);
        if (got == room) {
            got += in.skip(capturedLength - room);
        }
        if (got < capturedLength) {
            throw new CaptureFormatException(
                    Kind.TRUNCATED,
                    recordOffset,
                    "the record is cut short: " + got + " of " + capturedLength + " packet bytes");
        }
        finish();
        ended = false;
        return room;
    }

    /**
     * Looks at the next packet's record without taking its bytes, so that the caller may find a buffer large enough. The methods that
     * describe a packet describe this one from here on.
     *
     * @return the captured length that {@link #next} will store, 0 to {@link #MAX_RECORD}; -1 at the end
     * @throws CaptureFormatException if the file is cut short or corrupt here; after that, every call answers -1
     * @throws IOException if the file cannot be read
     */
    public final int peek() throws IOException {
        if (ended) {
            return -1;
        }
        if (!peeked) {
            ended = true; // holds if anything below throws
            if (!header()) {
                return -1;
            }
            ended = false;
            peeked = true;
        }
        return capturedLength;
    }

    /** Reads up to a record's packet bytes and fills in its description; false at the end of the file. */
    abstract boolean header() throws IOException;

    /** Reads what follows a record's packet bytes. */
    abstract void finish() throws IOException;

    /**
     * The link type of the packet read last.
     *
     * @return the type; before the first packet, that of the file (pcap) or {@link LinkType#ETHERNET} (pcapng)
     */
    public abstract LinkType linkType();

    /**
     * Whether the time of the packet read last is finer than microseconds.
     *
     * @return whether it counts finer units
     */
    public abstract boolean nanosecondResolution();

    /**
     * When the packet read last was captured.
     *
     * @return nanoseconds since 1970-01-01 UTC; 0 if the record has no time
     */
    public final long timestampNanos() {
        return timestampNanos;
    }

    /**
     * Bytes of the packet read last that the file holds.
     *
     * @return 0 to {@link #MAX_RECORD}
     */
    public final int capturedLength() {
        return capturedLength;
    }

    /**
     * Bytes of the packet read last as it was on the wire.
     *
     * @return 0 to 2³²-1
     */
    public final long originalLength() {
        return originalLength;
    }

    /**
     * Where the record read last begins.
     *
     * @return offset in the file, in bytes
     */
    public final long recordOffset() {
        return recordOffset;
    }

    /**
     * How far the reading has come.
     *
     * @return offset in the file behind the record read last, in bytes
     */
    public final long position() {
        return in.position();
    }

    @Override
    public final void close() throws IOException {
        ended = true;
        in.close();
    }
}
