/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

import io.github.bpf4j.runtime.packet.Destination;
import io.github.bpf4j.runtime.program.BpfProgram;
import org.jspecify.annotations.Nullable;

/**
 * A route with the programs it carries: what {@code ip route add PREFIX encap bpf [in P] [out P] [xmit P] [headroom N] dev D} makes.
 * Immutable; made by a {@link Builder}.
 */
public final class Route implements Destination {
    /** What becomes of packets that take the route. */
    public enum Kind {
        /** They leave by the route's device. */
        UNICAST,
        /** They have arrived: the addresses are this node's own. */
        LOCAL,
        /** They are dropped. */
        BLACKHOLE
    }

    private final IpPrefix prefix;
    private final Kind kind;
    private final int ifindex;
    private final int realms;
    private final int headroom;
    private final int mtu;
    private final @Nullable BpfProgram in;
    private final @Nullable BpfProgram out;
    private final @Nullable BpfProgram xmit;
    private final @Nullable BpfProgram seg6local;

    private Route(Builder builder) {
        prefix = builder.prefix;
        kind = builder.kind;
        ifindex = builder.ifindex;
        realms = builder.realms;
        headroom = builder.headroom;
        mtu = builder.mtu;
        in = builder.in;
        out = builder.out;
        xmit = builder.xmit;
        seg6local = builder.seg6local;
    }

    /**
     * Begins a route.
     *
     * @param prefix the destinations it leads to
     * @param ifindex the device packets leave by, from 1
     * @return a builder of a unicast route without programs
     */
    public static Builder to(IpPrefix prefix, int ifindex) {
        return new Builder(prefix, ifindex);
    }

    /**
     * Where the route leads.
     *
     * @return the destinations
     */
    public IpPrefix prefix() {
        return prefix;
    }

    /**
     * What becomes of its packets.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    @Override
    public int ifindex() {
        return ifindex;
    }

    @Override
    public int realms() {
        return realms;
    }

    /**
     * The longest packet that may take the route: {@code mtu N} of {@code ip route}.
     *
     * @return bytes from the L3 header on, or 0 to go by the device's MTU
     */
    public int mtu() {
        return mtu;
    }

    /**
     * The headroom the route asks for. Buffers here grow by themselves; as in Linux, the room is taken off the MTU.
     *
     * @return 0 to 256 bytes
     */
    public int headroom() {
        return headroom;
    }

    /**
     * The program at a hook of this route.
     *
     * @param point the hook
     * @return the program, or null if there is none
     */
    public @Nullable BpfProgram program(HookPoint point) {
        return switch (point) {
            case IN -> in;
            case OUT -> out;
            case XMIT -> xmit;
            case SEG6LOCAL -> seg6local;
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(kind == Kind.UNICAST ? "" : kind.name().toLowerCase(java.util.Locale.ROOT) + " ")
                .append(prefix);
        for (HookPoint point : HookPoint.values()) {
            BpfProgram program = program(point);
            if (program != null) {
                text.append(' ')
                        .append(point.name().toLowerCase(java.util.Locale.ROOT))
                        .append(' ')
                        .append(program.name());
            }
        }
        return text.append(" dev ").append(ifindex).toString();
    }

    /** Collects what a route is made of. Not thread-safe. */
    public static final class Builder {
        private final IpPrefix prefix;
        private final int ifindex;
        private Kind kind = Kind.UNICAST;
        private int realms;
        private int headroom;
        private int mtu;
        private @Nullable BpfProgram in;
        private @Nullable BpfProgram out;
        private @Nullable BpfProgram xmit;
        private @Nullable BpfProgram seg6local;

        private Builder(IpPrefix prefix, int ifindex) {
            if (ifindex < 1) {
                throw new IllegalArgumentException("interface index " + ifindex + " is not positive");
            }
            this.prefix = prefix;
            this.ifindex = ifindex;
        }

        /**
         * Chooses what becomes of the packets.
         *
         * @param value the kind
         * @return this
         */
        public Builder kind(Kind value) {
            kind = value;
            return this;
        }

        /**
         * Sets the realms.
         *
         * @param from source realm, 0 to 65,535
         * @param to destination realm, 0 to 65,535
         * @return this
         * @throws IllegalArgumentException if one is out of range
         */
        public Builder realms(int from, int to) {
            if ((from | to) >>> 16 != 0) {
                throw new IllegalArgumentException("realms " + from + "/" + to + " are outside 0 to 65535");
            }
            realms = from << 16 | to;
            return this;
        }

        /**
         * Sets the headroom.
         *
         * @param bytes 1 to 256
         * @return this
         * @throws IllegalArgumentException if it is out of range, as {@code ip route} refuses it
         */
        public Builder headroom(int bytes) {
            if (bytes < 1 || bytes > 256) {
                throw new IllegalArgumentException("headroom " + bytes + " is outside 1 to 256");
            }
            headroom = bytes;
            return this;
        }

        /**
         * Sets the MTU, in place of the device's.
         *
         * @param bytes the longest packet, at least {@link Device#LEAST_MTU}
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder mtu(int bytes) {
            Device.checkMtu(bytes);
            mtu = bytes;
            return this;
        }

        /**
         * Attaches a program at the hook of its type, in place of the one before.
         *
         * @param program the program
         * @return this
         * @throws IllegalArgumentException if programs of its type cannot be attached to routes
         */
        public Builder attach(BpfProgram program) {
            HookPoint point = HookPoint.of(program.type())
                    .orElseThrow(() -> new IllegalArgumentException(
                            program.name() + " is a " + program.type() + " program, which no route carries"));
            switch (point) {
                case IN -> in = program;
                case OUT -> out = program;
                case XMIT -> xmit = program;
                case SEG6LOCAL -> seg6local = program;
            }
            return this;
        }

        /**
         * Makes the route.
         *
         * @return the route
         */
        public Route build() {
            return new Route(this);
        }
    }
}
