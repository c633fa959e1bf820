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
public final class SkBuff extends PacketBuffer {
    /** What {@link #transportOffset} is when the transport header has not been found yet. */
    public static final int UNKNOWN = -1;

    /** Headroom that a packet gets when it must move to grow at its front: enough for several more headers. */
    private static final int EXTRA_HEADROOM = 256;

    /** Words in {@code cb}. */
    public static final int CB_WORDS = 5;

    private int packetType;
    private int mark;
    private int queueMapping;
    private int protocol;
    private int vlanPresent;
    private int vlanTci;
    private int vlanProtocol;
    private int priority;
    private int ingressIfindex;
    private int ifindex;
    private int tcIndex;
    private final int[] cb = new int[CB_WORDS];
    private int hash;
    private int napiId;
    private int gsoSegments;
    private int gsoSize;
    private boolean hasSocket;
    private @Nullable Destination destination;
    private int redirectIfindex;
    private boolean redirectIngress;
    private int linkHeaderLength;
    private ChecksumStatus checksumStatus = ChecksumStatus.NONE;
    private int checksum;
    private int checksumLevel;
    private int checksumEnd;
    private int transportOffset = UNKNOWN;
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
     * {@code pkt_type}.
     *
     * @return 0 host, 1 broadcast, 2 multicast, 3 other host, 4 outgoing
     */
    public int packetType() {
        return packetType;
    }

    /**
     * Sets {@code pkt_type}.
     *
     * @param value 0 host, 1 broadcast, 2 multicast, 3 other host, 4 outgoing
     */
    public void setPacketType(int value) {
        this.packetType = value;
    }

    /**
     * {@code mark}.
     *
     * @return the mark
     */
    public int mark() {
        return mark;
    }

    /**
     * Sets {@code mark}.
     *
     * @param value the mark
     */
    public void setMark(int value) {
        this.mark = value;
    }

    /**
     * {@code queue_mapping}.
     *
     * @return the queue
     */
    public int queueMapping() {
        return queueMapping;
    }

    /**
     * Sets {@code queue_mapping}.
     *
     * @param value the queue
     */
    public void setQueueMapping(int value) {
        this.queueMapping = value;
    }

    /**
     * {@code protocol}.
     *
     * @return the EtherType in network byte order: 0x0008 for IPv4 on a little-endian host
     */
    public int protocol() {
        return protocol;
    }

    /**
     * Sets {@code protocol}.
     *
     * @param value the EtherType in network byte order: 0x0008 for IPv4 on a little-endian host
     */
    public void setProtocol(int value) {
        this.protocol = value;
    }

    /**
     * {@code vlan_present}.
     *
     * @return 1 if a VLAN tag was taken off, else 0
     */
    public int vlanPresent() {
        return vlanPresent;
    }

    /**
     * Sets {@code vlan_present}.
     *
     * @param value 1 if a VLAN tag was taken off, else 0
     */
    public void setVlanPresent(int value) {
        this.vlanPresent = value;
    }

    /**
     * {@code vlan_tci}.
     *
     * @return the tag control information
     */
    public int vlanTci() {
        return vlanTci;
    }

    /**
     * Sets {@code vlan_tci}.
     *
     * @param value the tag control information
     */
    public void setVlanTci(int value) {
        this.vlanTci = value;
    }

    /**
     * {@code vlan_proto}.
     *
     * @return the tag's EtherType in network byte order
     */
    public int vlanProtocol() {
        return vlanProtocol;
    }

    /**
     * Sets {@code vlan_proto}.
     *
     * @param value the tag's EtherType in network byte order
     */
    public void setVlanProtocol(int value) {
        this.vlanProtocol = value;
    }

    /**
     * {@code priority}.
     *
     * @return the priority
     */
    public int priority() {
        return priority;
    }

    /**
     * Sets {@code priority}.
     *
     * @param value the priority
     */
    public void setPriority(int value) {
        this.priority = value;
    }

    /**
     * {@code ingress_ifindex}.
     *
     * @return the receiving interface, 0 if sent locally
     */
    public int ingressIfindex() {
        return ingressIfindex;
    }

    /**
     * Sets {@code ingress_ifindex}.
     *
     * @param value the receiving interface, 0 if sent locally
     */
    public void setIngressIfindex(int value) {
        this.ingressIfindex = value;
    }

    /**
     * {@code ifindex}.
     *
     * @return the interface, 0 if none is set
     */
    public int ifindex() {
        return ifindex;
    }

    /**
     * Sets {@code ifindex}.
     *
     * @param value the interface, 0 if none is set
     */
    public void setIfindex(int value) {
        this.ifindex = value;
    }

    /**
     * {@code tc_index}.
     *
     * @return the traffic control index
     */
    public int tcIndex() {
        return tcIndex;
    }

    /**
     * Sets {@code tc_index}.
     *
     * @param value the traffic control index
     */
    public void setTcIndex(int value) {
        this.tcIndex = value;
    }

    /**
     * {@code hash}.
     *
     * @return the flow hash, 0 if unknown
     */
    public int hash() {
        return hash;
    }

    /**
     * Sets {@code hash}.
     *
     * @param value the flow hash, 0 if unknown
     */
    public void setHash(int value) {
        this.hash = value;
    }

    /**
     * {@code napi_id}.
     *
     * @return the NAPI instance
     */
    public int napiId() {
        return napiId;
    }

    /**
     * Sets {@code napi_id}.
     *
     * @param value the NAPI instance
     */
    public void setNapiId(int value) {
        this.napiId = value;
    }

    /**
     * {@code gso_segs}.
     *
     * @return the number of segments
     */
    public int gsoSegments() {
        return gsoSegments;
    }

    /**
     * Sets {@code gso_segs}.
     *
     * @param value the number of segments
     */
    public void setGsoSegments(int value) {
        this.gsoSegments = value;
    }

    /**
     * {@code gso_size}.
     *
     * @return the segment size in bytes, 0 if not a GSO packet
     */
    public int gsoSize() {
        return gsoSize;
    }

    /**
     * Sets {@code gso_size}.
     *
     * @param value the segment size in bytes, 0 if not a GSO packet
     */
    public void setGsoSize(int value) {
        this.gsoSize = value;
    }

    /**
     * A word of the control block, scratch space of the program.
     *
     * @param index 0 to 4
     * @return the word
     */
    public int cb(int index) {
        return cb[index];
    }

    /**
     * Sets a word of the control block.
     *
     * @param index 0 to 4
     * @param value the word
     */
    public void setCb(int index, int value) {
        cb[index] = value;
    }

    /**
     * Whether the packet belongs to a local socket, so that {@code skb->sk} is not NULL.
     *
     * @return whether there is a socket
     */
    public boolean hasSocket() {
        return hasSocket;
    }

    /**
     * Sets whether the packet belongs to a local socket.
     *
     * @param hasSocket whether there is a socket
     */
    public void setHasSocket(boolean hasSocket) {
        this.hasSocket = hasSocket;
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
     * Sets how many bytes at the packet's start are a link header.
     *
     * @param bytes 0 to the packet's length
     */
    public void setLinkHeaderLength(int bytes) {
        this.linkHeaderLength = bytes;
    }

    /** Sets all metadata to 0, false and null, for the next packet in this buffer. Memory and bounds stay. */
    public void clearMetadata() {
        packetType = 0;
        mark = 0;
        queueMapping = 0;
        protocol = 0;
        vlanPresent = 0;
        vlanTci = 0;
        vlanProtocol = 0;
        priority = 0;
        ingressIfindex = 0;
        ifindex = 0;
        tcIndex = 0;
        clearCb();
        hash = 0;
        napiId = 0;
        gsoSegments = 0;
        gsoSize = 0;
        hasSocket = false;
        destination = null;
        redirectIfindex = 0;
        redirectIngress = false;
        linkHeaderLength = 0;
        checksumStatus = ChecksumStatus.NONE;
        checksum = 0;
        checksumLevel = 0;
        checksumEnd = 0;
        transportOffset = UNKNOWN;
        encapsulated = false;
        gsoType = 0;
        hasTunnel = false;
        segmentRouting.clear();
    }

    /** Sets the control block to 0, as a hook does before its program runs. */
    public void clearCb() {
        for (int i = 0; i < CB_WORDS; i++) {
            cb[i] = 0;
        }
    }

    /**
     * Takes over another packet's metadata.
     *
     * @param other the packet to copy from
     */
    public void copyMetadata(SkBuff other) {
        packetType = other.packetType;
        mark = other.mark;
        queueMapping = other.queueMapping;
        protocol = other.protocol;
        vlanPresent = other.vlanPresent;
        vlanTci = other.vlanTci;
        vlanProtocol = other.vlanProtocol;
        priority = other.priority;
        ingressIfindex = other.ingressIfindex;
        ifindex = other.ifindex;
        tcIndex = other.tcIndex;
        System.arraycopy(other.cb, 0, cb, 0, CB_WORDS);
        hash = other.hash;
        napiId = other.napiId;
        gsoSegments = other.gsoSegments;
        gsoSize = other.gsoSize;
        hasSocket = other.hasSocket;
        destination = other.destination;
        redirectIfindex = other.redirectIfindex;
        redirectIngress = other.redirectIngress;
        linkHeaderLength = other.linkHeaderLength;
        checksumStatus = other.checksumStatus;
        checksum = other.checksum;
        checksumLevel = other.checksumLevel;
        checksumEnd = other.checksumEnd;
        transportOffset = other.transportOffset;
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
     * @return bytes from the packet's start
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
     * Where the transport header starts, as far as the stack has found it.
     *
     * @return bytes from the packet's start, or {@link #UNKNOWN}
     */
    public int transportOffset() {
        return transportOffset;
    }

    /**
     * Sets where the transport header starts.
     *
     * @param offset bytes from the packet's start, or {@link #UNKNOWN}
     */
    public void setTransportOffset(int offset) {
        this.transportOffset = offset;
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
        moveOffsets(bytes);
    }

    /**
     * Makes the packet shorter at its front.
     *
     * @param bytes how many, 0 to the packet's length
     */
    public void pull(int bytes) {
        setBounds(data() + bytes, length() - bytes);
        moveOffsets(-bytes);
    }

    private void moveOffsets(int bytes) {
        checksumEnd += bytes;
        if (transportOffset != UNKNOWN) {
            transportOffset += bytes;
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
