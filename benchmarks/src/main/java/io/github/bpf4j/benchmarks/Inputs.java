/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.benchmarks;

import java.util.Random;
import java.util.function.Function;

/** The packets that workloads run on: 1,024 distinct ones, always the same. They begin at the IP header. */
enum Inputs {
    /** IPv4 without or with options (ihl 5 to 8), 80 % TCP, a fifth of those to port 8080; 60 to 1,500 bytes. */
    TRAFFIC(Inputs::traffic),
    /** Random bytes, 20 to 1,500 of them. */
    ANY_LENGTH(random -> bytes(random, 20 + random.nextInt(1481))),
    /** 256 random bytes. */
    WORDS(random -> bytes(random, 256));

    /** How many packets. */
    static final int COUNT = 1024;

    private static final long SEED = 8080;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final Function<Random, byte[]> maker;

    Inputs(Function<Random, byte[]> maker) {
        this.maker = maker;
    }

    /** New copies of the packets. */
    byte[][] packets() {
        Random random = new Random(SEED);
        byte[][] packets = new byte[COUNT][];
        for (int i = 0; i < COUNT; i++) {
            packets[i] = maker.apply(random);
        }
        return packets;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] traffic(Random random) {
        byte[] packet = bytes(random, 60 + random.nextInt(1441));
        int headerWords = 5 + random.nextInt(4);
        packet[0] = (byte) (0x40 | headerWords);
        packet[2] = (byte) (packet.length >> 8);
        packet[3] = (byte) packet.length;
        boolean tcp = random.nextInt(5) != 0;
        packet[9] = (byte) (tcp ? TCP : UDP);
        int port = tcp && random.nextInt(5) == 0 ? 8080 : 1024 + random.nextInt(7000);
        int transport = 4 * headerWords;
        packet[transport + 2] = (byte) (port >> 8);
        packet[transport + 3] = (byte) port;
        return packet;
    }
}
