/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.util.Random;

/** What an argument of a helper stands for, and random numbers for it, with weight on the edges. */
enum Argument {
    /** A place in the packet. */
    OFFSET {
        @Override
        long random(Random random, int length) {
            return switch (random.nextInt(12)) {
                case 0 -> 0;
                case 1 -> length - 1;
                case 2 -> length;
                case 3 -> length + random.nextInt(20) - 10;
                case 4 -> 65535 + random.nextInt(3) - 1;
                case 5 -> -1 - random.nextInt(100);
                case 6 -> LONGEST_PACKET - random.nextInt(length + 3) + random.nextInt(3) - 1;
                case 7 -> number(random);
                default -> random.nextInt(Math.max(1, length));
            };
        }
    },
    /** A number of bytes. */
    SIZE {
        @Override
        long random(Random random, int length) {
            return random.nextBoolean() ? SIZES[random.nextInt(SIZES.length)] : random.nextInt(512);
        }
    },
    /** A few bits. */
    FLAGS {
        @Override
        long random(Random random, int length) {
            return switch (random.nextInt(8)) {
                case 0 -> number(random);
                case 1 -> 1L << random.nextInt(64);
                case 2, 3 -> random.nextInt(256);
                case 4, 5 -> random.nextInt(3) * 2 | random.nextInt(16) << 4;
                default -> random.nextInt(3);
            };
        }
    },
    /** Anything. */
    NUMBER {
        @Override
        long random(Random random, int length) {
            return number(random);
        }
    },
    /** A small number. */
    SMALL {
        @Override
        long random(Random random, int length) {
            return random.nextInt(10) == 0 ? number(random) : random.nextInt(34) - 1;
        }
    };

    /** {@code BPF_SKB_MAX_LEN} with pages of 4 KiB. */
    private static final int LONGEST_PACKET = 16064;

    private static final int[] SIZES = {0, 1, 2, 4, 8, 20, 22, 24, 28, 40, 44, 48, 63, 64, 127, 255, 256, 257};

    /**
     * A number to pass.
     *
     * @param random where it comes from
     * @param length the packet's length in bytes
     */
    abstract long random(Random random, int length);

    private static long number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextInt();
            case 3 -> random.nextInt() & 0xffff_ffffL;
            case 4 -> Integer.MIN_VALUE;
            case 5 -> random.nextInt(65536);
            default -> random.nextLong();
        };
    }
}
