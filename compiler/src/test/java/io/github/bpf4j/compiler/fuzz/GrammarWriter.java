/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.fuzz.CodeBuilder.Label;
import io.github.bpf4j.compiler.fuzz.RegisterContents.Kind;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.Random;

/**
 * A program of the grammar being written: its code, what its registers hold at the end of what is written, and the random choices that
 * statements of all kinds make.
 */
final class GrammarWriter {
    /** Holds the context throughout. */
    static final int CONTEXT = 6;

    static final int FRAME = 10;

    private static final int[] LIMITS = {1, 2, 3, 4, 7, 8, 14, 15, 16, 20, 31, 32, 40, 60, 63, 64, 127, 128, 255, 1500};
    private static final int[] EDGES = {
        0,
        1,
        2,
        -1,
        -2,
        7,
        8,
        15,
        16,
        31,
        32,
        63,
        64,
        127,
        128,
        255,
        256,
        65535,
        65536,
        -128,
        -65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    final Random random;
    final CodeBuilder code = new CodeBuilder();
    final RegisterContents registers = new RegisterContents();
    private final Label out = code.label();
    private final boolean sloppy;
    private boolean inSubprogram;

    GrammarWriter(Random random) {
        this.random = random;
        this.sloppy = random.nextInt(10) < 3;
    }

    /** Whether to get something wrong. */
    boolean oops() {
        return sloppy && random.nextInt(15) == 0;
    }

    /** Whether a subprogram is being written, which has no context. */
    boolean inSubprogram() {
        return inSubprogram;
    }

    /** What follows is a subprogram with two scalar arguments. */
    void beginSubprogram() {
        inSubprogram = true;
        registers.beginSubprogram();
    }

    // ---- code ---------------------------------------------------------------------------------------------------

    void assign(int dst, int src) {
        assign(dst, Operand.register(src));
    }

    void assignNumber(int dst, int value) {
        assign(dst, Operand.immediate(value));
    }

    void assign(int dst, Operand src) {
        code.add(new Mov(Width.W64, dst, src, 0));
    }

    void addTo(int dst, Operand src) {
        code.add(new Alu(AluOp.ADD, Width.W64, dst, src));
    }

    /** {@code dst = r10 + offset}. */
    void assignStackAddress(int dst, int offset) {
        assign(dst, FRAME);
        addTo(dst, Operand.immediate(offset));
    }

    void returnNumber(int value) {
        assignNumber(0, value);
        code.add(new Exit());
    }

    /** Writes where failed checks of the main program lead. */
    void placeOut() {
        code.place(out);
        returnNumber(random.nextInt(3));
    }

    /** Where to go if a check fails; each subprogram's check has its own place. */
    Label out() {
        if (!inSubprogram) {
            return out;
        }
        Label skip = code.label();
        Label leave = code.label();
        code.jump(skip);
        code.place(leave);
        returnNumber(0);
        code.place(skip);
        return leave;
    }

    // ---- choices ------------------------------------------------------------------------------------------------

    /** A register to write to. */
    int free() {
        int register = callSaved();
        return random.nextInt(3) == 0 ? random.nextInt(6) : register;
    }

    /** A register that keeps its contents over calls. */
    int callSaved() {
        return 7 + random.nextInt(3);
    }

    /** A register that holds such a thing; -1 if there is none, in sloppy programs any register. */
    int anyOf(Kind kind) {
        int start = random.nextInt(RegisterContents.COUNT);
        for (int i = 0; i < RegisterContents.COUNT; i++) {
            int register = (start + i) % RegisterContents.COUNT;
            if (registers.holds(register, kind)) {
                return register;
            }
        }
        return oops() ? start : -1;
    }

    /** A register that holds a scalar, made if there is none. */
    int scalar() {
        int register = anyOf(Kind.SCALAR);
        if (register >= 0) {
            return register;
        }
        int fresh = free();
        if (random.nextBoolean() && !inSubprogram) {
            code.add(new Load(Size.W, false, fresh, CONTEXT, 8));
        } else {
            assignNumber(fresh, constant());
        }
        registers.set(fresh, Kind.SCALAR);
        return fresh;
    }

    /** A register that holds a small scalar, made if there is none; -1 if that went wrong. */
    int bounded() {
        int register = firstBounded();
        if (register >= 0) {
            return register;
        }
        bound();
        return firstBounded();
    }

    private int firstBounded() {
        for (int register = 0; register < RegisterContents.COUNT; register++) {
            if (registers.isBounded(register)) {
                return register;
            }
        }
        return -1;
    }

    /** Makes a scalar small. */
    void bound() {
        int register = scalar();
        int limit = limit();
        switch (random.nextInt(4)) {
            case 0 -> {
                int mask = Integer.highestOneBit(limit) * 2 - 1;
                code.add(new Alu(AluOp.AND, width(), register, Operand.immediate(mask)));
                registers.setLimit(register, mask + 1);
            }
            case 1 -> {
                code.branch(Condition.GT, Width.W64, register, Operand.immediate(limit), out());
                registers.setLimit(register, limit + 1);
            }
            case 2 -> {
                code.branch(Condition.SGT, Width.W64, register, Operand.immediate(limit), out());
                code.branch(Condition.SLT, Width.W64, register, Operand.immediate(0), out());
                registers.setLimit(register, limit + 1);
            }
            default -> {
                int shift = 24 + random.nextInt(8);
                code.add(new Alu(AluOp.RSH, Width.W32, register, Operand.immediate(shift)));
                registers.setLimit(register, 1 << 32 - shift);
            }
        }
        if (oops()) {
            addTo(register, Operand.immediate(1));
        }
    }

    /** A small number as programs compare lengths with. */
    int limit() {
        return LIMITS[random.nextInt(LIMITS.length)];
    }

    /** A number of which edge cases are likely. */
    int constant() {
        return random.nextInt(5) == 0 ? random.nextInt() : EDGES[random.nextInt(EDGES.length)];
    }

    Operand operand() {
        return random.nextBoolean() ? Operand.register(scalar()) : Operand.immediate(constant());
    }

    Width width() {
        return random.nextInt(3) == 0 ? Width.W32 : Width.W64;
    }

    <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
