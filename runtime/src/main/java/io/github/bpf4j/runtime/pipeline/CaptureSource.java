/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.CaptureFormatException;
import io.github.bpf4j.runtime.io.CaptureReader;
import io.github.bpf4j.runtime.io.LinkType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Packets of a capture file. A fault in the file ends the packets; those before it are kept, and {@link #fault} tells of it. */
public final class CaptureSource implements PacketSource {
    private final CaptureReader reader;
    private @Nullable CaptureFormatException fault;

    /**
     * Takes a capture, which the source then owns and closes.
     *
     * @param reader the capture, before its first packet
     */
    public CaptureSource(CaptureReader reader) {
        this.reader = reader;
    }

    @Override
    public int fill(PacketVector vector) throws IOException {
        try {
            int length;
            while (vector.hasRoom() && (length = reader.peek()) >= 0) {
                reader.next(vector.buffer(length), PacketVector.HEADROOM);
                vector.add(reader.linkType(), length, reader.timestampNanos(), reader.originalLength());
            }
        } catch (CaptureFormatException e) {
            fault = e;
        }
        return vector.count();
    }

    /**
     * What is wrong with the file.
     *
     * @return the fault that ended the packets, or null if there was none so far
     */
    public @Nullable CaptureFormatException fault() {
        return fault;
    }

    /**
     * How far the reading has come.
     *
     * @return offset in the file, in bytes
     */
    public long position() {
        return reader.position();
    }

    /**
     * The link type of the packet read last.
     *
     * @return the type; before the first packet, that of the file
     */
    public LinkType linkType() {
        return reader.linkType();
    }

    /**
     * Whether the file's times are finer than microseconds.
     *
     * @return as far as is known from what has been read
     */
    public boolean nanosecondResolution() {
        return reader.nanosecondResolution();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
