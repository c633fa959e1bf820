/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.TunDevice;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.io.IOException;

/** Hands packets to the kernel through a TUN device, from their IP header on. */
public final class TunSink implements PacketSink {
    private final TunDevice device;
    private long written;
    private long refused;

    /**
     * Writes to a device, which the caller keeps and closes.
     *
     * @param device the device
     */
    public TunSink(TunDevice device) {
        this.device = device;
    }

    @Override
    public void packet(PacketVector vector, int i) throws IOException {
        write(vector.packet(i));
    }

    @Override
    public void clonedPacket(PacketVector vector, int clone) throws IOException {
        write(vector.clonedPacket(clone));
    }

    private void write(SkBuff skb) throws IOException {
        int link = Math.min(skb.linkHeaderLength(), skb.length());
        int length = skb.length() - link;
        if (length > 0
                && length <= TunDevice.MAX_PACKET
                && device.write(skb.memory(), skb.data() + (long) link, length)) {
            written++;
        } else {
            refused++;
        }
    }

    /**
     * Packets that the kernel took.
     *
     * @return how many
     */
    public long written() {
        return written;
    }

    /**
     * Packets that are empty or too long, or that the kernel had no room for.
     *
     * @return how many
     */
    public long refused() {
        return refused;
    }

    @Override
    public void close() {}
}
