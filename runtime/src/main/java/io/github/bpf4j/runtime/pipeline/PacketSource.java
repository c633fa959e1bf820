/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import java.io.Closeable;
import java.io.IOException;

/** Where packets come from. Used by one thread at a time. */
public interface PacketSource extends Closeable {
    /**
     * Fills an empty vector, as far as packets are there.
     *
     * @param vector receives the packets
     * @return how many there are now; 0 at the end
     * @throws IOException if reading fails
     */
    int fill(PacketVector vector) throws IOException;
}
