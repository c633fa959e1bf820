/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random instruction words, most of which have some chance to be valid. */
final class RandomInstructions {
    private static final int[] IMMEDIATES = {
        0, 1, 16, 32, 64, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x40, 0x51, 0xa1, 0xe1, 0xf1, 0x100, 0x110, 1 << 16
    };
    private static final int[] OFFSETS = {0, 1, 8, 16, 32, -1, Short.MIN_VALUE, Short.MAX_VALUE};

    private RandomInstructions() {}

    static long word(Random random) {
        if (random.nextInt(10) == 0) {
            return random.nextLong();
        }
        long opcode = random.nextInt(256);
        long dst = random.nextInt(3) == 0 ? 0 : random.nextInt(12);
        long src = random.nextInt(3) == 0 ? 0 : random.nextInt(12);
        long off = random.nextInt(4) == 0 ? random.nextInt() : OFFSETS[random.nextInt(OFFSETS.length)];
        long imm = random.nextInt(4) == 0 ? random.nextInt() : IMMEDIATES[random.nextInt(IMMEDIATES.length)];
        return opcode | dst << 8 | src << 12 | (off & 0xffff) << 16 | imm << 32;
    }

    static byte[] bytes(long... words) {
        ByteBuffer buffer = ByteBuffer.allocate(words.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) {
            buffer.putLong(word);
        }
        return buffer.array();
    }

    /** A valid instruction, with its second slot if it has one; empty if the random word was not valid. */
    static Optional<List<Instruction>> instruction(Random random) {
        long word = word(random);
        byte[] code = (word & 0xff) == Opcodes.LD_IMM64
                ? bytes(word, random.nextBoolean() ? 0 : random.nextLong() << 32)
                : bytes(word);
        try {
            return Optional.of(InstructionDecoder.decode(code));
        } catch (InstructionFormatException malformed) {
            return Optional.empty();
        }
    }
}
