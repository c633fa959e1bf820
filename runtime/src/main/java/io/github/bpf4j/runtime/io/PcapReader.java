/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import io.github.bpf4j.runtime.io.CaptureFormatException.Kind;
import java.io.IOException;

/**
 * Classic pcap, version 2.4: microseconds or nanoseconds, either byte order.
 * Format: <a href="https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html">PCAP Capture File Format</a>.
 */
final class PcapReader extends CaptureReader {
    /** Magic numbers as the file's first four bytes in big-endian order. */
    static final int MICROS = 0xa1b2c3d4;

    static final int NANOS = 0xa1b23c4d;
    static final int MICROS_SWAPPED = 0xd4c3b2a1;
    static final int NANOS_SWAPPED = 0x4d3cb2a1;

    static final int FILE_HEADER = 24;
    static final int RECORD_HEADER = 16;

    private final LinkType linkType;
    private final boolean nanos;

    PcapReader(CaptureInput in) throws IOException {
        super(in);
        in.require(FILE_HEADER, 0, "the file header");
        int magic = in.peekIntBigEndian(0);
        in.bigEndian(magic == MICROS || magic == NANOS);
        nanos = magic == NANOS || magic == NANOS_SWAPPED;
        int major = in.peekShort(4);
        int minor = in.peekShort(6);
        if (major != 2 || minor != 4) {
            throw new CaptureFormatException(
                    Kind.UNSUPPORTED, 4, "pcap version " + major + "." + minor + "; only 2.4 is known");
        }
        int code = in.peekInt(20) & 0xffff; // the upper half holds the frame check sequence's length
        linkType = LinkType.ofCode(code)
                .orElseThrow(() -> new CaptureFormatException(
                        Kind.UNSUPPORTED_LINK_TYPE, 20, "link type " + code + " is not supported"));
        in.advance(FILE_HEADER);
    }

    @Override
    boolean header() throws IOException {
        long start = in.position();
        if (in.ahead(RECORD_HEADER) == 0) {
            return false;
        }
        in.require(RECORD_HEADER, start, "the record header");
        int captured = in.peekInt(8);
        if (captured < 0 || captured > MAX_RECORD) {
            throw new CaptureFormatException(
                    Kind.CORRUPT,
                    start,
                    "record claims " + Integer.toUnsignedString(captured) + " captured bytes, the limit is "
                            + MAX_RECORD);
        }
        recordOffset = start;
        capturedLength = captured;
        originalLength = Integer.toUnsignedLong(in.peekInt(12));
        timestampNanos = Integer.toUnsignedLong(in.peekInt(0)) * 1_000_000_000L
                + Integer.toUnsignedLong(in.peekInt(4)) * (nanos ? 1L : 1_000L);
        in.advance(RECORD_HEADER);
        return true;
    }

    @Override
    void finish() {}

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public boolean nanosecondResolution() {
        return nanos;
    }
}
