/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A packet and its metadata: what Linux keeps in {@code struct sk_buff} and shows to programs as {@code struct __sk_buff}. The packet
 * starts at the L3 header. Integers are in host order unless stated otherwise. Not thread-safe; reused from packet to packet.
 */
public final class SkBuff extends ContextFields {
    /** Headroom that a packet gets when it must move to grow at its front: enough for several more headers. */
    private static final int EXTRA_HEADROOM = 256;

    private @Nullable Destination destination;
    private int redirectIfindex;
    private boolean redirectIngress;
    private int linkHeaderLength;
    private ChecksumStatus checksumStatus = ChecksumStatus.NONE;
    private int checksum;
    private int checksumLevel;
    private int checksumEnd;
    private final HeaderOffsets headers = new HeaderOffsets();
    private boolean encapsulated;
    private int gsoType;
    private @Nullable TunnelInfo tunnel;
    private boolean hasTunnel;
    private final SegmentRoutingState segmentRouting = new SegmentRoutingState();

    /**
     * Wraps a heap array.
     *
     * @param array the memory
     * @param data index of the first byte of the L3 header
     * @param length bytes from there
     */
    public SkBuff(byte[] array, int data, int length) {
        super(array, data, length);
    }

    /**
     * Wraps a segment.
     *
     * @param memory the memory
     * @param data offset of the first byte of the L3 header
     * @param length bytes from there
     */
    public SkBuff(MemorySegment memory, int data, int length) {
        super(memory, data, length);
    }

    /**
     * Where the packet's route leads: Linux's {@code skb_dst}.
     *
     * @return the destination, or null before a route lookup and where there are no routes
     */
    public @Nullable Destination destination() {
        return destination;
    }

    /**
     * Sets where the packet's route leads.
     *
     * @param destination the destination, or null for none
     */
    public void setDestination(@Nullable Destination destination) {
        this.destination = destination;
    }

    /**
     * The device that {@code bpf_redirect} chose for this packet; it counts only if the program returns {@code BPF_REDIRECT}.
     *
     * @return the interface index, 0 if none was chosen
     */
    public int redirectIfindex() {
        return redirectIfindex;
    }

    /**
     * Which side of {@link #redirectIfindex} the packet goes to.
     *
     * @return whether the device receives the packet instead of sending it
     */
    public boolean redirectIngress() {
        return redirectIngress;
    }

    /**
     * Chooses the device for {@code BPF_REDIRECT}.
     *
     * @param ifindex the interface index, 0 for none
     * @param ingress whether the device receives the packet instead of sending it
     */
    public void setRedirect(int ifindex, boolean ingress) {
        this.redirectIfindex = ifindex;
        this.redirectIngress = ingress;
    }

    /**
     * How many bytes at the packet's start are a link header that the program put there with {@code bpf_skb_change_head}. Without any,
     * the packet starts at its L3 header and cannot be redirected to an Ethernet device.
     *
     * @return bytes, 0 at the start of a hook
     */
    public int linkHeaderLength() {
        return linkHeaderLength;
    }

    /**
     * Notes that a program has put a link header, or a part of one, in front of the packet.
     *
     * @param bytes how many, already part of the packet
     */
    public void addLinkHeader(int bytes) {
        linkHeaderLength += bytes;
    }

    /** Notes that the packet begins with its network header. */
    public void resetNetworkHeader() {
        linkHeaderLength = 0;
        headers.resetNetwork();
    }

    /** Sets all metadata to 0, false and null, for the next packet in this buffer. Memory and bounds stay. */
    public void clearMetadata() {
        clearFields();
        destination = null;
        redirectIfindex = 0;
        redirectIngress = false;
        linkHeaderLength = 0;
        checksumStatus = ChecksumStatus.NONE;
        checksum = 0;
        checksumLevel = 0;
        checksumEnd = 0;
        headers.reset();
        encapsulated = false;
        gsoType = 0;
        hasTunnel = false;
        segmentRouting.clear();
    }

    /**
     * Takes over another packet's metadata.
     *
     * @param other the packet to copy from
     */
    public void copyMetadata(SkBuff other) {
        copyFields(other);
        destination = other.destination;
        redirectIfindex = other.redirectIfindex;
        redirectIngress = other.redirectIngress;
        linkHeaderLength = other.linkHeaderLength;
        checksumStatus = other.checksumStatus;
        checksum = other.checksum;
        checksumLevel = other.checksumLevel;
        checksumEnd = other.checksumEnd;
        headers.copyFrom(other.headers);
        encapsulated = other.encapsulated;
        gsoType = other.gsoType;
        hasTunnel = other.hasTunnel;
        if (other.tunnel != null && other.hasTunnel) {
            attachTunnel().copyFrom(other.tunnel);
        }
    }

    /**
     * What is known of the packet's transport checksum: {@code ip_summed}.
     *
     * @return the status
     */
    public ChecksumStatus checksumStatus() {
        return checksumStatus;
    }

    /**
     * Sets what is known of the packet's transport checksum.
     *
     * @param status the status
     */
    public void setChecksumStatus(ChecksumStatus status) {
        this.checksumStatus = status;
    }

    /**
     * {@code csum}: with {@link ChecksumStatus#COMPLETE}, the one's complement sum over the packet.
     *
     * @return 32 bits of sum, not folded
     */
    public int checksum() {
        return checksum;
    }

    /**
     * Sets {@code csum}.
     *
     * @param value 32 bits of sum, not folded
     */
    public void setChecksum(int value) {
        this.checksum = value;
    }

    /**
     * {@code csum_level}: with {@link ChecksumStatus#UNNECESSARY}, how many checksums beyond the first were verified.
     *
     * @return 0 to 3
     */
    public int checksumLevel() {
        return checksumLevel;
    }

    /**
     * Sets {@code csum_level}.
     *
     * @param value 0 to 3
     */
    public void setChecksumLevel(int value) {
        this.checksumLevel = value;
    }

    /**
     * With {@link ChecksumStatus#PARTIAL}, where the checksum field that is still to be filled in ends.
     *
     * @return bytes from the packet's start, or 0 if that was not said
     */
    public int checksumEnd() {
        return checksumEnd;
    }

    /**
     * Sets where the checksum field that is still to be filled in ends.
     *
     * @param offset bytes from the packet's start
     */
    public void setChecksumEnd(int offset) {
        this.checksumEnd = offset;
    }

    /**
     * Notes where the transport header starts, as receiving and sending a packet do.
     *
     * @param offset bytes from the packet's start
     */
    public void setTransportOffset(int offset) {
        headers.setTransport(offset);
    }

    /**
     * The shortest length to which {@code bpf_skb_change_tail} may cut the packet: its headers, as far as the stack has found them, and a
     * checksum that is still to be filled in.
     *
     * @return bytes from the packet's start
     */
    public int minimumLength() {
        return checksumStatus == ChecksumStatus.PARTIAL && checksumEnd > 0 ? checksumEnd : headers.length();
    }

    /**
     * Whether a program has pushed an outer IP header: {@code encapsulation}.
     *
     * @return whether there is an inner packet
     */
    public boolean encapsulated() {
        return encapsulated;
    }

    /**
     * Sets whether there is an inner packet.
     *
     * @param encapsulated whether a program has pushed an outer IP header
     */
    public void setEncapsulated(boolean encapsulated) {
        this.encapsulated = encapsulated;
    }

    /**
     * How a packet larger than the link is to be cut: {@code gso_type}, bits of {@link GsoType}.
     *
     * @return the bits; 0 if not a GSO packet
     */
    public int gsoType() {
        return gsoType;
    }

    /**
     * Sets {@code gso_type}.
     *
     * @param value bits of {@link GsoType}
     */
    public void setGsoType(int value) {
        this.gsoType = value;
    }

    /**
     * The tunnel metadata: of the tunnel the packet came out of, or for the tunnel it is to enter.
     *
     * @return the metadata, or null if there is none
     */
    public @Nullable TunnelInfo tunnel() {
        return hasTunnel ? tunnel : null;
    }

    /**
     * Gives the packet tunnel metadata, whose old contents stay until the caller overwrites them.
     *
     * @return the metadata
     */
    public TunnelInfo attachTunnel() {
        if (tunnel == null) {
            tunnel = new TunnelInfo();
        }
        hasTunnel = true;
        return tunnel;
    }

    /** Takes tunnel metadata off the packet. */
    public void dropTunnel() {
        hasTunnel = false;
    }

    /**
     * Makes the packet longer at its front. The new bytes are what was in the headroom; the payload is copied only if there is not enough
     * headroom.
     *
     * @param bytes how many, at least 0
     */
    public void push(int bytes) {
        if (headroom() < bytes) {
            ensureRoom(bytes + EXTRA_HEADROOM, 0);
        }
        setBounds(data() - bytes, length() + bytes);
        headers.push(bytes);
        moveChecksumEnd(bytes);
    }

    /**
     * Makes the packet shorter at its front.
     *
     * @param bytes how many, 0 to the packet's length
     */
    public void pull(int bytes) {
        setBounds(data() + bytes, length() - bytes);
        headers.pull(bytes);
        moveChecksumEnd(-bytes);
    }

    private void moveChecksumEnd(int bytes) {
        if (checksumEnd != 0) {
            checksumEnd += bytes;
        }
    }

    /**
     * What is known of the segment routing header while an End.BPF program works on it.
     *
     * @return the live state
     */
    public SegmentRoutingState segmentRouting() {
        return segmentRouting;
    }
}
