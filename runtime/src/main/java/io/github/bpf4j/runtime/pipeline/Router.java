/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.pipeline;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.DropReason;
import io.github.bpf4j.runtime.lwt.HookPoint;
import io.github.bpf4j.runtime.lwt.IpHeaders;
import io.github.bpf4j.runtime.lwt.Ipv4Fragments;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.lwt.RouteTable;
import io.github.bpf4j.runtime.lwt.Seg6Endpoint;
import io.github.bpf4j.runtime.packet.Destination;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.NetworkStack;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The part of the network stack around the LWT hooks, for one worker: looks up routes, runs the programs they carry and does what the
 * return codes say, as Linux 6.18 does. A received packet passes in → forwarding → out → xmit, or in → local delivery; a sent one out
 * → xmit.
 *
 * <p>Packets of a vector that are at the same hook with the same program run through it together. Not thread-safe.
 */
public final class Router implements NetworkStack {
    /** Programs that may run on one packet, all hooks taken together; the next one is refused: Linux's limit on nested tunnels. */
    public static final int MAX_RUNS = 9;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final Stage[] WITH_PROGRAMS = {Stage.SEG6LOCAL, Stage.IN, Stage.OUT, Stage.XMIT};

    private final NetworkNamespace namespace;
    private final ExecutionContext context;
    private final Counters counters = new Counters();

    private final Transit transit = new Transit();
    private final SkBuff[] group = new SkBuff[PacketVector.SIZE];
    private final int[] groupIndexes = new int[PacketVector.SIZE];
    private final int[] groupProtocols = new int[PacketVector.SIZE];
    private final @Nullable Destination[] groupDestinations = new @Nullable Destination[PacketVector.SIZE];
    private final int[] verdicts = new int[PacketVector.SIZE];
    private PacketVector vector = new PacketVector();

    /**
     * Creates the stack of a worker.
     *
     * @param namespace devices and routes, shared with other workers
     * @param context the worker's state; its network becomes this stack
     */
    public Router(NetworkNamespace namespace, ExecutionContext context) {
        this.namespace = namespace;
        this.context = context;
        Arrays.fill(group, new SkBuff(new byte[0], 0, 0));
        context.setNetwork(this);
    }

    /**
     * What this worker has counted.
     *
     * @return the live counters
     */
    public Counters counters() {
        return counters;
    }

    /**
     * The routes that packets take when they come in, in place of what a lookup would find. Packets that are routed again are looked up.
     *
     * @param ipv4 the route of IPv4 packets
     * @param ipv6 the route of IPv6 packets
     */
    public record Entry(Route ipv4, Route ipv6) {}

    /**
     * Works on packets that a device received.
     *
     * @param packets the packets; afterwards each has a fate
     * @param ifindex the device, from 1
     * @param entry the routes they take, or null to look each one's route up
     */
    public void receive(PacketVector packets, int ifindex, @Nullable Entry entry) {
        process(packets, ifindex, entry);
    }

    /**
     * Works on packets that this node sends.
     *
     * @param packets the packets; afterwards each has a fate
     * @param entry the routes they take, or null to look each one's route up
     */
    public void send(PacketVector packets, @Nullable Entry entry) {
        process(packets, 0, entry);
    }

    private void process(PacketVector packets, int ifindex, @Nullable Entry entry) {
        long start = System.nanoTime();
        long traps = context.traps();
        vector = packets;
        transit.begin(packets.count());
        for (int i = 0; i < packets.count(); i++) {
            enter(i, ifindex, entry);
        }
        while (transit.anyPending()) {
            for (Stage stage : WITH_PROGRAMS) {
                runStage(stage);
            }
        }
        counters.vector(packets, System.nanoTime() - start, context.traps() - traps);
    }

    private void enter(int i, int ifindex, @Nullable Entry entry) {
        SkBuff skb = vector.packet(i);
        if (!vector.isIp(i)) {
            finish(i, Fate.BYPASSED, 0);
            return;
        }
        skb.setIfindex(ifindex);
        skb.setIngressIfindex(ifindex);
        boolean received = ifindex != 0;
        skb.setHasSocket(!received);
        IpHeaders.findTransport(skb);
        if (entry == null) {
            route(i, received);
        } else {
            take(i, skb.protocol() == IpHeaders.PROTOCOL_IPV4 ? entry.ipv4() : entry.ipv6(), received);
        }
    }

    /** Looks up a packet's route by its present outer header and sends it on its way there. */
    private void route(int i, boolean received) {
        SkBuff skb = vector.packet(i);
        if (!IpHeaders.complete(skb)) {
            drop(i, DropReason.MALFORMED);
            return;
        }
        boolean ipv4 = skb.protocol() == IpHeaders.PROTOCOL_IPV4;
        Route found = ipv4
                ? namespace.fib().lookupIpv4(IpHeaders.destinationIpv4(skb))
                : namespace.fib().lookupIpv6(IpHeaders.destinationIpv6(skb, 0), IpHeaders.destinationIpv6(skb, 1));
        if (found == null) {
            drop(i, DropReason.NO_ROUTE);
        } else if (received && ipv4 && !namespace.acceptLocal() && isLocal(IpHeaders.sourceIpv4(skb))) {
            drop(i, DropReason.MARTIAN_SOURCE);
        } else {
            take(i, found, received);
        }
    }

    private boolean isLocal(int address) {
        Route back = namespace.fib().lookupIpv4(address);
        return back != null && back.kind() == Route.Kind.LOCAL;
    }

    private void take(int i, Route route, boolean received) {
        vector.packet(i).setDestination(route);
        transit.enter(
                i, !received ? Stage.OUT : route.program(HookPoint.SEG6LOCAL) != null ? Stage.SEG6LOCAL : Stage.IN);
    }

    /** Runs the programs of all packets at a stage, packets with the same program together. */
    @SuppressWarnings("ReferenceEquality") // a program is only ever equal to itself
    private void runStage(Stage stage) {
        HookPoint point = stage.point;
        if (point == null) {
            return;
        }
        int size;
        do {
            BpfProgram program = null;
            size = 0;
            for (int i = 0; i < vector.count(); i++) {
                if (transit.stage(i) != stage) {
                    continue;
                }
                SkBuff skb = vector.packet(i);
                BpfProgram own = routeOf(skb).program(point);
                if (own == null) {
                    advance(i, stage, skb.protocol());
                } else if (size < group.length && (program == null || own == program)) {
                    program = own;
                    size += prepare(i, size, stage) ? 1 : 0;
                }
            }
            if (program != null && size > 0) {
                program.run(context, group, size, verdicts);
                for (int g = 0; g < size; g++) {
                    act(g, stage, point);
                }
            }
        } while (size > 0);
    }

    private static Route routeOf(SkBuff skb) {
        if (skb.destination() instanceof Route route) {
            return route;
        }
        throw new IllegalStateException("a packet on its way has no route of this stack: " + skb.destination());
    }

    /** Puts a packet into the group that runs next, if its program may still run. */
    private boolean prepare(int i, int at, Stage stage) {
        SkBuff skb = vector.packet(i);
        if (!transit.mayRun(i)) {
            drop(i, DropReason.RECURSION_LIMIT);
            return false;
        }
        if (stage == Stage.SEG6LOCAL && !Seg6Endpoint.advance(skb)) {
            drop(i, DropReason.SEGMENT_ROUTING);
            return false;
        }
        skb.clearCb();
        skb.setRedirect(0, false);
        skb.resetNetworkHeader();
        group[at] = skb;
        groupIndexes[at] = i;
        groupProtocols[at] = skb.protocol();
        groupDestinations[at] = skb.destination();
        return true;
    }

    private void act(int g, Stage stage, HookPoint point) {
        int i = groupIndexes[g];
        counters.verdict(point, verdicts[g]);
        switch (point.action(verdicts[g])) {
            case CONTINUE -> advance(i, stage, groupProtocols[g]);
            case DROP -> drop(i, DropReason.PROGRAM);
            case ILLEGAL -> drop(i, DropReason.ILLEGAL_VERDICT);
            case REROUTE -> reroute(i, stage);
            case REDIRECT -> {
                if (stage == Stage.SEG6LOCAL && !Seg6Endpoint.accepts(group[g])) {
                    drop(i, DropReason.SEGMENT_ROUTING);
                } else if (stage == Stage.SEG6LOCAL) {
                    followAction(i, groupDestinations[g]);
                } else {
                    redirect(i);
                }
            }
        }
    }

    /** What comes behind a stage. */
    private void advance(int i, Stage stage, int protocolBefore) {
        SkBuff skb = vector.packet(i);
        switch (stage) {
            case SEG6LOCAL -> {
                if (!Seg6Endpoint.accepts(skb)) {
                    drop(i, DropReason.SEGMENT_ROUTING);
                } else {
                    route(i, true);
                }
            }
            case IN -> input(i, skb);
            case OUT -> output(i, skb);
            case XMIT -> {
                if (skb.protocol() != protocolBefore) {
                    drop(i, DropReason.PROTOCOL_CHANGED);
                } else {
                    finish(i, Fate.SENT, routeOf(skb).ifindex());
                }
            }
            case WAITING, DONE -> throw new IllegalStateException("packet " + i + " is " + stage);
        }
    }

    private void input(int i, SkBuff skb) {
        switch (routeOf(skb).kind()) {
            case LOCAL -> finish(i, Fate.DELIVERED, 0);
            case BLACKHOLE -> drop(i, DropReason.BLACKHOLE);
            case UNICAST -> {
                if (!IpHeaders.complete(skb)) {
                    drop(i, DropReason.MALFORMED);
                } else if (tooLongToForward(skb)) {
                    drop(i, DropReason.TOO_LONG);
                } else if (!IpHeaders.forward(skb)) {
                    drop(i, DropReason.TTL_EXPIRED);
                } else {
                    transit.enter(i, Stage.OUT);
                }
            }
        }
    }

    private void output(int i, SkBuff skb) {
        Route route = routeOf(skb);
        switch (route.kind()) {
            case LOCAL -> finish(i, Fate.DELIVERED, 0);
            case BLACKHOLE -> drop(i, DropReason.BLACKHOLE);
            case UNICAST -> {
                skb.setIfindex(route.ifindex());
                int mtu = namespace.mtu(route);
                if (skb.length() <= mtu || skb.gsoSize() != 0) {
                    transit.enter(i, Stage.XMIT);
                } else if (skb.protocol() != IpHeaders.PROTOCOL_IPV4 || !Ipv4Fragments.allowed(skb)) {
                    drop(i, transit.rerouted(i) ? DropReason.TOO_LONG_REROUTED : DropReason.TOO_LONG);
                } else {
                    fragment(i, skb, mtu);
                }
            }
        }
    }

    private boolean tooLongToForward(SkBuff skb) {
        return skb.length() > namespace.mtu(routeOf(skb))
                && skb.gsoSize() == 0
                && (skb.protocol() != IpHeaders.PROTOCOL_IPV4 || !Ipv4Fragments.allowed(skb));
    }

    /** Puts fragments in the place of a packet. Each passes the xmit hook on its own, one after the other. */
    private void fragment(int i, SkBuff skb, int mtu) {
        int count = Ipv4Fragments.count(skb, mtu);
        if (count == 0) {
            drop(i, DropReason.MALFORMED);
            return;
        }
        int first = vector.count();
        for (int n = 0; n < count; n++) {
            int fragment = derive(i, Ipv4Fragments.length(skb, n, mtu));
            if (fragment < 0) {
                for (int made = first; made < vector.count(); made++) {
                    drop(made, DropReason.NO_BUFFERS);
                }
                drop(i, DropReason.NO_BUFFERS);
                return;
            }
            Ipv4Fragments.write(skb, n, mtu, vector.packet(fragment));
        }
        transit.replace(i, first, vector.count() - 1);
        finish(i, Fate.FRAGMENTED, 0);
    }

    /** Adds a packet made of another; negative if there is no room. */
    private int derive(int origin, int length) {
        int i = vector.derive(origin, length);
        if (i >= 0) {
            transit.derive(i, origin);
        }
        return i;
    }

    private void reroute(int i, Stage stage) {
        int protocol = vector.packet(i).protocol();
        if (protocol != IpHeaders.PROTOCOL_IPV4 && protocol != IpHeaders.PROTOCOL_IPV6) {
            drop(i, DropReason.REROUTE_PROTOCOL);
        } else {
            transit.reroute(i);
            route(i, stage == Stage.IN);
        }
    }

    /** Segment routing's BPF_REDIRECT: on to the destination that an action helper has set. */
    @SuppressWarnings("ReferenceEquality") // an equal destination set anew counts as set
    private void followAction(int i, @Nullable Destination before) {
        SkBuff skb = vector.packet(i);
        if (skb.destination() == before || !(skb.destination() instanceof Route next)) {
            drop(i, DropReason.SEGMENT_ROUTING);
        } else {
            take(i, next, true);
        }
    }

    private void redirect(int i) {
        SkBuff skb = vector.packet(i);
        if (reachable(skb, skb.redirectIfindex()) != 0) {
            drop(i, DropReason.REDIRECT_FAILED);
        } else if (skb.redirectIngress()) {
            receiveRedirected(i, skb.redirectIfindex());
        } else {
            finish(i, Fate.REDIRECTED, skb.redirectIfindex());
        }
    }

    /** A packet begins anew as one that a device received. */
    private void receiveRedirected(int i, int ifindex) {
        SkBuff skb = vector.packet(i);
        Device device = namespace.device(ifindex);
        if (device == null) {
            drop(i, DropReason.REDIRECT_FAILED);
            return;
        }
        DropReason reason = LinkHeaders.take(skb, device);
        if (reason != null) {
            drop(i, reason);
            return;
        }
        transit.release(i);
        transit.restart(i);
        skb.setIfindex(ifindex);
        skb.setIngressIfindex(ifindex);
        skb.setHasSocket(false);
        skb.setPriority(0);
        skb.dropTunnel();
        IpHeaders.findTransport(skb);
        route(i, true);
    }

    private int reachable(SkBuff skb, int ifindex) {
        Device device = namespace.device(ifindex);
        if (device == null) {
            return -Errno.EINVAL;
        }
        return device.ethernet() && skb.linkHeaderLength() < 14 ? -Errno.ERANGE : 0;
    }

    private void drop(int i, DropReason reason) {
        vector.drop(i, reason);
        transit.end(i);
        if (reason == DropReason.REDIRECT_FAILED) {
            transit.release(i);
        }
        // as in Linux, the first error ends the sending of a packet's fragments
        for (int next = transit.abandon(i); next >= 0; next = transit.abandon(next)) {
            vector.drop(next, DropReason.FRAGMENT_LOST);
            transit.end(next);
        }
    }

    private void finish(int i, Fate fate, int ifindex) {
        vector.finish(i, fate, ifindex);
        transit.end(i);
        transit.release(i);
    }

    @Override
    public int routeIpv6(SkBuff skb, MemorySegment address, long offset, int table) {
        long high = address.get(LONG, offset);
        long low = address.get(LONG, offset + 8);
        Route found;
        if (table == DEFAULT_TABLE) {
            found = namespace.fib().lookupIpv6(high, low);
        } else {
            RouteTable routes = namespace.fib().existingTable(table);
            if (routes == null) {
                return -Errno.EINVAL;
            }
            found = routes.lookupIpv6(high, low);
        }
        if (found == null) {
            return -Errno.ENETUNREACH;
        }
        skb.setDestination(found);
        return 0;
    }

    @Override
    public void sourceIpv6(SkBuff skb, MemorySegment address, long offset) {
        Destination destination = skb.destination();
        Device device = destination == null ? null : namespace.device(destination.ifindex());
        address.set(LONG, offset, device == null ? 0 : device.ipv6High());
        address.set(LONG, offset + 8, device == null ? 0 : device.ipv6Low());
    }

    @Override
    public int cloneRedirect(SkBuff skb, int ifindex, boolean ingress) {
        int error = reachable(skb, ifindex);
        if (error != 0) {
            return error;
        }
        if (!ingress) {
            return vector.cloneFor(skb, ifindex) ? 0 : -Errno.ENOMEM;
        }
        int clone = derive(vector.indexOf(skb), skb.length());
        if (clone < 0) {
            return -Errno.ENOMEM;
        }
        SkBuff copy = vector.packet(clone);
        MemorySegment.copy(skb.memory(), skb.data(), copy.memory(), copy.data(), skb.length());
        receiveRedirected(clone, ifindex);
        return 0;
    }
}
