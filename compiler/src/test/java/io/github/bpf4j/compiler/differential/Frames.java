/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.util.Random;

/** Random Ethernet frames, many of them with real headers. */
final class Frames {
    private Frames() {}

    /** A frame of 14 to 3,712 bytes, mostly short; sometimes too short for its IP header. */
    static byte[] random(Random random) {
        int length = switch (random.nextInt(8)) {
            case 0 -> random.nextInt(3712 - 14 + 1);
            case 1 -> random.nextInt(1501);
            case 2 -> random.nextInt(64);
            default -> 44 + random.nextInt(200);
        };
        byte[] frame = new byte[14 + length];
        random.nextBytes(frame);
        if (random.nextInt(3) > 0) {
            frame[0] &= ~1;
        }
        switch (random.nextInt(5)) {
            case 0, 1 -> ipv4(frame, random);
            case 2, 3 -> ipv6(frame, random);
            default -> {
                if (random.nextBoolean()) {
                    setType(frame, random.nextBoolean() ? 0x0806 : 0x8847);
                }
            }
        }
        return frame;
    }

    private static void setType(byte[] frame, int type) {
        frame[12] = (byte) (type >> 8);
        frame[13] = (byte) type;
    }

    private static void ipv4(byte[] frame, Random random) {
        setType(frame, 0x0800);
        if (frame.length >= 34 && random.nextInt(8) > 0) {
            frame[14] = 0x45;
            frame[16] = (byte) (frame.length - 14 >> 8);
            frame[17] = (byte) (frame.length - 14);
            frame[20] = 0;
            frame[21] = 0;
            frame[23] = (byte) (random.nextBoolean() ? 6 : 17);
        }
    }

    private static void ipv6(byte[] frame, Random random) {
        setType(frame, 0x86dd);
        if (frame.length >= 54 && random.nextInt(8) > 0) {
            frame[14] = 0x60;
            frame[18] = (byte) (frame.length - 54 >> 8);
            frame[19] = (byte) (frame.length - 54);
            frame[20] = (byte) (random.nextBoolean() ? 6 : 17);
        }
    }
}
