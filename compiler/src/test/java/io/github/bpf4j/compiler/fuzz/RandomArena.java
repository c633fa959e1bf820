/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.DraftBuilder.FRAME_POINTER;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.Random;

/**
 * Random statements on an arena, the last of the maps of {@link Comparison#MAPS}, some of whose pages are missing. A statement's pointer is in r1;
 * between statements one is saved on the stack, so that loops move it. No instruction works on the arena on one path and on something else
 * on another, which Linux refuses.
 */
final class RandomArena {
    /** Where a pointer into the arena is saved, in the program's frame and in its subprogram's. */
    private static final int SAVED = 144;

    private static final int POINTER = 1;
    private static final int TO_ARENA = 1;
    private static final int TO_USER = 1 << 16;
    private static final int LINE = 64;

    private final Random random;
    private final DraftBuilder out;

    RandomArena(Random random, DraftBuilder out) {
        this.random = random;
        this.out = out;
    }

    /** At the start of a program, which has the arena from here on. */
    void begin() {
        out.needed(new LoadImm64(Imm64Kind.MAP_FD, POINTER, Comparison.MAPS.indexOf("arena"), 0));
        place(POINTER);
        save(POINTER);
    }

    /** Hands the saved pointer to a subprogram. */
    void pass(int argument) {
        out.add(new Load(Size.DW, false, argument, FRAME_POINTER, -SAVED));
    }

    /** Saves a pointer, as a subprogram does at its start with the one it was passed. */
    void save(int register) {
        out.needed(new Store(Size.DW, FRAME_POINTER, -SAVED, Operand.register(register)));
    }

    /** At the end of a program: the saved pointer as the number that user space knows its place by. */
    void saved(int dst) {
        out.add(new Load(Size.DW, false, dst, FRAME_POINTER, -SAVED));
        out.add(new AddrSpaceCast(dst, dst, TO_USER));
    }

    /** {@code register = } a constant place. */
    private void place(int register) {
        long place = ArenaOperands.place(random);
        out.add(new LoadImm64(Imm64Kind.VALUE, register, (int) place, (int) (place >>> Integer.SIZE)));
        out.add(new AddrSpaceCast(register, register, TO_ARENA));
    }

    /** One statement. */
    void statement() {
        switch (random.nextInt(6)) {
            case 0 -> place(POINTER);
            case 1 -> fromNumber();
            default -> pass(POINTER);
        }
        if (random.nextInt(3) == 0) {
            move();
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> out.load(out.pick(Size.values()), POINTER, ArenaOperands.offset(random));
            case 2, 3 -> store();
            case 4 -> atomic();
            case 5 -> ordered();
            case 6 -> unlessNull();
            default -> asNumber();
        }
        if (random.nextInt(4) == 0) {
            save(POINTER);
        }
    }

    /** In a callback: adds what an arena has at a place to a number, and puts the sum there. */
    void accumulate(int number, int pointer, int scratch) {
        place(pointer);
        int offset = ArenaOperands.offset(random);
        Size size = out.pick(Size.values());
        out.add(new Load(size, false, scratch, pointer, offset));
        out.add(new Alu(AluOp.ADD, Width.W64, number, Operand.register(scratch)));
        out.add(new Store(size, pointer, offset, Operand.register(number)));
    }

    private void fromNumber() {
        out.assign(POINTER, out.scalar());
        if (random.nextBoolean()) {
            out.add(new Alu(AluOp.AND, Width.W64, POINTER, Operand.immediate(0x7fff)));
        }
        out.add(new AddrSpaceCast(POINTER, POINTER, TO_ARENA));
    }

    private void move() {
        Operand distance = random.nextBoolean()
                ? Operand.register(out.scalar())
                : Operand.immediate(1 + random.nextInt(random.nextBoolean() ? 31 : ArenaPages.PAGE));
        AluOp op = random.nextBoolean() ? AluOp.ADD : out.pick(AluOp.values());
        boolean shift = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
        out.add(new Alu(
                op,
                out.width(),
                POINTER,
                shift && !distance.isRegister() ? Operand.immediate(random.nextInt(Integer.SIZE)) : distance));
    }

    private void store() {
        Operand source = random.nextInt(3) == 0 ? Operand.immediate(out.immediate()) : Operand.register(out.scalar());
        out.add(new Store(out.pick(Size.values()), POINTER, ArenaOperands.offset(random), source));
    }

    private void atomic() {
        out.add(new Alu(AluOp.AND, Width.W64, POINTER, Operand.immediate(-LINE)));
        AtomicOp op = out.pick(AtomicOp.values());
        boolean fetches = ArenaOperands.fetches(random, op);
        Size size = random.nextBoolean() ? Size.W : Size.DW;
        int inLine = ArenaOperands.inLine(random, size.bytes());
        if (op == AtomicOp.CMPXCHG && random.nextBoolean()) {
            out.add(new Load(size, false, 0, POINTER, inLine));
        }
        out.add(new Atomic(op, fetches, size, POINTER, inLine, out.scalar()));
    }

    private void ordered() {
        Size size = out.pick(Size.values());
        int offset = ArenaOperands.offset(random);
        out.add(
                random.nextBoolean()
                        ? new LoadAcquire(size, out.scalar(), POINTER, offset)
                        : new StoreRelease(size, POINTER, offset, out.scalar()));
    }

    private void unlessNull() {
        int isNull = out.newLabel();
        out.add(
                new Branch(
                        random.nextBoolean() ? Condition.EQ : Condition.NE,
                        Width.W64,
                        POINTER,
                        Operand.immediate(0),
                        0),
                isNull);
        store();
        out.place(isNull);
    }

    /** The pointer as a number: as user space knows it, or as it is in the map value. */
    private void asNumber() {
        if (random.nextBoolean()) {
            out.add(new AddrSpaceCast(out.scalar(), POINTER, TO_USER));
        } else {
            int offset = Long.BYTES * random.nextInt(RandomPrograms.MEMORY / Long.BYTES);
            out.add(new Store(Size.DW, 9, offset, Operand.register(POINTER)));
        }
    }
}
