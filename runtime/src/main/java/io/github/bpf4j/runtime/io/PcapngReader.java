/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import io.github.bpf4j.runtime.io.CaptureFormatException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * pcapng: section header, interface description, enhanced and simple packet blocks, and the old packet block; all others are skipped.
 * Format: <a href="https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html">PCAP Now Generic Capture File Format</a>.
 */
final class PcapngReader extends CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    /** Bytes of an enhanced or old packet block in front of the packet. */
    private static final int PACKET_HEADER = 28;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a;
    private static final int OPTION_TIME_RESOLUTION = 9;
    private static final int OPTION_TIME_OFFSET = 14;

    /** Enough for any real capture; keeps a file of interface blocks from filling the memory. */
    private static final int MAX_INTERFACES = 65_536;
    /** The largest interface block that is believed: option lengths are 16 bits wide, and few options are known. */
    private static final int MAX_INTERFACE_BLOCK = 1 << 16;

    /** One capturing interface. Unknown link types matter only if a packet comes from such an interface. */
    private record Interface(int linkCode, Optional<LinkType> linkType, long snapLength, TimeScale time) {}

    private final List<Interface> interfaces = new ArrayList<>();
    private LinkType linkType = LinkType.ETHERNET;
    private boolean nanos;
    private long blockLength;
    private int packetHeader;

    PcapngReader(CaptureInput in) throws IOException {
        super(in);
        sectionHeader(0);
    }

    @Override
    boolean header() throws IOException {
        while (true) {
            long start = in.position();
            if (in.ahead(12) == 0) {
                return false;
            }
            in.require(12, start, "the block");
            int type = in.peekInt(0);
            if (type == SECTION_HEADER) {
                sectionHeader(start);
                continue;
            }
            long total = blockLength(start);
            switch (type) {
                case INTERFACE_DESCRIPTION -> interfaceDescription(start, total);
                case ENHANCED_PACKET, OLD_PACKET -> {
                    packet(start, total);
                    return true;
                }
                case SIMPLE_PACKET -> {
                    simplePacket(start, total);
                    return true;
                }
                default -> {
                    in.advance(8);
                    endBlock(start, total, 8);
                }
            }
        }
    }

    private void sectionHeader(long start) throws IOException {
        in.require(28, start, "the section header block");
        int magic = in.peekIntBigEndian(8);
        if (magic != BYTE_ORDER_MAGIC && magic != BYTE_ORDER_MAGIC_SWAPPED) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "section header has byte-order magic 0x%08x".formatted(magic));
        }
        in.bigEndian(magic == BYTE_ORDER_MAGIC);
        long total = blockLength(start);
        if (total < 28) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "section header block of " + total + " bytes, 28 are the least");
        }
        int major = in.peekShort(12);
        if (major != 1) {
            throw new CaptureFormatException(Kind.UNSUPPORTED, start, "pcapng version " + major + "; only 1 is known");
        }
        interfaces.clear();
        in.advance(12);
        endBlock(start, total, 12);
    }

    private long blockLength(long start) throws IOException {
        long total = Integer.toUnsignedLong(in.peekInt(4));
        if (total < 12 || (total & 3) != 0) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "block of " + total + " bytes; a multiple of 4 from 12 on is expected");
        }
        return total;
    }

    /** Skips to the block's end, of which {@code done} bytes have been consumed, and checks the length repeated there. */
    private void endBlock(long start, long total, long done) throws IOException {
        long rest = total - 4 - done;
        if (in.skip(rest) < rest) {
            throw new CaptureFormatException(
                    Kind.TRUNCATED,
                    start,
                    "the block is cut short: " + (in.position() - start) + " of " + total + " bytes");
        }
        in.require(4, start, "the block");
        long repeated = Integer.toUnsignedLong(in.peekInt(0));
        if (repeated != total) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "block begins with length " + total + " and ends with " + repeated);
        }
        in.advance(4);
    }

    private void interfaceDescription(long start, long total) throws IOException {
        if (total < 20 || total > MAX_INTERFACE_BLOCK) {
            throw new CaptureFormatException(
                    Kind.CORRUPT,
                    start,
                    "interface description of " + total + " bytes, outside 20 to " + MAX_INTERFACE_BLOCK);
        }
        if (interfaces.size() == MAX_INTERFACES) {
            throw new CaptureFormatException(Kind.UNSUPPORTED, start, "more than " + MAX_INTERFACES + " interfaces");
        }
        in.require((int) total, start, "the interface description block");
        int code = in.peekShort(8);
        TimeScale time = TimeScale.MICROS;
        long offsetSeconds = 0;
        int at = 16;
        int end = (int) total - 4;
        while (end - at >= 4) {
            int option = in.peekShort(at);
            int length = in.peekShort(at + 2);
            if (option == 0) {
                break;
            }
            if (length > end - at - 4) {
                throw new CaptureFormatException(
                        Kind.CORRUPT,
                        start + at,
                        "option " + option + " of " + length + " bytes passes its block's end");
            }
            if (option == OPTION_TIME_RESOLUTION && length == 1) {
                int resolution = in.peekByte(at + 4);
                time = TimeScale.of(resolution)
                        .orElseThrow(() -> new CaptureFormatException(
                                Kind.UNSUPPORTED, start, "time resolution 0x%02x".formatted(resolution)));
            } else if (option == OPTION_TIME_OFFSET && length == 8) {
                long first = Integer.toUnsignedLong(in.peekInt(at + 4));
                long second = Integer.toUnsignedLong(in.peekInt(at + 8));
                offsetSeconds = in.bigEndian() ? first << 32 | second : second << 32 | first;
            }
            at += 4 + (length + 3 & ~3);
        }
        interfaces.add(new Interface(
                code, LinkType.ofCode(code), Integer.toUnsignedLong(in.peekInt(12)), time.shifted(offsetSeconds)));
        in.advance(8);
        endBlock(start, total, 8);
    }

    private void packet(long start, long total) throws IOException {
        if (total < PACKET_HEADER + 4) {
            throw new CaptureFormatException(
                    Kind.CORRUPT,
                    start,
                    "packet block of " + total + " bytes, " + (PACKET_HEADER + 4) + " are the least");
        }
        in.require(PACKET_HEADER, start, "the packet block");
        boolean old = in.peekInt(0) == OLD_PACKET; // its interface number has 16 bits, the other 16 count drops
        long id = old ? in.peekShort(8) : Integer.toUnsignedLong(in.peekInt(8));
        Interface from = interfaceOf(id, start);
        long captured = Integer.toUnsignedLong(in.peekInt(20));
        checkCaptured(captured, total - PACKET_HEADER - 4, start);
        long time = Integer.toUnsignedLong(in.peekInt(12)) << 32 | Integer.toUnsignedLong(in.peekInt(16));
        timestampNanos = from.time.nanos(time);
        if (timestampNanos == TimeScale.OUT_OF_RANGE) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "time stamp " + Long.toUnsignedString(time) + " is beyond the year 2262");
        }
        nanos = from.time.finerThanMicros();
        originalLength = Integer.toUnsignedLong(in.peekInt(24));
        in.advance(PACKET_HEADER);
        begin(start, total, (int) captured, PACKET_HEADER);
    }

    private void simplePacket(long start, long total) throws IOException {
        if (total < 16) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "simple packet block of " + total + " bytes, 16 are the least");
        }
        Interface from = interfaceOf(0, start);
        originalLength = Integer.toUnsignedLong(in.peekInt(8));
        long captured = from.snapLength == 0 ? originalLength : Math.min(originalLength, from.snapLength);
        checkCaptured(captured, total - 16, start);
        timestampNanos = 0;
        in.advance(12);
        begin(start, total, (int) captured, 12);
    }

    private void begin(long start, long total, int captured, int header) {
        recordOffset = start;
        capturedLength = captured;
        blockLength = total;
        packetHeader = header;
    }

    @Override
    void finish() throws IOException {
        endBlock(recordOffset, blockLength, (long) packetHeader + capturedLength);
    }

    private static void checkCaptured(long captured, long room, long start) throws CaptureFormatException {
        if (captured > room || captured > MAX_RECORD) {
            throw new CaptureFormatException(
                    Kind.CORRUPT,
                    start,
                    "packet block claims " + captured + " captured bytes, it has room for "
                            + Math.min(room, MAX_RECORD));
        }
    }

    private Interface interfaceOf(long id, long start) throws CaptureFormatException {
        if (id >= interfaces.size()) {
            throw new CaptureFormatException(
                    Kind.CORRUPT, start, "packet of interface " + id + ", " + interfaces.size() + " are described");
        }
        Interface found = interfaces.get((int) id);
        linkType = found.linkType.orElseThrow(() -> new CaptureFormatException(
                Kind.UNSUPPORTED_LINK_TYPE, start, "link type " + found.linkCode + " is not supported"));
        return found;
    }

    @Override
    public LinkType linkType() {
        return linkType;
    }

    @Override
    public boolean nanosecondResolution() {
        return nanos;
    }
}
