/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * A program that reads all fields of its context, whole and in parts, and writes those that may be written, on random contexts, in Linux and
 * here: the same values, the same context afterwards, the same refusals. {@code bpf4j.fuzz.cases} says how many, {@code bpf4j.fuzz.seed}
 * which.
 */
@RequiresKernel
class ContextValuesTest {
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 300);
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 20261121);

    /** Offsets of the fields of four bytes that every type may read; data, data_end and sk are pointers. */
    private static final List<Integer> FIELDS =
            List.of(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 84, 164, 176);

    private static final List<Integer> WRITABLE = List.of(8, 32, 48, 52, 56, 60, 64);

    /** Fields that a caller may set: mark, priority, cb, ingress_ifindex, tstamp, wire_len, gso_segs, gso_size, hwtstamp. */
    private static final List<Integer> SETTABLE = List.of(8, 32, 48, 52, 56, 60, 64, 36, 152, 160, 164, 176, 184);

    private static String program() {
        StringBuilder text = new StringBuilder("r6 = r1\nr7 = map[area][0]\n");
        int to = 256;
        for (int offset : FIELDS) {
            text.append("r0 = *(u32 *)(r6 + %d)\n*(u32 *)(r7 + %d) = r0\n".formatted(offset, to));
            text.append("r0 = *(u16 *)(r6 + %d)\n*(u16 *)(r7 + %d) = r0\n".formatted(offset + 2, to + 4));
            text.append("r0 = *(u8 *)(r6 + %d)\n*(u8 *)(r7 + %d) = r0\n".formatted(offset + 1, to + 6));
            to += 8;
        }
        text.append("r0 = *(u64 *)(r6 + 48)\n*(u64 *)(r7 + %d) = r0\n".formatted(to));
        for (int i = 0; i < WRITABLE.size(); i++) {
            text.append("r0 = *(u32 *)(r7 + %d)\n*(u32 *)(r6 + %d) = r0\n".formatted(4 * i, WRITABLE.get(i)));
        }
        return text + "r0 = *(u8 *)(r7 + 28)\n*(u8 *)(r6 + 53) = r0\nr0 = *(u32 *)(r7 + 32)\nexit\n";
    }

    private static byte[] context(Random random) {
        int size = random.nextInt(4) == 0 ? random.nextInt(300) : 192;
        byte[] context = new byte[Math.max(size, 200)];
        ByteBuffer fields = ByteBuffer.wrap(context).order(ByteOrder.nativeOrder());
        for (int i = random.nextInt(4); i > 0; i--) {
            int offset = SETTABLE.get(random.nextInt(SETTABLE.size()));
            int value = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(70_000);
                case 1 -> random.nextInt(100);
                default -> random.nextInt();
            };
            fields.putInt(offset, value);
        }
        if (random.nextInt(6) == 0) {
            fields.putInt(40, random.nextBoolean() ? 1 : 1_000_000 + random.nextInt(1000));
        }
        if (random.nextInt(10) == 0) {
            context[random.nextInt(context.length)] = 1;
            fields.putInt(40, 0);
        }
        return Arrays.copyOf(context, size);
    }

    @ParameterizedTest
    @EnumSource(
            value = ProgramType.class,
            mode = Mode.EXCLUDE,
            names = {"RAW", "LWT_SEG6LOCAL"})
    void sameAsInLinux(ProgramType type) {
        Random random = new Random(SEED);
        try (ProgramPair pair = ProgramPair.compiled(type, program(), List.of())) {
            for (int i = 0; i < CASES; i++) {
                byte[] frame = Frames.random(random);
                byte[] context = context(random);
                byte[] area = new byte[ProgramPair.AREA];
                random.nextBytes(area);
                ProgramPair.Outcomes outcomes = pair.run(frame, context, area, 0);
                assertTrue(
                        outcomes.same(),
                        () -> outcomes.difference() + "frame " + HexFormat.of().formatHex(frame) + "\ncontext "
                                + HexFormat.of().formatHex(context));
            }
        }
    }
}
