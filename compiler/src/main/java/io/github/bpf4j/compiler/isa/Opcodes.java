/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.AtomicOp;
import io.github.bpf4j.compiler.isa.Instruction.Condition;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import org.jspecify.annotations.Nullable;

/** The numbers of the instruction format (RFC 9669, sections 3 to 5). Decoder and encoder read the same tables. */
final class Opcodes {
    static final int CLASS_LD = 0x00;
    static final int CLASS_LDX = 0x01;
    static final int CLASS_ST = 0x02;
    static final int CLASS_STX = 0x03;
    static final int CLASS_ALU = 0x04;
    static final int CLASS_JMP = 0x05;
    static final int CLASS_JMP32 = 0x06;
    static final int CLASS_ALU64 = 0x07;

    static final int SOURCE_REGISTER = 0x08;

    static final int ALU_NEG = 0x80;
    static final int ALU_MOV = 0xb0;
    static final int ALU_END = 0xd0;

    static final int JMP_JA = 0x00;
    static final int JMP_CALL = 0x80;
    static final int JMP_EXIT = 0x90;
    static final int JMP_JCOND = 0xe0;

    static final int MODE_IMM = 0x00;
    static final int MODE_ABS = 0x20;
    static final int MODE_IND = 0x40;
    static final int MODE_MEM = 0x60;
    static final int MODE_MEMSX = 0x80;
    static final int MODE_ATOMIC = 0xc0;

    static final int LD_IMM64 = CLASS_LD | MODE_IMM | 0x18;

    static final int ATOMIC_FETCH = 0x01;
    static final int ATOMIC_XCHG = 0xe1;
    static final int ATOMIC_CMPXCHG = 0xf1;
    static final int ATOMIC_LOAD_ACQUIRE = 0x100;
    static final int ATOMIC_STORE_RELEASE = 0x110;

    /** The {@code off} of a MOV that converts between address spaces. */
    static final int MOV_ADDR_SPACE_CAST = 1;

    private static final @Nullable AluOp[] ALU = new @Nullable AluOp[16];
    private static final @Nullable Condition[] CONDITIONS = new @Nullable Condition[16];
    private static final Size[] SIZES = {Size.W, Size.H, Size.B, Size.DW};

    static {
        for (AluOp op : AluOp.values()) {
            if (op != AluOp.SDIV && op != AluOp.SMOD) {
                ALU[code(op) >> 4] = op;
            }
        }
        for (Condition condition : Condition.values()) {
            CONDITIONS[code(condition) >> 4] = condition;
        }
    }

    private Opcodes() {}

    static int code(AluOp op) {
        return switch (op) {
            case ADD -> 0x00;
            case SUB -> 0x10;
            case MUL -> 0x20;
            case DIV, SDIV -> 0x30;
            case OR -> 0x40;
            case AND -> 0x50;
            case LSH -> 0x60;
            case RSH -> 0x70;
            case MOD, SMOD -> 0x90;
            case XOR -> 0xa0;
            case ARSH -> 0xc0;
        };
    }

    /** The operation of an opcode, unsigned where a signed one shares its code; null for NEG, MOV, END and unused codes. */
    static @Nullable AluOp aluOp(int opcode) {
        return ALU[(opcode >> 4) & 0xf];
    }

    static int code(Condition condition) {
        return switch (condition) {
            case EQ -> 0x10;
            case GT -> 0x20;
            case GE -> 0x30;
            case SET -> 0x40;
            case NE -> 0x50;
            case SGT -> 0x60;
            case SGE -> 0x70;
            case LT -> 0xa0;
            case LE -> 0xb0;
            case SLT -> 0xc0;
            case SLE -> 0xd0;
        };
    }

    static @Nullable Condition condition(int opcode) {
        return CONDITIONS[(opcode >> 4) & 0xf];
    }

    static int code(Size size) {
        return switch (size) {
            case W -> 0x00;
            case H -> 0x08;
            case B -> 0x10;
            case DW -> 0x18;
        };
    }

    static Size size(int opcode) {
        return SIZES[(opcode >> 3) & 3];
    }

    /** The operation of an atomic instruction's immediate, with or without FETCH; null if there is none. */
    static @Nullable AtomicOp atomicOp(int immediate) {
        return switch (immediate) {
            case 0x00, ATOMIC_FETCH -> AtomicOp.ADD;
            case 0x40, 0x40 | ATOMIC_FETCH -> AtomicOp.OR;
            case 0x50, 0x50 | ATOMIC_FETCH -> AtomicOp.AND;
            case 0xa0, 0xa0 | ATOMIC_FETCH -> AtomicOp.XOR;
            case ATOMIC_XCHG -> AtomicOp.XCHG;
            case ATOMIC_CMPXCHG -> AtomicOp.CMPXCHG;
            default -> null;
        };
    }
}
