/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import java.io.IOException;
import java.io.Serial;

/**
 * A capture file breaks its format at a known place. Every record before that place was complete and has been delivered.
 */
public final class CaptureFormatException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What is wrong with the file. */
    public enum Kind {
        /** The first bytes are those of no supported capture format. */
        UNKNOWN_FORMAT,
        /** A version, or a feature of the format, that this reader does not know. */
        UNSUPPORTED,
        /** A link type whose packets cannot be located (see {@link LinkType}). */
        UNSUPPORTED_LINK_TYPE,
        /** The file ends inside a header, a record or a block. */
        TRUNCATED,
        /** A length, an index or a value that cannot be right. */
        CORRUPT
    }

    private final Kind kind;
    private final long offset;

    /**
     * Creates the exception.
     *
     * @param kind what is wrong
     * @param offset byte offset in the file of the header, record or block that is wrong, 0 or more
     * @param detail what was found there, in words
     */
    public CaptureFormatException(Kind kind, long offset, String detail) {
        super("at byte " + offset + ": " + detail);
        this.kind = kind;
        this.offset = offset;
    }

    /**
     * What is wrong with the file.
     *
     * @return the kind of fault
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Where it is wrong.
     *
     * @return byte offset in the file of the header, record or block, 0 or more
     */
    public long offset() {
        return offset;
    }
}
