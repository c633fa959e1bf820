/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random contexts and areas for one call. */
final class HelperInput {
    private static final int INPUT = 128;
    private static final int INPUT_BYTES = 384;

    /** Characters that numbers, strings and formats are made of, and some that they are not. */
    private static final String ALPHABET = "0123456789abcxX -+\t\0\0Az\u00e9";

    /** What formats are made of, and some that Linux refuses. */
    private static final List<String> CONVERSIONS = List.of(
            "%d",
            "%i", "%u", "%x", "%X", "%lx", "%lld", "%llu", "%5d", "%-7u", "%08x", "%+d", "% d", "%c", "%3c", "%s",
            "%9s", "%p", "%px", "%pK", "%pI4", "%pi4", "%pI6", "%pi6", "%%", " ", "ab", "\t", "\0", "%", "%h", "%#x",
            "%.3d", "%o", "%f", "%lc", "%ps", "%pS", "%pB", "%pI", "%pM", "\u0001", "\u00e9");

    private HelperInput() {}

    /** A {@code struct __sk_buff} that Linux takes, or nothing. */
    static byte[] context(Random random) {
        if (random.nextInt(3) == 0) {
            return new byte[0];
        }
        ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
        context.putInt(8, random.nextInt())
                .putInt(32, random.nextInt())
                .putInt(48 + 4 * random.nextInt(5), random.nextInt());
        if (random.nextInt(4) == 0) {
            context.putInt(176, random.nextInt(1500)).putInt(164, random.nextInt(65536));
        }
        return context.array();
    }

    /**
     * An area with arguments and input.
     *
     * @param arguments what the first numbers stand for
     * @param random where they come from
     * @param length the packet's length in bytes
     */
    static byte[] area(List<Argument> arguments, Random random, int length) {
        ByteBuffer area = ByteBuffer.allocate(ProgramPair.AREA).order(ByteOrder.nativeOrder());
        area.put(INPUT, input(random));
        for (Argument argument : arguments) {
            area.putLong(argument.random(random, length));
        }
        return area.array();
    }

    private static byte[] input(Random random) {
        byte[] input = new byte[INPUT_BYTES];
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> Arrays.fill(input, (byte) 0xff);
            case 2 -> {
                StringBuilder format = new StringBuilder();
                while (format.length() < 24) {
                    format.append(CONVERSIONS.get(random.nextInt(CONVERSIONS.size())));
                }
                byte[] text = format.toString().getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(text, 0, input, 0, text.length);
            }
            case 3 -> {
                for (int i = 0; i < input.length; i++) {
                    input[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
                }
            }
            default -> {
                random.nextBytes(input);
                header(input, 0, random);
                header(input, 128, random);
            }
        }
        return input;
    }

    /** Something like an IP header, often without checksum, often with a protocol that segmentation offload knows. */
    private static void header(byte[] input, int at, Random random) {
        boolean ipv4 = random.nextBoolean();
        input[at] = (byte) (ipv4 ? 0x40 | (random.nextInt(3) == 0 ? random.nextInt(16) : 5) : 0x60);
        byte[] protocols = {4, 17, 41, 47, 0};
        if (random.nextBoolean()) {
            input[at + (ipv4 ? 9 : 6)] = protocols[random.nextInt(protocols.length)];
        }
        if (random.nextBoolean()) {
            Arrays.fill(input, at + 10, at + 12, (byte) 0);
        }
        if (random.nextBoolean()) {
            Arrays.fill(input, at + 22, at + 28, (byte) 0);
        }
    }
}
