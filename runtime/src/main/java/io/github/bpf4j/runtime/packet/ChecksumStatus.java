/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

/**
 * What is known of a packet's transport checksum: the kernel's {@code CHECKSUM_*}.
 *
 * @see <a href="https://docs.kernel.org/networking/checksum-offloads.html">Checksum offloads</a>
 */
public enum ChecksumStatus {
    /** Nothing. */
    NONE,
    /** It was verified. */
    UNNECESSARY,
    /** {@link SkBuff#checksum} is the sum over the packet. */
    COMPLETE,
    /** It is still to be computed; the field holds the sum of the pseudo header. */
    PARTIAL
}
