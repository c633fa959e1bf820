/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * A Linux TUN device: a network interface whose other end is this process. What the kernel sends to the interface is read here, what is written
 * here the kernel receives. Packets begin at their IP header.
 *
 * <p>The device belongs to the network namespace of the thread that opens it and goes away when it is closed, unless it was persistent before. Opening
 * needs CAP_NET_ADMIN. One thread may read while another writes; otherwise not thread-safe.
 *
 * @see <a href="https://docs.kernel.org/networking/tuntap.html">Universal TUN/TAP device driver</a>
 */
public final class TunDevice implements Closeable {
    /** The longest packet, in bytes. */
    public static final int MAX_PACKET = 65_535;

    private static final long TUNSETIFF = 0x400454caL;
    private static final int IFF_TUN = 1;
    private static final int IFF_NO_PI = 0x1000;
    /** {@code struct ifreq}: the name, then a union that holds the flags. */
    private static final int IFREQ_SIZE = 40;

    private static final int IFNAMSIZ = 16;

    private final Arena arena;
    private final int fd;
    private final String name;
    private final MemorySegment readState;
    private final MemorySegment writeState;
    private final MemorySegment readBuffer;
    private final MemorySegment writeBuffer;
    private final MemorySegment pollDescriptor;
    private volatile boolean closed;

    private TunDevice(Arena arena, int fd, String name) {
        this.arena = arena;
        this.fd = fd;
        this.name = name;
        readState = NativeIo.allocateState(arena);
        writeState = NativeIo.allocateState(arena);
        readBuffer = arena.allocate(MAX_PACKET);
        writeBuffer = arena.allocate(MAX_PACKET);
        pollDescriptor = arena.allocate(8, 4);
        pollDescriptor.set(ValueLayout.JAVA_INT, 0, fd);
        pollDescriptor.set(ValueLayout.JAVA_SHORT, 4, NativeIo.POLLIN);
    }

    /**
     * Opens a device, which is made if it does not exist. It is down at first.
     *
     * @param name the interface's name, 1 to 15 bytes; a {@code %d} in it is replaced by the first free number
     * @return the device
     * @throws IllegalArgumentException if the name is too long or empty
     * @throws IOException if the system has no TUN devices or refuses this one
     */
    public static TunDevice open(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= IFNAMSIZ) {
            throw new IllegalArgumentException(
                    "interface name '" + name + "' has not 1 to " + (IFNAMSIZ - 1) + " bytes");
        }
        Arena arena = Arena.ofShared();
        try {
            MemorySegment state = NativeIo.allocateState(arena);
            int fd = NativeIo.open(state, arena.allocateFrom("/dev/net/tun"), NativeIo.O_RDWR | NativeIo.O_NONBLOCK);
            if (fd < 0) {
                throw NativeIo.failure("opening /dev/net/tun", state);
            }
            MemorySegment request = arena.allocate(IFREQ_SIZE);
            MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, bytes.length);
            request.set(ValueLayout.JAVA_SHORT, IFNAMSIZ, (short) (IFF_TUN | IFF_NO_PI));
            if (NativeIo.ioctl(state, fd, TUNSETIFF, request) < 0) {
                IOException failure = NativeIo.failure("making TUN device '" + name + "'", state);
                NativeIo.close(state, fd);
                throw failure;
            }
            return new TunDevice(arena, fd, request.getString(0));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * The interface's name.
     *
     * @return the name, with any {@code %d} replaced
     */
    public String name() {
        return name;
    }

    /**
     * Waits until a packet can be read.
     *
     * @param milliseconds how long to wait at most; 0 does not wait
     * @return whether there is one
     * @throws IOException if the device is closed or fails
     */
    public boolean await(int milliseconds) throws IOException {
        checkOpen();
        int ready = NativeIo.poll(readState, pollDescriptor, 1, milliseconds);
        if (ready < 0 && NativeIo.errno(readState) != NativeIo.EINTR) {
            throw NativeIo.failure("waiting for " + name, readState);
        }
        return ready > 0;
    }

    /**
     * Takes the next packet from the kernel if there is one; does not wait. {@link #copy} then gives its bytes, so that the caller may find
     * a buffer large enough.
     *
     * @return the packet's bytes, 0 to {@value #MAX_PACKET}; -1 if no packet is waiting
     * @throws IOException if the device is closed or fails
     */
    public int receive() throws IOException {
        checkOpen();
        long length = NativeIo.read(readState, fd, readBuffer, MAX_PACKET);
        if (length < 0) {
            int errno = NativeIo.errno(readState);
            if (errno == NativeIo.EAGAIN || errno == NativeIo.EINTR) {
                return -1;
            }
            throw NativeIo.failure("reading " + name, readState);
        }
        return (int) length;
    }

    /**
     * Copies the packet that {@link #receive} took last.
     *
     * @param length bytes to copy, at most as many as it has
     * @param buffer receives them
     * @param offset where the first goes
     */
    public void copy(int length, byte[] buffer, int offset) {
        MemorySegment.copy(readBuffer, ValueLayout.JAVA_BYTE, 0, buffer, offset, length);
    }

    /**
     * Hands a packet to the kernel, which receives it from the interface.
     *
     * @param memory holds the packet
     * @param offset where it starts
     * @param length its bytes, 1 to {@value #MAX_PACKET}
     * @return false if the kernel had no room for it
     * @throws IOException if the device is closed or down, or the kernel refuses the packet
     */
    public boolean write(MemorySegment memory, long offset, int length) throws IOException {
        if (length < 1 || length > MAX_PACKET) {
            throw new IllegalArgumentException("packet of " + length + " bytes, outside 1 to " + MAX_PACKET);
        }
        checkOpen();
        MemorySegment.copy(memory, offset, writeBuffer, 0, length);
        long written = NativeIo.write(writeState, fd, writeBuffer, length);
        if (written == length) {
            return true;
        }
        int errno = NativeIo.errno(writeState);
        if (errno == NativeIo.EAGAIN || errno == NativeIo.EINTR) {
            return false;
        }
        throw NativeIo.failure("writing " + name, writeState);
    }

    /** The file descriptor, for waiting on several devices. */
    int descriptor() throws IOException {
        checkOpen();
        return fd;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException(name + " is closed");
        }
    }

    /** Closes the device. No thread may be reading or writing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NativeIo.close(writeState, fd);
            arena.close();
        }
    }
}
