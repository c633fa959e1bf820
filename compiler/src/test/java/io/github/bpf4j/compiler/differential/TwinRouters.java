/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.codegen.CompilerOptions;
import io.github.bpf4j.compiler.codegen.ProgramCompiler;
import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.TestNetworkNamespace;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.TunDevice;
import io.github.bpf4j.runtime.lwt.Device;
import io.github.bpf4j.runtime.lwt.IpPrefix;
import io.github.bpf4j.runtime.lwt.NetworkNamespace;
import io.github.bpf4j.runtime.lwt.Route;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.pipeline.Fate;
import io.github.bpf4j.runtime.pipeline.PacketVector;
import io.github.bpf4j.runtime.pipeline.Router;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The same router twice: Linux in a network namespace of its own between two TUN devices, and a {@link Router}. Devices, addresses and routes
 * are the same; a program has one map, {@code area}. Linux forwards a packet before the write to its device returns.
 */
final class TwinRouters implements AutoCloseable {
    /** Bytes in the area. */
    static final int AREA = 512;

    /** The MTU of the device that packets leave by. */
    static final int MTU = 1400;

    private static final int IN = 1;
    private static final int OUT = 2;
    private static final byte[] KEY = new byte[4];

    private final TestNetworkNamespace linux;
    private final NetworkNamespace namespace = new NetworkNamespace();
    private final Router router = new Router(namespace, new ExecutionContext(0));
    private final PacketVector vector = new PacketVector();
    private final List<KernelLoader.Loaded> loaded = new ArrayList<>();
    private final List<KernelMap> linuxAreas = new ArrayList<>();
    private final List<BpfMap> areas = new ArrayList<>();
    private final TunDevice in;
    private final TunDevice out;
    /** A bpf file system, through which programs get from here to {@code ip route}. */
    private final Path pins;

    TwinRouters() throws IOException {
        assumeSegmentRouting();
        linux = TestNetworkNamespace.create();
        in = open("bpf4ji%d");
        out = open("bpf4jo%d");
        for (String setting : List.of(
                "ipv4.ip_forward=1",
                "ipv4.conf.all.rp_filter=0",
                "ipv4.conf.default.rp_filter=0",
                "ipv4.conf." + in.name() + ".rp_filter=0",
                "ipv6.conf.all.forwarding=1",
                "ipv6.conf.all.seg6_enabled=1",
                "ipv6.conf." + in.name() + ".seg6_enabled=1")) {
            linux.sysctl(
                    "net." + setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        linux.ip("link set " + out.name() + " mtu " + MTU);
        up(in, "10.1.0.254/24", "fd0a::ff/64");
        up(out, "10.2.0.254/24", "fd0b::ff/64");
        namespace.addDevice(new Device(IN, in.name(), false, 0xfd0aL << 48, 0xff));
        namespace.addDevice(new Device(OUT, out.name(), false, 0xfd0bL << 48, 0xff).withMtu(MTU));
        namespace.setAcceptLocal(true);
        for (String prefix : List.of("10.2.0.0/24", "fd0b::/64")) {
            namespace.fib().put(Route.to(IpPrefix.parse(prefix), OUT).build());
        }
        pins = Files.createTempDirectory("bpf4j-pins");
        try {
            linux.enter("mount -t bpf bpf " + pins);
        } catch (IllegalStateException e) {
            linux.close();
            assumeTrue(false, "no bpf file system can be mounted here: " + e.getMessage());
        }
    }

    /** Skips the test where Linux has been built without segment routing. */
    static void assumeSegmentRouting() {
        assumeTrue(
                Files.exists(Path.of("/proc/sys/net/ipv6/conf/all/seg6_enabled")), "Linux has no segment routing here");
    }

    private TunDevice open(String name) {
        try {
            TunDevice device = TunDevice.open(name);
            linux.adopt(device.name());
            return device;
        } catch (IOException e) {
            linux.close();
            assumeTrue(false, "TUN devices cannot be made here: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    private void up(TunDevice device, String ipv4, String ipv6) {
        linux.ip("link set " + device.name() + " addrgenmode none");
        linux.ip("addr add " + ipv4 + " dev " + device.name());
        linux.ip("-6 addr add " + ipv6 + " dev " + device.name() + " nodad");
        linux.ip("link set " + device.name() + " up");
    }

    /** Adds a route without programs that leads out. */
    void route(String prefix) {
        linux.ip("route add " + prefix + " dev " + out.name());
        namespace.fib().put(Route.to(IpPrefix.parse(prefix), OUT).build());
    }

    /**
     * Adds a route with a program that leads out.
     *
     * @param prefix destinations
     * @param type the program's type
     * @param text its instructions
     * @param headroom the route's headroom, or 0
     */
    void route(String prefix, ProgramType type, String text, int headroom) throws VerifierException, IOException {
        BpfMap area = ProgramPair.map(new MapDefinition("area", MapType.ARRAY, 4, AREA, 1, 0));
        Program program = Program.of(
                "twin", type, Assembler.assemble(text, List.of("area")).instructions(), List.of(area));
        BpfProgram compiled = ProgramCompiler.compile(Verifier.verify(program), CompilerOptions.DEFAULT);
        KernelLoader.Loaded kernel = KernelLoader.load(program);
        loaded.add(kernel);
        Path pin = pins.resolve("program-" + loaded.size());
        int error = kernel.program().pin(pin);
        if (error != 0) {
            throw new IllegalStateException("pinning " + pin + ": " + error + "\n" + kernel.log());
        }
        try {
            String encap = type == ProgramType.LWT_SEG6LOCAL
                    ? "seg6local action End.BPF endpoint pinned " + pin
                    : "bpf " + type.name().substring(4).toLowerCase(Locale.ROOT) + " pinned " + pin
                            + (headroom == 0 ? "" : " headroom " + headroom);
            linux.enter("ip route add " + prefix + " encap " + encap + " dev " + out.name());
        } finally {
            Files.delete(pin);
        }
        Route.Builder route = Route.to(IpPrefix.parse(prefix), OUT).attach(compiled);
        if (headroom != 0) {
            route.headroom(headroom);
        }
        namespace.fib().put(route.build());
        areas.add(area);
        linuxAreas.add(kernel.maps().getFirst());
    }

    /**
     * What leaves Linux when a packet comes in.
     *
     * @param area the programs' input
     */
    List<String> linux(byte[] packet, byte[] area) throws IOException {
        linuxAreas.forEach(map -> map.update(KEY, area, 0));
        read(out);
        in.write(MemorySegment.ofArray(packet), 0, packet.length);
        read(in); // what Linux says to the sender
        return read(out);
    }

    private static List<String> read(TunDevice device) throws IOException {
        List<String> packets = new ArrayList<>();
        while (true) {
            int length = device.receive();
            if (length < 0) {
                return packets;
            }
            byte[] packet = new byte[length];
            device.copy(length, packet, 0);
            if (!isMulticastReport(packet)) {
                packets.add(HexFormat.of().formatHex(packet));
            }
        }
    }

    /** Linux tells the link now and then which multicast groups it listens to. */
    private static boolean isMulticastReport(byte[] packet) {
        return packet.length >= 40 && packet[0] >> 4 == 6 && packet[24] == -1 && packet[25] == 2;
    }

    /** What leaves here when a packet comes in. */
    List<String> here(byte[] packet, byte[] area) {
        areas.forEach(map -> MemorySegment.copy(MemorySegment.ofArray(area), 0, map.values(), 0, AREA));
        System.arraycopy(packet, 0, vector.buffer(packet.length), PacketVector.HEADROOM, packet.length);
        vector.add(LinkType.RAW_IP, packet.length, 0, packet.length);
        router.receive(vector, IN, null);
        List<String> packets = new ArrayList<>();
        for (int i = 0; i < vector.count(); i++) {
            if (vector.fate(i) == Fate.SENT && vector.ifindex(i) == OUT) {
                packets.add(HexFormat.of().formatHex(vector.packet(i).toByteArray()));
            }
        }
        vector.clear();
        return packets;
    }

    /** The programs' output in Linux. */
    List<String> linuxAreas() {
        return linuxAreas.stream().map(map -> hex(map.lookup(KEY))).toList();
    }

    /** The programs' output here. */
    List<String> areas() {
        return areas.stream()
                .map(map -> hex(map.values().asSlice(0, AREA).toArray(ValueLayout.JAVA_BYTE)))
                .toList();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() throws IOException {
        loaded.forEach(KernelLoader.Loaded::close);
        linux.enter("umount " + pins);
        Files.delete(pins);
        in.close();
        out.close();
        linux.close();
    }
}
