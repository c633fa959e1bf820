/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.TunDevice;
import java.io.IOException;

/** Packets that the kernel sends to a TUN device. They end when {@link #stop} is called. */
public final class TunSource implements PacketSource {
    /** How long a stop may go unnoticed. */
    private static final int WAIT_MILLISECONDS = 50;

    private final TunDevice device;
    private volatile boolean stopped;

    /**
     * Reads from a device, which the caller keeps and closes.
     *
     * @param device the device
     */
    public TunSource(TunDevice device) {
        this.device = device;
    }

    @Override
    public int fill(PacketVector vector) throws IOException {
        while (!stopped && vector.count() == 0) {
            if (device.await(WAIT_MILLISECONDS)) {
                drain(vector);
            }
        }
        return vector.count();
    }

    private void drain(PacketVector vector) throws IOException {
        while (vector.hasRoom()) {
            int length = device.receive();
            if (length < 0) {
                return;
            }
            device.copy(length, vector.buffer(length), PacketVector.HEADROOM);
            long now = System.currentTimeMillis() * 1_000_000L;
            vector.add(LinkType.RAW_IP, length, now, length);
        }
    }

    /** Ends the packets. May be called by any thread. */
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stop();
    }
}
