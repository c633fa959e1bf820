/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.DraftBuilder.FRAME_POINTER;

import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.Random;

/**
 * Random statements on pointers of all kinds: values of maps and of maps in maps, NULL among them, packet bytes behind a bounds check, a
 * pointer that is one thing on one path and another on the other. They expect the maps of {@link Comparison#MAPS}, the context at {@link
 * #CONTEXT} below the frame pointer, and the memory in r9.
 */
final class RandomPointers {
    /** Where the context is saved. */
    static final int CONTEXT = 136;

    private static final int KEY = 96;
    private static final int ARRAY = 1;
    private static final int OUTER = 3;
    private static final int DATA = 76;
    private static final int DATA_END = 80;

    private final Random random;
    private final DraftBuilder out;
    private final int stack;

    /**
     * Statements for a draft.
     *
     * @param random decides
     * @param out the draft
     * @param stack bytes of stack below the frame pointer that hold numbers
     */
    RandomPointers(Random random, DraftBuilder out, int stack) {
        this.random = random;
        this.out = out;
        this.stack = stack;
    }

    /** One statement; in a subprogram, which has no context, none on packets. */
    void statement(boolean inSubprogram) {
        switch (random.nextInt(inSubprogram ? 3 : 4)) {
            case 0 -> lookup();
            case 1 -> either();
            case 2 -> saved();
            default -> packet();
        }
    }

    /** Looks a key up that may be there or not, and reads what it finds. */
    private void lookup() {
        int missing = out.newLabel();
        Operand key = random.nextBoolean() ? Operand.immediate(random.nextInt(6)) : Operand.register(out.scalar());
        out.add(new Store(Size.W, FRAME_POINTER, -KEY, key));
        int map = ARRAY + random.nextInt(3);
        out.add(new LoadImm64(Imm64Kind.MAP_FD, 1, map, 0));
        call(missing);
        if (map == OUTER) {
            out.assign(1, 0);
            call(missing);
        }
        Size size = out.pick(Size.values());
        if (random.nextInt(3) == 0) {
            out.add(new Alu(AluOp.ADD, Width.W64, 0, Operand.immediate(8 - size.bytes())));
            out.add(new Load(size, false, 0, 0, 0));
        } else {
            out.add(new Load(size, false, 0, 0, random.nextInt(9 - size.bytes())));
        }
        out.place(missing);
        out.restoreArguments();
    }

    private void call(int missing) {
        out.assignStackAddress(2, KEY);
        out.callHelper("bpf_map_lookup_elem");
        out.add(new Branch(Condition.EQ, Width.W64, 0, Operand.immediate(0), 0), missing);
    }

    /** A pointer to the memory or to the stack, as a condition decides. */
    private void either() {
        int there = out.newLabel();
        out.assign(1, 9);
        out.add(
                new Branch(
                        out.pick(Condition.values()), out.width(), out.scalar(), Operand.immediate(out.immediate()), 0),
                there);
        out.assignStackAddress(1, stack);
        out.place(there);
        access(Math.min(stack, RandomPrograms.MEMORY));
    }

    /** The same, saved on the stack in between. */
    private void saved() {
        int there = out.newLabel();
        int done = out.newLabel();
        out.assign(1, 9);
        out.add(
                new Branch(out.pick(Condition.values()), out.width(), out.scalar(), Operand.register(out.scalar()), 0),
                there);
        out.assignStackAddress(1, stack);
        out.add(new Store(Size.DW, FRAME_POINTER, -RandomPrograms.SPILL, Operand.register(1)));
        out.add(new Jump(0, false), done);
        out.place(there);
        out.add(new Store(Size.DW, FRAME_POINTER, -RandomPrograms.SPILL, Operand.register(1)));
        out.place(done);
        out.add(new Load(Size.DW, false, 1, FRAME_POINTER, -RandomPrograms.SPILL));
        access(Math.min(stack, RandomPrograms.MEMORY));
    }

    private void access(int bytes) {
        Size size = out.pick(Size.values());
        int offset = size.bytes() * random.nextInt(bytes / size.bytes());
        if (random.nextBoolean()) {
            out.load(size, 1, offset);
        } else {
            out.add(new Store(size, 1, offset, Operand.register(out.scalar())));
        }
    }

    /** Reads from the packet, at a constant or at a variable place. */
    private void packet() {
        int tooShort = out.newLabel();
        Size size = out.pick(Size.values());
        int bytes = size.bytes() + random.nextInt(60);
        out.add(new Load(Size.DW, false, 1, FRAME_POINTER, -CONTEXT));
        out.add(new Load(Size.W, false, 2, 1, DATA_END));
        out.add(new Load(Size.W, false, 1, 1, DATA));
        if (random.nextBoolean()) {
            int index = 4 + random.nextInt(5);
            out.add(new Alu(AluOp.AND, Width.W64, index, Operand.immediate(31)));
            out.add(new Alu(AluOp.ADD, Width.W64, 1, Operand.register(index)));
        }
        out.assign(3, 1);
        out.add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(bytes)));
        out.add(new Branch(Condition.GT, Width.W64, 3, Operand.register(2), 0), tooShort);
        out.add(new Load(
                size, random.nextBoolean() && size != Size.DW, 6, 1, random.nextInt(bytes - size.bytes() + 1)));
        out.place(tooShort);
        out.assign(2, 6);
        out.assign(3, 7);
    }
}
