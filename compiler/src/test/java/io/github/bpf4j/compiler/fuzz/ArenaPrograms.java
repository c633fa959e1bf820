/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random programs on an arena, which is their map 0. Registers {@code r6} to {@code r8} point into it, the others up to {@code r5} hold
 * numbers; in the end all of them are stored in its first page. Types never depend on the path, so that no instruction works on an
 * arena pointer on one path and on a number on another.
 */
final class ArenaPrograms {
    private static final int SLOT = -8;
    private static final int[] NUMBERS = {0, 2, 3, 4, 5};
    private static final int[] POINTERS = {6, 7, 8};
    private static final int ADDRESS = 9;

    private final Random random;
    private final List<Instruction> code = new ArrayList<>();
    private boolean callsFunction;

    private ArenaPrograms(Random random) {
        this.random = random;
    }

    /**
     * Makes a program.
     *
     * @param random source of it
     * @param length how many things it does
     */
    static List<Instruction> program(Random random, int length) {
        ArenaPrograms program = new ArenaPrograms(random);
        program.begin();
        for (int i = 0; i < length; i++) {
            program.step();
        }
        program.end();
        return program.code;
    }

    private int number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private int pointer() {
        return POINTERS[random.nextInt(POINTERS.length)];
    }

    private void wide(int dst, Imm64Kind kind, long value) {
        int high = (int) (value >>> 32);
        code.add(new LoadImm64(kind, dst, (int) value, high));
        code.add(SecondSlot.INSTANCE);
    }

    private int offset() {
        return ArenaOperands.offset(random);
    }

    private void point(int register, long place) {
        wide(register, Imm64Kind.VALUE, place);
        code.add(new AddrSpaceCast(register, register, 1));
    }

    private void begin() {
        wide(1, Imm64Kind.MAP_FD, 0);
        for (int register : NUMBERS) {
            wide(register, Imm64Kind.VALUE, random.nextLong() >>> random.nextInt(64));
        }
        for (int register : POINTERS) {
            point(register, ArenaOperands.place(random));
        }
        code.add(new Store(Size.DW, 10, SLOT, Operand.register(number())));
    }

    private void end() {
        point(ADDRESS, 64);
        int at = 0;
        for (int[] registers : new int[][] {NUMBERS, POINTERS}) {
            for (int register : registers) {
                code.add(new Store(Size.DW, ADDRESS, at, Operand.register(register)));
                at += Long.BYTES;
            }
        }
        code.add(new Exit());
        if (callsFunction) {
            int function = code.size();
            code.replaceAll(instruction -> instruction instanceof Call ? null : instruction);
            for (int slot = 0; slot < function; slot++) {
                if (code.get(slot) == null) {
                    code.set(slot, new Call(CallKind.SUBPROGRAM, function - slot - 1, 0));
                }
            }
            code.add(new Load(Size.W, true, 3, 1, 4));
            code.add(new Alu(AluOp.ADD, Width.W64, 1, Operand.register(2)));
            code.add(new Mov(Width.W64, 0, Operand.register(1), 0));
            code.add(new Store(Size.DW, 10, SLOT, Operand.register(1)));
            code.add(new Load(Size.DW, false, 4, 10, SLOT));
            code.add(new Store(Size.H, 4, -2, Operand.register(3)));
            code.add(new Exit());
        }
    }

    private void step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> {
                Size size = Size.values()[random.nextInt(4)];
                boolean signed = size != Size.DW && random.nextBoolean();
                code.add(new Load(size, signed, number(), pointer(), offset()));
            }
            case 3, 4, 5 ->
                code.add(new Store(
                        Size.values()[random.nextInt(4)],
                        pointer(),
                        offset(),
                        random.nextBoolean() ? Operand.register(any()) : Operand.immediate(random.nextInt())));
            case 6 -> {
                Size size = Size.values()[random.nextInt(4)];
                int register = number();
                code.addAll(ArenaOperands.cut(register, size));
                code.add(new LoadAcquire(size, register, pointer(), offset()));
            }
            case 7 -> code.add(new StoreRelease(Size.values()[random.nextInt(4)], pointer(), offset(), any()));
            case 8 -> atomic();
            case 9 -> point(pointer(), ArenaOperands.place(random));
            case 10 -> code.add(new AddrSpaceCast(number(), any(), 1 << 16));
            case 11 -> code.add(new AddrSpaceCast(pointer(), any(), 1));
            case 12 -> pointerArithmetic();
            case 13 -> arithmetic();
            case 14 -> branch();
            default -> {
                if (random.nextBoolean()) {
                    throughStack();
                } else {
                    call();
                }
            }
        }
    }

    private int any() {
        return random.nextBoolean() ? number() : pointer();
    }

    private void atomic() {
        Size size = random.nextBoolean() ? Size.DW : Size.W;
        long line = (ArenaOperands.place(random) & 0xffff_ffffL) / 64 * 64;
        int inLine = ArenaOperands.inLine(random, size.bytes());
        point(ADDRESS, line);
        AtomicOp op = AtomicOp.values()[random.nextInt(AtomicOp.values().length)];
        boolean fetches = ArenaOperands.fetches(random, op);
        if (op == AtomicOp.CMPXCHG && random.nextBoolean()) {
            code.add(new Load(size, false, 0, ADDRESS, inLine));
        }
        int register = number();
        if (fetches) {
            code.addAll(ArenaOperands.cut(op == AtomicOp.CMPXCHG ? 0 : register, size));
        }
        code.add(new Atomic(op, fetches, size, ADDRESS, inLine, register));
    }

    private Operand operand(int register) {
        return random.nextBoolean() ? Operand.register(register) : Operand.immediate(1 + random.nextInt(31));
    }

    private void pointerArithmetic() {
        AluOp op = AluOp.values()[random.nextInt(AluOp.values().length)];
        Width width = random.nextInt(3) == 0 ? Width.W32 : Width.W64;
        if (random.nextInt(4) == 0) {
            // a number becomes a pointer
            int register = number();
            code.add(new Alu(op, width, register, Operand.register(pointer())));
            code.add(new Load(Size.B, false, ADDRESS, register, offset()));
            code.add(new Mov(Width.W64, pointer(), Operand.register(register), 0));
            code.add(new Mov(Width.W64, register, Operand.register(ADDRESS), 0));
        } else {
            code.add(new Alu(op, width, pointer(), operand(any())));
        }
    }

    private void arithmetic() {
        int register = number();
        switch (random.nextInt(4)) {
            case 0 -> code.add(new Neg(random.nextBoolean() ? Width.W64 : Width.W32, register));
            case 1 -> code.add(new Mov(Width.W32, register, Operand.register(any()), 0));
            case 2 -> code.add(new Mov(Width.W64, register, Operand.register(pointer()), 16));
            default -> {
                AluOp op = List.of(AluOp.ADD, AluOp.XOR, AluOp.MUL, AluOp.OR).get(random.nextInt(4));
                code.add(new Alu(op, random.nextBoolean() ? Width.W64 : Width.W32, register, operand(number())));
            }
        }
    }

    /** Skips something that changes no types. */
    private void branch() {
        Condition condition = Condition.values()[random.nextInt(Condition.values().length)];
        int left = any();
        boolean isPointer = left >= POINTERS[0];
        Operand right = isPointer ? Operand.immediate(0) : operand(number());
        Width width = isPointer || random.nextBoolean() ? Width.W64 : Width.W32;
        if (isPointer) {
            condition = random.nextBoolean() ? Condition.EQ : Condition.NE;
        }
        code.add(new Branch(condition, width, left, right, 2));
        code.add(new Store(Size.W, pointer(), offset(), Operand.immediate(random.nextInt())));
        code.add(new Mov(Width.W64, number(), Operand.immediate(random.nextInt()), 0));
    }

    private void throughStack() {
        int slot = -16 - 8 * random.nextInt(3);
        code.add(new Store(Size.DW, 10, slot, Operand.register(pointer())));
        code.add(new Load(Size.DW, false, pointer(), 10, slot));
        code.add(new Store(Size.DW, 10, SLOT, Operand.register(number())));
        code.add(new Load(Size.DW, false, number(), 10, SLOT));
    }

    private void call() {
        callsFunction = true;
        code.add(new Mov(Width.W64, ADDRESS, Operand.register(5), 0));
        code.add(new Mov(Width.W64, 1, Operand.register(pointer()), 0));
        code.add(new Mov(Width.W64, 2, Operand.register(NUMBERS[random.nextInt(NUMBERS.length)]), 0));
        code.add(new Call(CallKind.SUBPROGRAM, 0, 0));
        code.add(new Mov(Width.W64, pointer(), Operand.register(0), 0));
        code.add(new Mov(Width.W64, 0, Operand.register(ADDRESS), 0));
        for (int register = 2; register <= 5; register++) {
            code.add(new Mov(Width.W64, register, Operand.register(ADDRESS), 0));
        }
    }
}
