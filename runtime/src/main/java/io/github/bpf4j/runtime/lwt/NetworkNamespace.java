/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a network stack knows: devices and routes. Shared by all workers; may change while they run. */
public final class NetworkNamespace {
    private final Fib fib = new Fib();
    private volatile Device[] devices = {};
    private volatile boolean acceptLocal;

    /** Creates a namespace without devices and routes. */
    public NetworkNamespace() {}

    /**
     * The routes.
     *
     * @return the routing tables
     */
    public Fib fib() {
        return fib;
    }

    /**
     * Adds a device, or replaces the one with the same index.
     *
     * @param device the device
     */
    public synchronized void addDevice(Device device) {
        removeDevice(device.ifindex());
        Device[] more = Arrays.copyOf(devices, devices.length + 1);
        more[devices.length] = device;
        devices = more;
    }

    /**
     * Removes a device.
     *
     * @param ifindex its index
     */
    public synchronized void removeDevice(int ifindex) {
        devices = Arrays.stream(devices).filter(d -> d.ifindex() != ifindex).toArray(Device[]::new);
    }

    /**
     * Finds a device.
     *
     * @param ifindex its index
     * @return the device, or null if there is none
     */
    public @Nullable Device device(int ifindex) {
        for (Device device : devices) {
            if (device.ifindex() == ifindex) {
                return device;
            }
        }
        return null;
    }

    /**
     * The longest packet that a route takes: its own MTU or else its device's, less the headroom that it asks for, as Linux reckons.
     *
     * @param route the route
     * @return bytes from the L3 header on; {@link Device#NO_MTU} if packets may have any length
     */
    public int mtu(Route route) {
        Device device = route.mtu() != 0 ? null : device(route.ifindex());
        int mtu = route.mtu() != 0 ? route.mtu() : device == null ? Device.NO_MTU : device.mtu();
        return mtu == Device.NO_MTU || route.headroom() >= mtu ? mtu : mtu - route.headroom();
    }

    /**
     * The devices.
     *
     * @return a copy
     */
    public List<Device> devices() {
        return List.of(devices);
    }

    /**
     * Whether received packets may have one of the node's own addresses as their source: {@code accept_local} of
     * Linux's {@code ip-sysctl}.
     *
     * @return false unless it was set
     */
    public boolean acceptLocal() {
        return acceptLocal;
    }

    /**
     * Sets whether received packets may have one of the node's own addresses as their source.
     *
     * @param accept whether they may
     */
    public void setAcceptLocal(boolean accept) {
        acceptLocal = accept;
    }
}
