/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/**
 * What the segment routing helpers of one End.BPF run know of the packet's segment routing header. Belongs to its packet; not thread-safe.
 */
public final class SegmentRoutingState {
    /** What {@link #offset} is when the packet has no segment routing header. */
    public static final int NONE = -1;

    private int offset = NONE;
    private int length;
    private boolean checked;

    SegmentRoutingState() {}

    /**
     * Notes a valid header.
     *
     * @param offset where it starts, from the packet's start
     * @param length its size behind the first 8 bytes
     */
    public void found(int offset, int length) {
        this.offset = offset;
        this.length = length;
        this.checked = true;
    }

    /** Notes that there is no header. */
    public void clear() {
        offset = NONE;
        length = 0;
        checked = false;
    }

    /**
     * Where the header starts.
     *
     * @return bytes from the packet's start, or {@link #NONE}
     */
    public int offset() {
        return offset;
    }

    /**
     * Sets where the header starts.
     *
     * @param offset bytes from the packet's start
     */
    public void setOffset(int offset) {
        this.offset = offset;
    }

    /**
     * The header's size as the program has made it, which its length field does not say until the header is checked.
     *
     * @return bytes behind the first 8
     */
    public int length() {
        return length;
    }

    /**
     * Sets the header's size and that it must be checked again.
     *
     * @param length bytes behind the first 8
     */
    public void resized(int length) {
        this.length = length;
        this.checked = false;
    }

    /**
     * Whether the header is known to be valid.
     *
     * @return false after the program changed it
     */
    public boolean checked() {
        return checked;
    }

    /**
     * Sets whether the header is known to be valid.
     *
     * @param checked false after a change
     */
    public void setChecked(boolean checked) {
        this.checked = checked;
    }
}
