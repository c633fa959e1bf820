/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.GrammarWriter.CONTEXT;
import static io.github.bpf4j.compiler.fuzz.GrammarWriter.FRAME;

import io.github.bpf4j.compiler.fuzz.CodeBuilder.Label;
import io.github.bpf4j.compiler.fuzz.RegisterContents.Kind;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.Random;

/** Statements of the grammar that read and write memory: the context, packets, map values, the stack. */
final class GrammarMemory {
    private static final int DATA = 76;
    private static final int DATA_END = 80;
    private static final int[] FIELDS = {0, 4, 8, 12, 16, 20, 32, 36, 40, 48, 52, 64, 68, DATA, DATA_END, 84, 164, 176};

    private final GrammarWriter out;
    private final CodeBuilder code;
    private final RegisterContents registers;
    private final Random random;

    GrammarMemory(GrammarWriter out) {
        this.out = out;
        this.code = out.code;
        this.registers = out.registers;
        this.random = out.random;
    }

    /** Reads or writes a field of the context. */
    void contextField() {
        if (out.inSubprogram()) {
            return;
        }
        int field = FIELDS[random.nextInt(FIELDS.length)];
        if (random.nextInt(5) == 0) {
            code.add(new Store(Size.W, CONTEXT, random.nextBoolean() ? 8 : 48 + 4 * random.nextInt(5), out.operand()));
            return;
        }
        int dst = out.free();
        boolean pointer = field == DATA || field == DATA_END;
        Size size = !pointer && random.nextInt(4) == 0 ? out.pick(Size.values()) : Size.W;
        if (size == Size.DW && !out.oops()) {
            size = Size.H;
        }
        code.add(new Load(size, false, dst, CONTEXT, field));
        registers.set(dst, pointer ? Kind.UNSET : Kind.SCALAR);
    }

    /** Compares a place in the packet with its end and reaches through it. */
    void packet() {
        if (out.inSubprogram()) {
            return;
        }
        int pointer = random.nextInt(3) == 0 ? 2 : out.callSaved();
        int size = out.limit();
        int offset = random.nextInt(3) == 0 ? out.bounded() : -1;
        if (offset == pointer || offset == 3 || offset == 4) {
            offset = -1;
        }
        code.add(new Load(Size.W, false, pointer, CONTEXT, DATA));
        code.add(new Load(Size.W, false, 3, CONTEXT, DATA_END));
        if (offset >= 0) {
            out.addTo(pointer, Operand.register(offset));
        }
        out.assign(4, pointer);
        out.addTo(4, Operand.immediate(size));
        switch (random.nextInt(4)) {
            case 0 -> code.branch(Condition.LT, Width.W64, 3, Operand.register(4), out.out());
            case 1 -> code.branch(Condition.GE, Width.W64, 4, Operand.register(3), out.out());
            case 2 -> {
                Label good = code.label();
                code.branch(
                        random.nextBoolean() ? Condition.LE : Condition.LT, Width.W64, 4, Operand.register(3), good);
                code.jump(out.out());
                code.place(good);
            }
            default -> code.branch(Condition.GT, Width.W64, 4, Operand.register(3), out.out());
        }
        registers.set(pointer, Kind.PACKET, size);
        registers.set(3, Kind.UNSET);
        registers.set(4, Kind.UNSET);
        access();
    }

    /** Loads and stores through a pointer. */
    void access() {
        int pointer = out.anyOf(random.nextBoolean() ? Kind.VALUE : Kind.PACKET);
        if (pointer < 0 || registers.size(pointer) == 0) {
            return;
        }
        Size size = out.pick(Size.values());
        int room = registers.size(pointer) - size.bytes();
        if (room < 0) {
            size = Size.B;
            room = registers.size(pointer) - 1;
        }
        int offset = random.nextInt(room + 1) + (out.oops() ? 1 + random.nextInt(size.bytes()) : 0);
        int index = random.nextInt(3) == 0 ? out.bounded() : -1;
        int base = pointer;
        if (index >= 0 && index != pointer && registers.limit(index) <= room + 1) {
            base = index == 5 ? 4 : 5;
            out.assign(base, pointer);
            out.addTo(base, Operand.register(index));
            offset = random.nextInt(room - registers.limit(index) + 2) + (out.oops() ? 1 : 0);
            registers.set(base, Kind.UNSET);
        }
        if (random.nextBoolean()) {
            int dst = out.free();
            code.add(new Load(size, size != Size.DW && random.nextInt(5) == 0, dst, base, offset));
            registers.set(dst, Kind.SCALAR);
        } else {
            code.add(new Store(size, base, offset, out.operand()));
        }
    }

    /** Saves a register on the stack and reads it back, or stores and reads scalars there. */
    void stack() {
        int slot = 8 * (2 + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> {
                int pointer = out.anyOf(out.pick(Kind.values()));
                if (pointer >= 0 && !registers.holds(pointer, Kind.UNSET)) {
                    int to = out.free();
                    code.add(new Store(Size.DW, FRAME, -slot, Operand.register(pointer)));
                    code.add(new Load(Size.DW, false, to, FRAME, -slot));
                    registers.copyRegister(pointer, to);
                }
            }
            case 1, 2 -> {
                Size size = out.pick(Size.values());
                int within = size.bytes() * random.nextInt(8 / size.bytes());
                code.add(new Store(size, FRAME, -slot + within, out.operand()));
            }
            default -> {
                Size size = out.pick(Size.values());
                int within = size.bytes() * random.nextInt(8 / size.bytes());
                if (!out.oops()) {
                    code.add(new Store(Size.DW, FRAME, -slot, out.operand()));
                    if (random.nextInt(3) == 0) {
                        code.add(new Store(out.pick(Size.values()), FRAME, -slot, out.operand()));
                    }
                }
                int dst = out.free();
                code.add(new Load(size, size != Size.DW && random.nextInt(5) == 0, dst, FRAME, -slot + within));
                registers.set(dst, Kind.SCALAR);
            }
        }
    }

    /** The stack at a scalar's distance. */
    void variableStack() {
        int index = out.bounded();
        if (index < 0 || registers.limit(index) > 64 || index == 5) {
            return;
        }
        for (int slot = registers.storedSlots(); slot < 9; slot++) {
            code.add(new Store(Size.DW, FRAME, -16 - 8 * slot, Operand.immediate(slot)));
        }
        registers.setStoredSlots(9);
        out.assign(5, FRAME);
        out.addTo(5, Operand.register(index));
        int offset = -88 + (out.oops() ? 64 : 0);
        registers.set(5, Kind.UNSET);
        if (random.nextBoolean()) {
            int dst = out.free();
            code.add(new Load(Size.B, false, dst, 5, offset));
            registers.set(dst, Kind.SCALAR);
        } else {
            code.add(new Store(Size.B, 5, offset, out.operand()));
        }
    }

    /** An atomic operation on a map value or on the stack. */
    void atomic() {
        int value = out.anyOf(Kind.VALUE);
        boolean onStack = value < 0 || random.nextInt(3) == 0;
        Size size = random.nextBoolean() ? Size.W : Size.DW;
        int operand = out.scalar();
        int base = onStack ? FRAME : value;
        int offset = onStack ? -24 : 8 * random.nextInt(Math.max(1, registers.size(Math.max(0, value)) / 8));
        if (onStack) {
            code.add(new Store(Size.DW, FRAME, -24, out.operand()));
        }
        AtomicOp op = out.pick(AtomicOp.values());
        boolean fetch = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG || random.nextBoolean();
        if (op == AtomicOp.CMPXCHG) {
            if (base == 0 || operand == 0) {
                return;
            }
            out.assignNumber(0, out.constant());
        }
        code.add(new Atomic(op, fetch, size, base, offset + (out.oops() ? 4 : 0), operand));
        if (fetch) {
            registers.set(op == AtomicOp.CMPXCHG ? 0 : operand, Kind.SCALAR);
        }
    }
}
