/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The objects of {@code src/test/resources/objects}, and what may be done to them. */
public final class TestObjects {
    /** All objects. */
    public static final List<String> ALL = List.of(
            "plain.o",
            "plain_nobtf.o",
            "legacy.o",
            "legacy_btf.o",
            "legacy_iproute2.o",
            "map_structure.o",
            "map_values.o",
            "printed_pointers.o",
            "ahead_of_time.o",
            "arena.o",
            "inlined_header.o",
            "kernel_variables.o",
            "rich_v1.o",
            "rich_v2.o",
            "rich_v3.o");

    private TestObjects() {}

    /** The bytes of an object. */
    public static byte[] read(String name) {
        try (InputStream in = TestObjects.class.getResourceAsStream("/objects/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no test object " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Feeds a reader every truncation of some bytes, then random corruptions of them, and fails unless
     * each ends in a result or an {@link ObjectException}.
     */
    public static void damage(byte[] good, long seed, int corruptions, Consumer<byte[]> reader) {
        for (int length = 0; length < good.length; length++) {
            attempt(java.util.Arrays.copyOf(good, length), "truncated to " + length, reader);
        }
        Random random = new Random(seed);
        for (int i = 0; i < corruptions; i++) {
            byte[] bad = good.clone();
            int changes = 1 + (random.nextBoolean() ? 0 : random.nextInt(8));
            for (int c = 0; c < changes; c++) {
                int at = random.nextInt(bad.length);
                switch (random.nextInt(4)) {
                    case 0 -> bad[at] = (byte) random.nextInt();
                    case 1 -> bad[at] ^= (byte) (1 << random.nextInt(8));
                    case 2 -> bad[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
                    default -> {
                        int word = at & ~3;
                        int from = random.nextInt(bad.length) & ~3;
                        for (int k = 0; k < 4 && word + k < bad.length && from + k < bad.length; k++) {
                            bad[word + k] = good[from + k];
                        }
                    }
                }
            }
            attempt(bad, "seed %d, corruption %d".formatted(seed, i), reader);
        }
    }

    /** How many corruptions a test tries by default. */
    public static int corruptions() {
        return Integer.getInteger("bpf4j.fuzz.cases", 2_000);
    }

    /** The seed of a test's random choices. */
    public static long seed() {
        return Long.getLong("bpf4j.fuzz.seed", 20_261_121L);
    }

    private static void attempt(byte[] bytes, String what, Consumer<byte[]> reader) {
        try {
            reader.accept(bytes);
        } catch (ObjectException expected) {
            if (expected.getMessage() == null || expected.getMessage().isBlank()) {
                throw new AssertionError(what + ": an exception without message", expected);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(what, e);
        }
    }
}
