/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.List;
import java.util.Random;

/** Random places in arenas of {@link ArenaPages}, mostly where something may go wrong. */
final class ArenaOperands {
    private ArenaOperands() {}

    /** What a pointer points to: an offset in the arena, mostly near a page's edge, sometimes outside. */
    static long place(Random random) {
        long page = random.nextInt(ArenaPages.COUNT + 1) * (long) ArenaPages.PAGE;
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> page + random.nextInt(24) - 12;
            case 3 -> random.nextInt(24);
            case 4 -> 0xffff_ffffL - random.nextInt(24);
            case 5 -> random.nextLong();
            default -> random.nextInt(ArenaPages.COUNT * ArenaPages.PAGE);
        };
    }

    /** An instruction's offset. */
    static int offset(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> (short) random.nextInt();
            case 1 -> random.nextInt(2) * ArenaPages.PAGE - random.nextInt(16);
            default -> random.nextInt(16) - 8;
        };
    }

    /** Where in a cache line of 64 bytes an atomic operation works, since some machines refuse those across two lines. */
    static int inLine(Random random, int size) {
        return random.nextInt(3) == 0 ? random.nextInt(65 - size) : random.nextInt(64 / size) * size;
    }

    /** Whether an atomic operation on an arena fetches: on x86, Linux has no fetching {@code and}, {@code or} and {@code xor} there. */
    static boolean fetches(Random random, AtomicOp op) {
        boolean always = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG;
        return always || op == AtomicOp.ADD && random.nextBoolean();
    }

    /** Cuts a register to a size: Linux may leave more in it than its verifier believes, see {@code ArenaMemory}. */
    static List<Instruction> cut(int register, Size size) {
        return switch (size) {
            case B -> List.of(new Alu(AluOp.AND, Width.W64, register, Operand.immediate(0xff)));
            case H -> List.of(new Alu(AluOp.AND, Width.W64, register, Operand.immediate(0xffff)));
            case W -> List.of(new Mov(Width.W32, register, Operand.register(register), 0));
            case DW -> List.of();
        };
    }
}
