/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import java.io.Closeable;
import java.io.IOException;

/** Where packets go. Used by one thread at a time. */
public interface PacketSink extends Closeable {
    /**
     * Takes a packet; its bytes are copied or written before the method returns.
     *
     * @param vector the vector it is in
     * @param i its index there
     * @throws IOException if writing fails
     */
    void packet(PacketVector vector, int i) throws IOException;

    /**
     * Takes a copy that a program sent to a device.
     *
     * @param vector the vector it is in
     * @param clone its index among the clones
     * @throws IOException if writing fails
     */
    void clonedPacket(PacketVector vector, int clone) throws IOException;
}
