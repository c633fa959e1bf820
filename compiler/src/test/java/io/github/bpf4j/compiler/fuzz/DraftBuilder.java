/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.runtime.helper.HelperTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** A draft being written line by line, and the random choices that statements of all kinds make. */
final class DraftBuilder {
    /** {@code r10}. */
    static final int FRAME_POINTER = 10;

    private static final long[] EDGES = {
        0,
        1,
        2,
        7,
        31,
        32,
        63,
        64,
        127,
        255,
        256,
        65535,
        0x7fffffffL,
        0x80000000L,
        0xffffffffL,
        0x100000000L,
        -1,
        -2,
        -128,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0xffffffff00000000L
    };

    private final Random random;
    private final List<Draft.Line> lines = new ArrayList<>();
    private int labels;

    /**
     * An empty draft.
     *
     * @param random decides
     * @param firstLabel number of the first label that {@link #newLabel} gives
     */
    DraftBuilder(Random random, int firstLabel) {
        this.random = random;
        this.labels = firstLabel;
    }

    Draft build() {
        return new Draft(lines);
    }

    // ---- lines --------------------------------------------------------------------------------------------------

    void add(Instruction instruction) {
        lines.add(new Draft.Code(instruction, Draft.NONE, false));
    }

    /** Adds an instruction that jumps to a label, calls it or takes its address. */
    void add(Instruction instruction, int label) {
        lines.add(new Draft.Code(instruction, label, false));
    }

    /** Adds an instruction that shrinking must not leave out. */
    void needed(Instruction instruction) {
        lines.add(new Draft.Code(instruction, Draft.NONE, true));
    }

    int newLabel() {
        return labels++;
    }

    void place(int label) {
        lines.add(new Draft.Label(label));
    }

    void assign(int dst, int src) {
        add(new Mov(Width.W64, dst, Operand.register(src), 0));
    }

    void assignNumber(int dst, int value) {
        add(new Mov(Width.W64, dst, Operand.immediate(value), 0));
    }

    /** {@code dst = r10 - offset}. */
    void assignStackAddress(int dst, int offset) {
        assign(dst, FRAME_POINTER);
        add(new Alu(AluOp.ADD, Width.W64, dst, Operand.immediate(-offset)));
    }

    /** A number of which edge cases are likely. */
    void assignEdge(int register) {
        long value = EDGES[random.nextInt(EDGES.length)];
        add(new LoadImm64(Imm64Kind.VALUE, register, (int) value, (int) (value >>> Integer.SIZE)));
    }

    /** A load into a scalar, sometimes with sign extension. */
    void load(Size size, int base, int offset) {
        add(new Load(size, size != Size.DW && random.nextInt(4) == 0, scalar(), base, offset));
    }

    void callHelper(String name) {
        add(new Call(
                CallKind.HELPER,
                Objects.requireNonNull(HelperTable.byName(name)).id(),
                0));
    }

    /** A call leaves r1 to r5 unreadable. */
    void restoreArguments() {
        for (int register = 2; register <= 5; register++) {
            assign(register, random.nextBoolean() ? 0 : 6 + random.nextInt(3));
        }
    }

    // ---- choices ------------------------------------------------------------------------------------------------

    /** A register that holds a number: r0 or r2 to r8. */
    int scalar() {
        int register = random.nextInt(8);
        return register == 0 ? 0 : register + 1;
    }

    int immediate() {
        return random.nextInt(3) == 0 ? random.nextInt() : (int) EDGES[random.nextInt(EDGES.length)];
    }

    Width width() {
        return random.nextBoolean() ? Width.W64 : Width.W32;
    }

    <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
