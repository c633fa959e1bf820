/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.samples;

import io.github.bpf4j.runtime.io.LinkType;
import io.github.bpf4j.runtime.io.PcapWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Makes up Ethernet traffic between 10.0.0.2, 10.0.0.3 and others: TCP to port 8080 and elsewhere, UDP, ICMP, IPv4 options (ihl 5 to 15), headers cut short,
 * fragments, IPv6, VLAN tags, ARP and 802.3 frames. The same seed gives the same frames.
 */
public final class MixedTraffic {
    /** The seed and the size of {@code samples/captures/mixed.pcap}. */
    static final long SAMPLE_SEED = 8080;

    static final int SAMPLE_FRAMES = 4096;

    private static final long FIRST_TIME = 1_700_000_000_000_000_000L;
    private static final long GATEWAY_MAC = 0x02_00_00_00_00_01L;
    private static final long CLIENT_MAC = 0x02_00_00_00_00_02L;
    private static final long SERVER_MAC = 0x02_00_00_00_00_03L;
    private static final long BROADCAST_MAC = 0xff_ff_ff_ff_ff_ffL;
    private static final long BRIDGE_MAC = 0x01_80_c2_00_00_00L;
    private static final int CLIENT = 0x0a000002;
    private static final int SERVER = 0x0a000003;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final byte[] CLIENT6 = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    private static final byte[] SERVER6 = {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3};
    private static final int[] PORTS = {22, 53, 80, 443, 8000, 8079, 8081, 9090, 0x901f};

    private final Random random;
    private int identification;

    /**
     * Starts a stream of frames.
     *
     * @param seed any number
     */
    public MixedTraffic(long seed) {
        random = new Random(seed); // its sequence is part of its specification, so that every JDK makes the same file
    }

    /**
     * Writes the sample capture.
     *
     * @param args the file to write
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: MixedTraffic FILE.pcap");
            System.exit(2);
        }
        try (OutputStream out = Files.newOutputStream(Path.of(args[0]))) {
            write(out);
        }
    }

    static void write(OutputStream out) throws IOException {
        MixedTraffic traffic = new MixedTraffic(SAMPLE_SEED);
        long time = FIRST_TIME;
        try (PcapWriter writer = new PcapWriter(out, LinkType.ETHERNET, false, ByteOrder.LITTLE_ENDIAN)) {
            for (int i = 0; i < SAMPLE_FRAMES; i++) {
                byte[] frame = traffic.next();
                writer.write(time, frame, 0, frame.length, frame.length);
                time += 1_000L * (1 + traffic.random.nextInt(2_000));
            }
        }
    }

    /**
     * Makes up the next frame.
     *
     * @return an Ethernet frame of 14 bytes or more
     */
    public byte[] next() {
        int kind = random.nextInt(100);
        if (kind < 14) {
            return toServer(IPV4, ipv4(CLIENT, SERVER, Packets.TCP, 0, tcp(8080)));
        } else if (kind < 26) {
            return toClient(IPV4, ipv4(SERVER, CLIENT, Packets.TCP, 0, tcp(8080)));
        } else if (kind < 34) {
            return toClient(IPV4, ipv4(SERVER, CLIENT, Packets.TCP, 0, tcpFrom(8080)));
        } else if (kind < 46) {
            return toServer(IPV4, ipv4(CLIENT, SERVER, Packets.TCP, 0, tcp(otherPort())));
        } else if (kind < 52) {
            return toServer(
                    IPV4, ipv4(stranger(), random.nextBoolean() ? SERVER : stranger(), Packets.TCP, 0, tcp(anyPort())));
        } else if (kind < 62) {
            byte[] udp = Packets.udp(ephemeral(), anyPort(), payload(700));
            return toServer(IPV4, ipv4(random.nextBoolean() ? CLIENT : stranger(), SERVER, Packets.UDP, 0, udp));
        } else if (kind < 66) {
            return toServer(
                    IPV4, ipv4(CLIENT, SERVER, Packets.ICMP, 0, Packets.echo(8, 7, identification, payload(64))));
        } else if (kind < 78) {
            return withOptions();
        } else if (kind < 84) {
            return cutShort();
        } else if (kind < 88) {
            return fragment();
        } else if (kind < 93) {
            return ipv6();
        } else if (kind < 97) {
            return vlan();
        } else if (kind < 99) {
            return Packets.ethernet(BROADCAST_MAC, CLIENT_MAC, 0x0806, Packets.arpRequest(CLIENT_MAC, CLIENT, SERVER));
        }
        return Packets.ethernet(
                BRIDGE_MAC, GATEWAY_MAC, 38, new byte[38]); // a bridge's hello: a length, not an ethertype
    }

    private byte[] withOptions() {
        int words = 1 + random.nextInt(10);
        int from = random.nextBoolean() ? SERVER : CLIENT;
        return toServer(IPV4, ipv4(from, from == SERVER ? CLIENT : SERVER, Packets.TCP, words, tcp(anyPort())));
    }

    /** An IPv4 packet that ends anywhere inside its IP or TCP header, or whose ihl lies. */
    private byte[] cutShort() {
        int words = random.nextInt(11);
        byte[] packet = ipv4(SERVER, CLIENT, Packets.TCP, words, tcp(8080));
        int headers = 20 + 4 * words + 20;
        if (random.nextInt(4) == 0) {
            packet[0] = (byte) (0x40 | random.nextInt(16));
            return toClient(IPV4, Arrays.copyOf(packet, headers));
        }
        return toClient(IPV4, Arrays.copyOf(packet, random.nextInt(headers)));
    }

    private byte[] fragment() {
        boolean first = random.nextBoolean();
        byte[] segment = tcp(8080);
        byte[] part = Arrays.copyOf(segment, Math.max(24, segment.length & ~7));
        return toServer(
                IPV4,
                Packets.ipv4(
                        CLIENT,
                        SERVER,
                        Packets.TCP,
                        identification++,
                        Packets.options(0),
                        first ? 0x2000 : 1 + random.nextInt(100),
                        part));
    }

    private byte[] ipv6() {
        return switch (random.nextInt(4)) {
            case 0 -> toServer(IPV6, Packets.ipv6(CLIENT6, SERVER6, Packets.TCP, tcp(8080)));
            case 1 ->
                toServer(
                        IPV6,
                        Packets.ipv6(CLIENT6, SERVER6, Packets.UDP, Packets.udp(ephemeral(), anyPort(), payload(200))));
            case 2 ->
                toServer(
                        IPV6,
                        Packets.ipv6(
                                CLIENT6, SERVER6, Packets.ICMPV6, Packets.echo(128, 7, identification++, payload(64))));
            default -> {
                byte[] whole = Packets.ipv6(SERVER6, CLIENT6, Packets.IPV6_FRAGMENT, new byte[8 + 64]);
                whole[40] = Packets.UDP;
                whole[43] = 1; // more fragments
                yield toClient(IPV6, whole);
            }
        };
    }

    private byte[] vlan() {
        byte[] frame = random.nextBoolean()
                ? toServer(IPV4, ipv4(CLIENT, SERVER, Packets.TCP, 0, tcp(anyPort())))
                : toClient(IPV4, ipv4(SERVER, CLIENT, Packets.TCP, 0, tcp(8080)));
        byte[] tagged = Packets.tagged(frame, 0x8100, 1 + random.nextInt(4094));
        return random.nextInt(3) == 0 ? Packets.tagged(tagged, 0x88a8, 100) : tagged;
    }

    private byte[] ipv4(int source, int destination, int protocol, int optionWords, byte[] payload) {
        return Packets.ipv4(
                source, destination, protocol, identification++, Packets.options(optionWords), 0x4000, payload);
    }

    private byte[] tcp(int destination) {
        return Packets.tcp(ephemeral(), destination, random.nextInt(), flags(), payload(500));
    }

    private byte[] tcpFrom(int source) {
        return Packets.tcp(source, ephemeral(), random.nextInt(), flags(), payload(500));
    }

    private int flags() {
        return switch (random.nextInt(4)) {
            case 0 -> Packets.SYN;
            case 1 -> Packets.ACK;
            case 2 -> Packets.PSH | Packets.ACK;
            default -> Packets.FIN | Packets.ACK;
        };
    }

    /** Mostly empty, as most segments are; else up to {@code most} bytes of text. */
    private byte[] payload(int most) {
        if (random.nextInt(10) < 7) {
            return new byte[0];
        }
        String text = "GET /index.html HTTP/1.1\r\nHost: 10.0.0.3:8080\r\n\r\n";
        return text.repeat(1 + most / text.length())
                .substring(0, random.nextInt(most + 1))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private int ephemeral() {
        return 32_768 + random.nextInt(28_232);
    }

    private int otherPort() {
        return PORTS[random.nextInt(PORTS.length)];
    }

    private int anyPort() {
        return random.nextInt(3) == 0 ? 8080 : otherPort();
    }

    private int stranger() {
        return 0xc0a80000 | random.nextInt(0x10000);
    }

    private static byte[] toServer(int type, byte[] packet) {
        return Packets.ethernet(SERVER_MAC, CLIENT_MAC, type, packet);
    }

    private static byte[] toClient(int type, byte[] packet) {
        return Packets.ethernet(CLIENT_MAC, SERVER_MAC, type, packet);
    }
}
