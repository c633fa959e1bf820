/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import io.github.bpf4j.runtime.io.CaptureFormatException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A buffered input that knows its file position and the byte order of the section it reads. Its memory is one fixed buffer. */
final class CaptureInput implements Closeable {
    private static final int BUFFER = 1 << 16;
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private long bufferOffset;
    private boolean bigEndian;

    CaptureInput(InputStream in) {
        this.in = in;
    }

    void bigEndian(boolean big) {
        bigEndian = big;
    }

    boolean bigEndian() {
        return bigEndian;
    }

    /** File offset of the next byte. */
    long position() {
        return bufferOffset + from;
    }

    /** Makes at least {@code count} bytes available ahead, at most the buffer's size; says how many are. */
    int ahead(int count) throws IOException {
        if (to - from >= count) {
            return to - from;
        }
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            bufferOffset += from;
            to -= from;
            from = 0;
        }
        while (to < count) {
            int read = in.read(buffer, to, BUFFER - to);
            if (read < 0) {
                break;
            }
            to += read;
        }
        return to;
    }

    /** Requires {@code count} bytes ahead, else the file is cut short inside {@code what} which begins at {@code start}. */
    void require(int count, long start, String what) throws IOException {
        int have = ahead(count);
        if (have < count) {
            throw new CaptureFormatException(
                    Kind.TRUNCATED,
                    start,
                    what + " is cut short: " + (position() - start + have) + " of " + (position() - start + count)
                            + " bytes");
        }
    }

    /** The 32-bit value {@code at} bytes ahead, which {@link #require} has made available. */
    int peekInt(int at) {
        return (int) (bigEndian ? INT_BE : INT_LE).get(buffer, from + at);
    }

    int peekIntBigEndian(int at) {
        return (int) INT_BE.get(buffer, from + at);
    }

    int peekShort(int at) {
        int first = buffer[from + at] & 0xff;
        int second = buffer[from + at + 1] & 0xff;
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    int peekByte(int at) {
        return buffer[from + at] & 0xff;
    }

    void advance(int count) {
        from += count;
    }

    /** Moves {@code count} bytes into {@code target}; answers how many the file had. */
    int readInto(byte[] target, int offset, int count) throws IOException {
        int done = Math.min(count, to - from);
        System.arraycopy(buffer, from, target, offset, done);
        from += done;
        while (done < count) {
            if (ahead(1) == 0) {
                return done;
            }
            int part = Math.min(count - done, to - from);
            System.arraycopy(buffer, from, target, offset + done, part);
            from += part;
            done += part;
        }
        return done;
    }

    /** Skips {@code count} bytes; answers how many the file had. */
    long skip(long count) throws IOException {
        long done = 0;
        while (done < count && ahead(1) > 0) {
            int part = (int) Math.min(count - done, to - from);
            from += part;
            done += part;
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
