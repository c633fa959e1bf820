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
import java.util.List;

/** Waits for packets on several TUN devices at once. For one thread; the devices stay open when it is closed. */
public final class TunSelector implements Closeable {
    /** {@code struct pollfd}: descriptor, events, events that came. */
    private static final int POLLFD_SIZE = 8;

    private static final int EVENTS = 4;

    private final Arena arena = Arena.ofShared();
    private final List<TunDevice> devices;
    private final MemorySegment state;
    private final MemorySegment descriptors;

    /**
     * Waits for some devices.
     *
     * @param devices the devices, open for as long as this is in use
     */
    public TunSelector(List<TunDevice> devices) {
        this.devices = List.copyOf(devices);
        this.state = NativeIo.allocateState(arena);
        this.descriptors = arena.allocate((long) POLLFD_SIZE * Math.max(1, devices.size()), 4);
    }

    /**
     * Waits until a packet can be read from one of the devices.
     *
     * @param milliseconds how long to wait at most; 0 does not wait
     * @return whether there is one
     * @throws IOException if a device is closed or fails
     */
    public boolean await(int milliseconds) throws IOException {
        for (int i = 0; i < devices.size(); i++) {
            descriptors.set(
                    ValueLayout.JAVA_INT, (long) POLLFD_SIZE * i, devices.get(i).descriptor());
            descriptors.set(ValueLayout.JAVA_SHORT, (long) POLLFD_SIZE * i + EVENTS, NativeIo.POLLIN);
        }
        int ready = NativeIo.poll(state, descriptors, devices.size(), milliseconds);
        if (ready < 0 && NativeIo.errno(state) != NativeIo.EINTR) {
            throw NativeIo.failure("waiting for TUN devices", state);
        }
        return ready > 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
