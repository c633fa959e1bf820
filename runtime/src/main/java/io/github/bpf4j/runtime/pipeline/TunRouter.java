/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.TunDevice;
import io.github.bpf4j.runtime.io.TunSelector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network node of user space: packets that the kernel sends to TUN devices go through a {@link Router} and leave by the devices that their
 * routes name. What is delivered to the node itself, dropped, or sent to a device that is not among them ends here. One thread runs it.
 */
public final class TunRouter {
    /** How long a stop may go unnoticed. */
    private static final int WAIT_MILLISECONDS = 50;

    private final Router router;
    private final Map<Integer, TunDevice> devices;
    private final Map<Integer, TunSink> sinks = new HashMap<>();
    private final PacketVector vector = new PacketVector();
    private volatile boolean stopped;

    /**
     * Makes a node.
     *
     * @param router its routes and programs
     * @param devices the devices by their interface index in the router's namespace; the caller keeps and closes them
     */
    public TunRouter(Router router, Map<Integer, TunDevice> devices) {
        this.router = router;
        this.devices = Map.copyOf(devices);
        devices.forEach((ifindex, device) -> sinks.put(ifindex, new TunSink(device)));
    }

    /**
     * Forwards packets until {@link #stop} is called.
     *
     * @throws IOException if a device is closed or fails
     */
    public void run() throws IOException {
        List<TunDevice> all = new ArrayList<>(devices.values());
        try (TunSelector selector = new TunSelector(all)) {
            while (!stopped) {
                if (selector.await(WAIT_MILLISECONDS)) {
                    for (Map.Entry<Integer, TunDevice> device : devices.entrySet()) {
                        forward(device.getKey(), device.getValue());
                    }
                }
            }
        }
    }

    private void forward(int ifindex, TunDevice device) throws IOException {
        while (vector.hasRoom()) {
            int length = device.receive();
            if (length < 0) {
                break;
            }
            device.copy(length, vector.buffer(length), PacketVector.HEADROOM);
            vector.add(LinkType.RAW_IP, length, System.currentTimeMillis() * 1_000_000L, length);
        }
        if (vector.count() > 0) {
            router.receive(vector, ifindex, null);
            send();
            vector.clear();
        }
    }

    private void send() throws IOException {
        for (int i = 0; i < vector.count(); i++) {
            Fate fate = vector.fate(i);
            TunSink sink = sinks.get(vector.ifindex(i));
            if (sink != null && (fate == Fate.SENT || fate == Fate.REDIRECTED)) {
                sink.packet(vector, i);
            }
        }
        for (int clone = 0; clone < vector.cloneCount(); clone++) {
            TunSink sink = sinks.get(vector.cloneIfindex(clone));
            if (sink != null) {
                sink.clonedPacket(vector, clone);
            }
        }
    }

    /** Ends {@link #run}. May be called by any thread. */
    public void stop() {
        stopped = true;
    }
}
