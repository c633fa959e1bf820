/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.IpHeaders;
import io.github.bpf4j.runtime.packet.SkBuff;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #SIZE} packets on their way through the pipeline, with the link headers that were taken off them, and what became of
 * each. Buffers are reused from one filling to the next. Not thread-safe: it is handed from thread to thread.
 */
public final class PacketVector {
    /** The most packets in a vector. */
    public static final int SIZE = 256;
    /** Where a frame's first byte goes in its buffer: what encapsulation can use without moving the packet. */
    public static final int HEADROOM = 512;

    private static final int TAILROOM = 64;
    private static final int USUAL_FRAME = 2048;
    /** The longest link header that is kept: Ethernet with a dozen VLAN tags. A frame with a longer one is not looked into. */
    private static final int LINK_ROOM = 64;
    /** Buffers larger than this are let go after use, so that one jumbo packet does not stay in memory for ever. */
    private static final int LARGEST_KEPT = 16_384;
    /** Clones a vector may hold, and packets beside those that came in; a program that asks for more gets an error instead of the memory. */
    private static final int MOST_CLONES = 16 * SIZE;

    private static final byte[] NO_BYTES = {};

    private SkBuff[] packets = new SkBuff[SIZE];
    private byte[] linkHeaders = new byte[SIZE * LINK_ROOM];
    private int[] linkLengths = new int[SIZE];
    private LinkType[] linkTypes = new LinkType[SIZE];
    private boolean[] ip = new boolean[SIZE];
    private int[] frameLengths = new int[SIZE];
    private long[] timestamps = new long[SIZE];
    private long[] originalLengths = new long[SIZE];
    private Fate[] fates = new Fate[SIZE];
    private @Nullable DropReason[] reasons = new @Nullable DropReason[SIZE];
    private int[] ifindexes = new int[SIZE];
    private int count;
    private int arrived;

    private SkBuff[] clones = {};
    private int[] cloneOrigins = {};
    private int[] cloneIfindexes = {};
    private int cloneCount;

    /** Creates an empty vector. */
    public PacketVector() {
        for (int i = 0; i < SIZE; i++) {
            packets[i] = new SkBuff(NO_BYTES, 0, 0);
        }
        Arrays.fill(linkTypes, LinkType.ETHERNET);
        Arrays.fill(fates, Fate.PENDING);
    }

    /** Makes the vector empty, for the next filling. */
    public void clear() {
        for (int i = 0; i < count; i++) {
            release(packets[i]);
        }
        for (int i = 0; i < cloneCount; i++) {
            release(clones[i]);
        }
        count = 0;
        arrived = 0;
        cloneCount = 0;
    }

    private static void release(SkBuff skb) {
        if (skb.memory().byteSize() > LARGEST_KEPT) {
            skb.reset(NO_BYTES, MemorySegment.ofArray(NO_BYTES), 0, 0);
        }
        skb.clearMetadata();
    }

    /**
     * Whether another frame fits.
     *
     * @return whether there are fewer than {@value #SIZE} packets
     */
    public boolean hasRoom() {
        return count < SIZE;
    }

    /**
     * The buffer for the next frame, whose bytes go to index {@value #HEADROOM} and on; {@link #add} then takes it in.
     *
     * @param length bytes of the frame
     * @return an array with room for them
     * @throws IllegalStateException if the vector is full
     */
    public byte[] buffer(int length) {
        if (count == SIZE) {
            throw new IllegalStateException("the vector is full");
        }
        SkBuff skb = packets[count];
        byte[] array = skb.array();
        if (array == null || array.length < HEADROOM + length + TAILROOM) {
            array = new byte[HEADROOM + Math.max(length, USUAL_FRAME) + TAILROOM];
            skb.reset(array, MemorySegment.ofArray(array), HEADROOM, 0);
        }
        return array;
    }

    /**
     * Takes in the frame whose bytes stand in the {@link #buffer}: takes the link header off an IP packet and keeps it.
     *
     * @param linkType the frame's link layer
     * @param length bytes of the frame
     * @param timestampNanos when it was captured, in nanoseconds since 1970
     * @param originalLength its length on the wire
     */
    public void add(LinkType linkType, int length, long timestampNanos, long originalLength) {
        int i = count;
        SkBuff skb = packets[i];
        byte[] array = Objects.requireNonNull(skb.array());
        long located = linkType.locate(array, HEADROOM, length);
        int link = 0;
        ip[i] = false;
        if (located != LinkType.RUNT && LinkType.networkOffset(located) <= LINK_ROOM) {
            int protocol = LinkType.protocol(located);
            if (protocol == LinkType.ETH_P_IP || protocol == LinkType.ETH_P_IPV6) {
                ip[i] = true;
                link = LinkType.networkOffset(located);
                System.arraycopy(array, HEADROOM, linkHeaders, i * LINK_ROOM, link);
            }
            skb.setProtocol(IpHeaders.networkOrder(protocol));
            skb.setPacketType(LinkType.packetType(located));
        }
        skb.reset(array, skb.memory(), HEADROOM + link, length - link);
        linkLengths[i] = link;
        linkTypes[i] = linkType;
        frameLengths[i] = length;
        timestamps[i] = timestampNanos;
        originalLengths[i] = originalLength;
        fates[i] = Fate.PENDING;
        reasons[i] = null;
        ifindexes[i] = 0;
        count++;
        arrived++;
    }

    /**
     * How many packets there are: those that came in, and behind them those that were made of them on the way, such as fragments.
     *
     * @return 0 or more
     */
    public int count() {
        return count;
    }

    /**
     * How many packets came in.
     *
     * @return 0 to {@value #SIZE}
     */
    public int arrived() {
        return arrived;
    }

    /**
     * A packet, which begins at its IP header; what is no IP packet is the whole frame.
     *
     * @param i 0 to {@link #count} - 1
     * @return the packet
     */
    public SkBuff packet(int i) {
        return packets[Objects.checkIndex(i, count)];
    }

    /**
     * Whether a packet is IPv4 or IPv6, by its link header.
     *
     * @param i its index
     * @return whether programs may see it
     */
    public boolean isIp(int i) {
        return ip[Objects.checkIndex(i, count)];
    }

    /**
     * The link layer a packet came by.
     *
     * @param i its index
     * @return the type
     */
    public LinkType linkType(int i) {
        return linkTypes[Objects.checkIndex(i, count)];
    }

    /**
     * Bytes of link header that were taken off a packet.
     *
     * @param i its index
     * @return 0 to 64
     */
    public int linkLength(int i) {
        return linkLengths[Objects.checkIndex(i, count)];
    }

    /**
     * Copies the link header that was taken off a packet, with the packet's present protocol as its ethertype.
     *
     * @param i the packet's index
     * @param into receives {@link #linkLength} bytes from index 0 on
     * @return the bytes copied
     */
    public int copyLinkHeader(int i, byte[] into) {
        int length = linkLength(i);
        System.arraycopy(linkHeaders, i * LINK_ROOM, into, 0, length);
        if (length > 0) {
            linkTypes[i].putProtocol(into, 0, length, IpHeaders.networkOrder(packets[i].protocol()));
        }
        return length;
    }

    /**
     * When a packet was captured.
     *
     * @param i its index
     * @return nanoseconds since 1970
     */
    public long timestampNanos(int i) {
        return timestamps[Objects.checkIndex(i, count)];
    }

    /**
     * The length on the wire of a packet's frame, as it came in.
     *
     * @param i its index
     * @return bytes
     */
    public long originalLength(int i) {
        return originalLengths[Objects.checkIndex(i, count)];
    }

    /**
     * The length of a packet's frame, as it came in.
     *
     * @param i its index
     * @return bytes
     */
    public int frameLength(int i) {
        return frameLengths[Objects.checkIndex(i, count)];
    }

    /**
     * What became of a packet.
     *
     * @param i its index
     * @return its fate
     */
    public Fate fate(int i) {
        return fates[Objects.checkIndex(i, count)];
    }

    /**
     * Why a packet was dropped.
     *
     * @param i its index
     * @return the reason, or null if it was not dropped
     */
    public @Nullable DropReason dropReason(int i) {
        return reasons[Objects.checkIndex(i, count)];
    }

    /**
     * The device that a packet was sent or redirected to.
     *
     * @param i its index
     * @return its interface index, 0 if it went to none
     */
    public int ifindex(int i) {
        return ifindexes[Objects.checkIndex(i, count)];
    }

    /**
     * How many copies programs made of packets in this vector.
     *
     * @return the clones
     */
    public int cloneCount() {
        return cloneCount;
    }

    /**
     * A copy that a program sent to a device.
     *
     * @param clone 0 to {@link #cloneCount} - 1
     * @return the copy
     */
    public SkBuff clonedPacket(int clone) {
        return clones[Objects.checkIndex(clone, cloneCount)];
    }

    /**
     * The packet that a clone was made of.
     *
     * @param clone the clone's index
     * @return the packet's index
     */
    public int cloneOrigin(int clone) {
        return cloneOrigins[Objects.checkIndex(clone, cloneCount)];
    }

    /**
     * The device that a clone was sent to.
     *
     * @param clone the clone's index
     * @return its interface index
     */
    public int cloneIfindex(int clone) {
        return cloneIfindexes[Objects.checkIndex(clone, cloneCount)];
    }

    /** All packet slots, of which the first {@link #count} are in use. */
    SkBuff[] packets() {
        return packets;
    }

    void drop(int i, DropReason reason) {
        fates[i] = Fate.DROPPED;
        reasons[i] = reason;
    }

    void finish(int i, Fate fate, int ifindex) {
        fates[i] = fate;
        ifindexes[i] = ifindex;
    }

    /**
     * Adds a packet that is made of another, with the other's metadata and link header.
     *
     * @param origin the other packet's index
     * @param length its bytes, which the caller writes
     * @return its index, or -1 if there are too many already
     */
    int derive(int origin, int length) {
        if (count - arrived == MOST_CLONES) {
            return -1;
        }
        if (count == packets.length) {
            grow();
        }
        int i = count++;
        SkBuff skb = packets[i];
        byte[] array = skb.array();
        if (array == null || array.length < HEADROOM + length + TAILROOM) {
            array = new byte[HEADROOM + Math.max(length, USUAL_FRAME) + TAILROOM];
            skb.reset(array, MemorySegment.ofArray(array), HEADROOM, length);
        } else {
            skb.reset(array, skb.memory(), HEADROOM, length);
        }
        skb.copyMetadata(packets[origin]);
        System.arraycopy(linkHeaders, origin * LINK_ROOM, linkHeaders, i * LINK_ROOM, linkLengths[origin]);
        linkLengths[i] = linkLengths[origin];
        linkTypes[i] = linkTypes[origin];
        ip[i] = ip[origin];
        frameLengths[i] = linkLengths[origin] + length;
        originalLengths[i] = frameLengths[i];
        timestamps[i] = timestamps[origin];
        fates[i] = Fate.PENDING;
        reasons[i] = null;
        ifindexes[i] = 0;
        return i;
    }

    private void grow() {
        int old = packets.length;
        int more = 2 * old;
        packets = Arrays.copyOf(packets, more);
        linkHeaders = Arrays.copyOf(linkHeaders, more * LINK_ROOM);
        linkLengths = Arrays.copyOf(linkLengths, more);
        linkTypes = Arrays.copyOf(linkTypes, more);
        ip = Arrays.copyOf(ip, more);
        frameLengths = Arrays.copyOf(frameLengths, more);
        timestamps = Arrays.copyOf(timestamps, more);
        originalLengths = Arrays.copyOf(originalLengths, more);
        fates = Arrays.copyOf(fates, more);
        reasons = Arrays.copyOf(reasons, more);
        ifindexes = Arrays.copyOf(ifindexes, more);
        for (int i = old; i < more; i++) {
            packets[i] = new SkBuff(NO_BYTES, 0, 0);
            linkTypes[i] = LinkType.ETHERNET;
            fates[i] = Fate.PENDING;
        }
    }

    /** Copies a packet of this vector for a device; false if there are too many copies already. */
    boolean cloneFor(SkBuff skb, int ifindex) {
        if (cloneCount == MOST_CLONES) {
            return false;
        }
        if (cloneCount == clones.length) {
            int more = Math.max(16, 2 * cloneCount);
            clones = Arrays.copyOf(clones, more);
            cloneOrigins = Arrays.copyOf(cloneOrigins, more);
            cloneIfindexes = Arrays.copyOf(cloneIfindexes, more);
            for (int i = cloneCount; i < more; i++) {
                clones[i] = new SkBuff(NO_BYTES, 0, 0);
            }
        }
        SkBuff clone = clones[cloneCount];
        int length = skb.length();
        byte[] array = clone.array();
        if (array == null || array.length < length) {
            array = new byte[Math.max(length, USUAL_FRAME)];
            clone.reset(array, MemorySegment.ofArray(array), 0, length);
        } else {
            clone.reset(array, clone.memory(), 0, length);
        }
        MemorySegment.copy(skb.memory(), skb.data(), clone.memory(), 0, length);
        clone.copyMetadata(skb);
        cloneOrigins[cloneCount] = indexOf(skb);
        cloneIfindexes[cloneCount] = ifindex;
        cloneCount++;
        return true;
    }

    /** The index of a packet of this vector. */
    int indexOf(SkBuff skb) {
        for (int i = 0; i < count; i++) {
            if (packets[i] == skb) {
                return i;
            }
        }
        throw new IllegalArgumentException("the packet is not of this vector");
    }
}
