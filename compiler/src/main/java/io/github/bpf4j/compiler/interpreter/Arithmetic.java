/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.AtomicOp;
import io.github.bpf4j.compiler.isa.Instruction.Condition;
import io.github.bpf4j.compiler.isa.Instruction.Swap;

/** The instructions on numbers (RFC 9669, sections 4.1 to 4.3). */
final class Arithmetic {
    private Arithmetic() {}

    static long alu64(AluOp op, long a, long b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : a / b;
            case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : a % b;
            case OR -> a | b;
            case AND -> a & b;
            case XOR -> a ^ b;
            case LSH -> a << (b & 63);
            case RSH -> a >>> (b & 63);
            case ARSH -> a >> (b & 63);
        };
    }

    /** The low 32 bits of the result; the upper ones are zero. */
    static long alu32(AluOp op, int a, int b) {
        int result = switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> b == 0 ? 0 : Integer.divideUnsigned(a, b);
            case SDIV -> b == 0 ? 0 : a / b;
            case MOD -> b == 0 ? a : Integer.remainderUnsigned(a, b);
            case SMOD -> b == 0 ? a : a % b;
            case OR -> a | b;
            case AND -> a & b;
            case XOR -> a ^ b;
            case LSH -> a << (b & 31);
            case RSH -> a >>> (b & 31);
            case ARSH -> a >> (b & 31);
        };
        return zeroExtend(result);
    }

    static long zeroExtend(int value) {
        return value & 0xffff_ffffL;
    }

    /** The low {@code bits} of a number, sign-extended to 64. */
    static long signExtend(long value, int bits) {
        int unused = Long.SIZE - bits;
        return value << unused >> unused;
    }

    static long byteSwap(Swap kind, int bits, long value) {
        boolean swaps = kind != Swap.TO_LE;
        return switch (bits) {
            case 16 -> (swaps ? Short.reverseBytes((short) value) : (short) value) & 0xffffL;
            case 32 -> zeroExtend(swaps ? Integer.reverseBytes((int) value) : (int) value);
            default -> swaps ? Long.reverseBytes(value) : value;
        };
    }

    static boolean holds64(Condition condition, long a, long b) {
        return switch (condition) {
            case EQ -> a == b;
            case NE -> a != b;
            case SET -> (a & b) != 0;
            case GT -> Long.compareUnsigned(a, b) > 0;
            case GE -> Long.compareUnsigned(a, b) >= 0;
            case LT -> Long.compareUnsigned(a, b) < 0;
            case LE -> Long.compareUnsigned(a, b) <= 0;
            case SGT -> a > b;
            case SGE -> a >= b;
            case SLT -> a < b;
            case SLE -> a <= b;
        };
    }

    static boolean holds32(Condition condition, int a, int b) {
        return switch (condition) {
            case GT, GE, LT, LE, EQ, NE, SET -> holds64(condition, zeroExtend(a), zeroExtend(b));
            case SGT, SGE, SLT, SLE -> holds64(condition, a, b);
        };
    }

    /** What an atomic operation leaves in memory. */
    static long atomic(AtomicOp op, long old, long operand, long expected) {
        return switch (op) {
            case ADD -> old + operand;
            case OR -> old | operand;
            case AND -> old & operand;
            case XOR -> old ^ operand;
            case XCHG -> operand;
            case CMPXCHG -> old == expected ? operand : old;
        };
    }
}
