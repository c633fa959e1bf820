/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static io.github.bpf4j.compiler.isa.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** From instructions to bytes: the inverse of {@link InstructionDecoder}. */
public final class InstructionEncoder {
    private InstructionEncoder() {}

    /**
     * Encodes a program.
     *
     * @param instructions by slot, as the decoder returns them
     * @return little-endian code, eight bytes per slot
     * @throws IllegalArgumentException if a 64-bit constant is not followed by its second slot, or an offset does not fit its field
     */
    public static byte[] encode(List<Instruction> instructions) {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(instructions.size(), InstructionDecoder.SLOT_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < instructions.size(); slot++) {
            Instruction instruction = instructions.get(slot);
            if (instruction instanceof LoadImm64 constant) {
                if (slot + 1 == instructions.size() || !(instructions.get(slot + 1) instanceof SecondSlot)) {
                    throw new IllegalArgumentException("slot " + slot + ": 64-bit constant without its second slot");
                }
                out.putLong(word(constant));
                out.putLong((long) constant.nextImm() << 32);
                slot++;
            } else {
                out.putLong(word(instruction));
            }
        }
        return out.array();
    }

    private static long word(Instruction instruction) {
        return switch (instruction) {
            case Alu(AluOp op, Width width, int dst, Operand src) ->
                word(aluClass(width) | Opcodes.code(op), dst, src, op == AluOp.SDIV || op == AluOp.SMOD ? 1 : 0);
            case Neg(Width width, int dst) -> word(aluClass(width) | ALU_NEG, dst, 0, 0, 0);
            case Mov(Width width, int dst, Operand src, int signExtendFrom) ->
                word(aluClass(width) | ALU_MOV, dst, src, signExtendFrom);
            case AddrSpaceCast(int dst, int src, int spaces) ->
                word(CLASS_ALU64 | ALU_MOV | SOURCE_REGISTER, dst, src, MOV_ADDR_SPACE_CAST, spaces);
            case ByteSwap(Swap kind, int bits, int dst) -> word(code(kind), dst, 0, 0, bits);
            case Load(Size size, boolean signed, int dst, int base, int offset) ->
                word(CLASS_LDX | (signed ? MODE_MEMSX : MODE_MEM) | Opcodes.code(size), dst, base, offset, 0);
            case Store(Size size, int base, int offset, Operand src) ->
                src.isRegister()
                        ? word(CLASS_STX | MODE_MEM | Opcodes.code(size), base, src.register(), offset, 0)
                        : word(CLASS_ST | MODE_MEM | Opcodes.code(size), base, 0, offset, src.immediate());
            case Atomic(AtomicOp op, boolean fetch, Size size, int base, int offset, int src) ->
                atomic(size, base, src, offset, op.number() | (fetch ? ATOMIC_FETCH : 0));
            case LoadAcquire(Size size, int dst, int base, int offset) ->
                atomic(size, dst, base, offset, ATOMIC_LOAD_ACQUIRE);
            case StoreRelease(Size size, int base, int offset, int src) ->
                atomic(size, base, src, offset, ATOMIC_STORE_RELEASE);
            case LoadImm64(Imm64Kind kind, int dst, int imm, int nextImm) ->
                word(LD_IMM64, dst, kind.ordinal(), 0, imm);
            case SecondSlot() ->
                throw new IllegalArgumentException("a second slot without the first slot of its constant");
            case LegacyPacketLoad(Size size, int src, int imm) ->
                word(CLASS_LD | (src < 0 ? MODE_ABS : MODE_IND) | Opcodes.code(size), 0, Math.max(src, 0), 0, imm);
            case Jump(int offset, boolean isLong) ->
                isLong ? word(CLASS_JMP32 | JMP_JA, 0, 0, 0, offset) : word(CLASS_JMP | JMP_JA, 0, 0, offset, 0);
            case MayGoto(int offset) -> word(CLASS_JMP | JMP_JCOND, 0, 0, offset, 0);
            case Branch(Condition condition, Width width, int dst, Operand src, int offset) ->
                word((width == Width.W64 ? CLASS_JMP : CLASS_JMP32) | Opcodes.code(condition), dst, src, offset);
            case Call(CallKind kind, int target, int module) ->
                word(CLASS_JMP | JMP_CALL, 0, kind.ordinal(), module, target);
            case Exit() -> word(CLASS_JMP | JMP_EXIT, 0, 0, 0, 0);
        };
    }

    private static int aluClass(Width width) {
        return width == Width.W64 ? CLASS_ALU64 : CLASS_ALU;
    }

    private static int code(Swap kind) {
        return switch (kind) {
            case TO_LE -> CLASS_ALU | ALU_END;
            case TO_BE -> CLASS_ALU | ALU_END | SOURCE_REGISTER;
            case BSWAP -> CLASS_ALU64 | ALU_END;
        };
    }

    private static long atomic(Size size, int dst, int src, int offset, int operation) {
        return word(CLASS_STX | MODE_ATOMIC | Opcodes.code(size), dst, src, offset, operation);
    }

    private static long word(int opcode, int dst, Operand src, int offset) {
        return src.isRegister()
                ? word(opcode | SOURCE_REGISTER, dst, src.register(), offset, 0)
                : word(opcode, dst, 0, offset, src.immediate());
    }

    private static long word(int opcode, int dst, int src, int offset, int imm) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("offset " + offset + " does not fit 16 bits");
        }
        return opcode | (long) dst << 8 | (long) src << 12 | (offset & 0xffffL) << 16 | (long) imm << 32;
    }
}
