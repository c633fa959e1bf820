/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.packet;

import java.lang.foreign.MemorySegment;

/**
 * A packet with the numbers that programs read and write as fields of {@code struct __sk_buff}. Integers are in host order unless stated
 * otherwise. Not thread-safe.
 */
public abstract sealed class ContextFields extends PacketBuffer permits SkBuff {
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

    ContextFields(byte[] array, int data, int length) {
        super(array, data, length);
    }

    ContextFields(MemorySegment memory, int data, int length) {
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

    /** Sets the control block to 0, as a hook does before its program runs. */
    public void clearCb() {
        for (int i = 0; i < CB_WORDS; i++) {
            cb[i] = 0;
        }
    }

    final void clearFields() {
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
        hash = 0;
        napiId = 0;
        gsoSegments = 0;
        gsoSize = 0;
        hasSocket = false;
        clearCb();
    }

    final void copyFields(ContextFields other) {
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
        hash = other.hash;
        napiId = other.napiId;
        gsoSegments = other.gsoSegments;
        gsoSize = other.gsoSize;
        hasSocket = other.hasSocket;
        System.arraycopy(other.cb, 0, cb, 0, CB_WORDS);
    }
}
