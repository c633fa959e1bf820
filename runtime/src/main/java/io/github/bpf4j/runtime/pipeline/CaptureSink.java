/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.PcapWriter;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes packets to a pcap file, behind the link headers they came with. The ethertype follows the packet's protocol, should a program have
 * changed that. What a program redirected begins with its own link header and is written as it is.
 *
 * <p>All packets of the file must be of one link type, that of the first.
 */
public final class CaptureSink implements PacketSink {
    private final OutputStream out;
    private final Supplier<LinkType> linkTypeOfEmpty;
    private final BooleanSupplier nanos;
    private final byte[] linkHeader = new byte[64];
    private @Nullable PcapWriter writer;
    private @Nullable LinkType linkType;

    /**
     * Begins a file.
     *
     * @param out receives the file; the sink then owns and closes it
     * @param linkTypeOfEmpty asked at the end for the file's link type, if no packet came
     * @param nanos asked at the first packet, or at the end, whether times are written in nanoseconds instead of microseconds
     */
    public CaptureSink(OutputStream out, Supplier<LinkType> linkTypeOfEmpty, BooleanSupplier nanos) {
        this.out = out;
        this.linkTypeOfEmpty = linkTypeOfEmpty;
        this.nanos = nanos;
    }

    @Override
    public void packet(PacketVector vector, int i) throws IOException {
        SkBuff skb = vector.packet(i);
        boolean own = vector.fate(i) == Fate.REDIRECTED && skb.linkHeaderLength() > 0;
        int link = own ? 0 : vector.copyLinkHeader(i, linkHeader);
        write(own ? LinkType.ETHERNET : vector.linkType(i), skb, link, vector, i);
    }

    @Override
    public void clonedPacket(PacketVector vector, int clone) throws IOException {
        int i = vector.cloneOrigin(clone);
        SkBuff skb = vector.clonedPacket(clone);
        boolean own = skb.linkHeaderLength() > 0;
        int link = own ? 0 : vector.copyLinkHeader(i, linkHeader);
        write(own ? LinkType.ETHERNET : vector.linkType(i), skb, link, vector, i);
    }

    private void write(LinkType type, SkBuff skb, int link, PacketVector vector, int i) throws IOException {
        PcapWriter to = writer(type);
        int length = link + skb.length();
        long original = Math.max(length, vector.originalLength(i) + length - vector.frameLength(i));
        to.begin(vector.timestampNanos(i), length, original);
        to.append(linkHeader, 0, link);
        byte[] array = skb.array();
        if (array != null) {
            to.append(array, skb.data(), skb.length());
        } else {
            to.append(skb.memory(), skb.data(), skb.length());
        }
    }

    private PcapWriter writer(LinkType type) throws IOException {
        if (writer == null) {
            writer = new PcapWriter(out, type, nanos.getAsBoolean(), ByteOrder.LITTLE_ENDIAN);
            linkType = type;
        } else if (type != linkType) {
            throw new IOException("a " + type + " packet does not fit a capture of " + linkType + " packets");
        }
        return writer;
    }

    /**
     * Packets written.
     *
     * @return how many
     */
    public long packets() {
        return writer == null ? 0 : writer.records();
    }

    @Override
    public void close() throws IOException {
        if (writer == null) {
            writer(linkTypeOfEmpty.get());
        }
        Objects.requireNonNull(writer).close();
    }
}
