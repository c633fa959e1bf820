/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InstructionCodecTest {
    private static final long SEED = 20260101;

    @Test
    void whatDecodesEncodesToTheSameBytes() {
        Random random = new Random(SEED);
        Set<Integer> opcodes = new HashSet<>();
        int decoded = 0;
        for (int i = 0; i < 1_000_000; i++) {
            long word = RandomInstructions.word(random);
            byte[] code = (word & 0xff) == Opcodes.LD_IMM64
                    ? RandomInstructions.bytes(word, random.nextLong() << 32)
                    : RandomInstructions.bytes(word);
            List<Instruction> instructions;
            try {
                instructions = InstructionDecoder.decode(code);
            } catch (InstructionFormatException malformed) {
                continue;
            }
            assertArrayEquals(
                    code, InstructionEncoder.encode(instructions), () -> "%016x, seed %d".formatted(word, SEED));
            opcodes.add((int) word & 0xff);
            decoded++;
        }
        int count = decoded;
        assertTrue(count > 40_000, () -> "only " + count + " random words are valid");
        assertEquals(128, opcodes.size(), "opcodes that exist");
    }

    @Test
    void kindsOfInstruction() {
        assertDecodes(0x00000000_0000_21_0fL, new Alu(AluOp.ADD, Width.W64, 1, Operand.register(2)));
        assertDecodes(0xffffffff_0001_03_34L, new Alu(AluOp.SDIV, Width.W32, 3, Operand.immediate(-1)));
        assertDecodes(0x00000000_0001_21_9fL, new Alu(AluOp.SMOD, Width.W64, 1, Operand.register(2)));
        assertDecodes(0x00000000_0020_21_bfL, new Mov(Width.W64, 1, Operand.register(2), 32));
        assertDecodes(0x00010000_0001_21_bfL, new AddrSpaceCast(1, 2, 1 << 16));
        assertDecodes(0x00000040_0000_05_d7L, new ByteSwap(Swap.BSWAP, 64, 5));
        assertDecodes(0x00000010_0000_05_dcL, new ByteSwap(Swap.TO_BE, 16, 5));
        assertDecodes(0x00000000_fff8_a1_89L, new Load(Size.H, true, 1, 10, -8));
        assertDecodes(0x0000002a_fff8_0a_7aL, new Store(Size.DW, 10, -8, Operand.immediate(42)));
        assertDecodes(0x000000f1_fff8_1a_c3L, new Atomic(AtomicOp.CMPXCHG, true, Size.W, 10, -8, 1));
        assertDecodes(0x00000100_0000_21_d3L, new LoadAcquire(Size.B, 1, 2, 0));
        assertDecodes(0x00000110_0000_21_dbL, new StoreRelease(Size.DW, 1, 0, 2));
        assertDecodes(0x0000000e_0000_60_48L, new LegacyPacketLoad(Size.H, 6, 14));
        assertDecodes(0x0001_0000_0000_00_06L, new Jump(0x10000, true));
        assertDecodes(0x00000000_0003_00_e5L, new MayGoto(3));
        assertDecodes(0xfffffffe_0005_07_c6L, new Branch(Condition.SLT, Width.W32, 7, Operand.immediate(-2), 5));
        assertDecodes(0x0000007b_0001_20_85L, new Call(CallKind.KFUNC, 123, 1));
        List<Instruction> wide =
                InstructionDecoder.decode(RandomInstructions.bytes(0x00000003_0000_21_18L, 0x00000008_00000000L));
        assertEquals(List.of(new LoadImm64(Imm64Kind.MAP_VALUE, 1, 3, 8), SecondSlot.INSTANCE), wide);
        assertEquals(0x8_ffffffffL, new LoadImm64(Imm64Kind.VALUE, 0, -1, 8).value());
    }

    @Test
    void encoderRefusesWhatHasNoEncoding() {
        assertThrows(IllegalArgumentException.class, () -> InstructionEncoder.encode(List.of(SecondSlot.INSTANCE)));
        assertThrows(
                IllegalArgumentException.class,
                () -> InstructionEncoder.encode(List.of(new LoadImm64(Imm64Kind.VALUE, 0, 0, 0), new Exit())));
        assertThrows(IllegalArgumentException.class, () -> InstructionEncoder.encode(List.of(new Jump(40_000, false))));
    }

    private static void assertDecodes(long word, Instruction instruction) {
        assertEquals(List.of(instruction), InstructionDecoder.decode(RandomInstructions.bytes(word)));
    }
}
