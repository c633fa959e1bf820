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

/**
 * Random programs that never trap: arithmetic on edge values, branches, counted loops, stack traffic of all widths, spilled pointers,
 * subprograms, callbacks, helpers that read the stack, and atomics. They end with {@code r0} made of all registers and of the stack. Most are small, some have
 * hundreds of instructions.
 *
 * <p>Scalars live in r0 and r2 to r8, r9 holds the memory, r1 is free.
 */
public final class RandomPrograms {
    /** Bytes of memory that a program works on. */
    public static final int MEMORY = 64;

    /** What memory a program works on. */
    public enum Place {
        /** What r1 points to when a raw program starts. */
        BUFFER,
        /** The first value of the program's first map, which has room for the result behind {@link RandomPrograms#MEMORY}. */
        MAP_VALUE,
        /** Bytes of the stack that nothing initialises. */
        STACK
    }

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

    /** Where a pointer is saved: below words, loop counters and a callback's accumulator. */
    private static final int SPILL = 128;

    private static final int ACCUMULATOR = 120;
    private static final int FRAME_POINTER = 10;
    private static final int SUBPROGRAM = 0;
    private static final int CALLBACK = 1;
    private static final int FIRST_LABEL = 2;

    private final Random random;
    private final Place place;
    private final int stack;
    private final List<Draft.Line> lines = new ArrayList<>();
    private int labels = FIRST_LABEL;
    private int depth;
    private boolean inSubprogram;
    private boolean callsSubprogram;
    private boolean callsBack;

    private RandomPrograms(Random random, Place place) {
        this.random = random;
        this.place = place;
        this.stack = Long.BYTES * (2 + random.nextInt(random.nextInt(4) == 0 ? 7 : 3));
    }

    /**
     * A program.
     *
     * @param random decides
     * @param place what it works on
     * @return its instructions by slot
     */
    public static List<Instruction> program(Random random, Place place) {
        return draft(random, place).instructions();
    }

    /** A program that can be shrunk. */
    static Draft draft(Random random, Place place) {
        RandomPrograms generator = new RandomPrograms(random, place);
        generator.generate();
        return new Draft(generator.lines);
    }

    // ---- the parts of a program ---------------------------------------------------------------------------------

    private void generate() {
        switch (place) {
            case BUFFER -> add(move(Width.W64, 9, Operand.register(1)));
            case MAP_VALUE -> add(new LoadImm64(Imm64Kind.MAP_VALUE, 9, 0, 0));
            case STACK -> {
                add(move(Width.W64, 9, Operand.register(FRAME_POINTER)));
                add(new Alu(AluOp.ADD, Width.W64, 9, Operand.immediate(-SPILL - MEMORY)));
            }
        }
        for (int register : new int[] {0, 2, 3, 4, 5, 6, 7, 8}) {
            if (random.nextInt(3) == 0) {
                number(register, EDGES[random.nextInt(EDGES.length)]);
            } else {
                add(new Load(
                        pick(Size.values()), false, register, 9, Long.BYTES * random.nextInt(MEMORY / Long.BYTES)));
            }
        }
        initialiseStack();
        statements(size());
        for (int register = 2; register < 9; register++) {
            mix(register);
        }
        hashStack();
        if (place == Place.MAP_VALUE) {
            add(new Store(Size.DW, 9, MEMORY, Operand.register(0)));
        }
        needed(new Exit());
        if (callsSubprogram) {
            subprogram();
        }
        if (callsBack) {
            callback();
        }
    }

    private int size() {
        return switch (random.nextInt(64)) {
            case 0 -> 60 + random.nextInt(200);
            case 1, 2, 3, 4, 5, 6, 7 -> 10 + random.nextInt(30);
            default -> 1 + random.nextInt(10);
        };
    }

    /** Without it, words of the stack would hold anything, here and in the kernel. */
    private void initialiseStack() {
        for (int offset = Long.BYTES; offset <= stack; offset += Long.BYTES) {
            needed(new Store(Size.DW, FRAME_POINTER, -offset, Operand.register(scalar())));
        }
    }

    private void hashStack() {
        for (int offset = Long.BYTES; offset <= stack; offset += Long.BYTES) {
            add(new Load(Size.DW, false, 2, FRAME_POINTER, -offset));
            mix(2);
        }
    }

    private void mix(int register) {
        add(new Alu(AluOp.MUL, Width.W64, 0, Operand.immediate(31)));
        add(new Alu(AluOp.ADD, Width.W64, 0, Operand.register(register)));
    }

    private void subprogram() {
        inSubprogram = true;
        lines.add(new Draft.Label(SUBPROGRAM));
        needed(move(Width.W64, 9, Operand.register(1)));
        needed(move(Width.W64, 0, Operand.register(2)));
        for (int register = 4; register < 9; register++) {
            needed(move(Width.W64, register, Operand.register(random.nextInt(2) + 2)));
        }
        initialiseStack();
        statements(3 + random.nextInt(6));
        hashStack();
        needed(new Exit());
    }

    /** Called with an index in r1 and the address of {@link #ACCUMULATOR} in r2. */
    private void callback() {
        lines.add(new Draft.Label(CALLBACK));
        add(new Load(Size.DW, false, 3, 2, 0));
        add(new Alu(pick(AluOp.values()), width(), 3, Operand.register(1)));
        add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(random.nextInt())));
        add(new Store(Size.DW, 2, 0, Operand.register(3)));
        needed(move(Width.W64, 0, Operand.immediate(0)));
        needed(new Exit());
    }

    private void statements(int count) {
        for (int i = 0; i < count; i++) {
            statement();
        }
    }

    private void statement() {
        switch (random.nextInt(18)) {
            case 0, 1, 2, 3, 4 -> arithmetic();
            case 5 -> add(move(width(), scalar(), Operand.immediate(immediate())));
            case 6 -> move();
            case 7 -> {
                Swap swap = pick(Swap.values());
                add(new ByteSwap(swap, 16 << random.nextInt(3), scalar()));
            }
            case 8, 9 -> stack();
            case 10, 11 -> memory();
            case 12 -> branch();
            case 13 -> loop();
            case 14 -> atomic();
            case 15 -> spill();
            case 16 -> ordered();
            default -> call();
        }
    }

    // ---- statements ---------------------------------------------------------------------------------------------

    private void arithmetic() {
        AluOp op = pick(AluOp.values());
        Width width = width();
        Operand source = switch (op) {
            case LSH, RSH, ARSH -> Operand.immediate(random.nextInt(width == Width.W64 ? 64 : 32));
            case DIV, SDIV, MOD, SMOD -> {
                int divisor = immediate();
                yield Operand.immediate(divisor == 0 ? 3 : divisor);
            }
            default -> Operand.immediate(immediate());
        };
        add(new Alu(op, width, scalar(), random.nextBoolean() ? Operand.register(scalar()) : source));
        if (random.nextInt(4) == 0) {
            add(new Neg(width, scalar()));
        }
    }

    private void move() {
        Width width = width();
        int signExtendFrom = random.nextBoolean() ? 0 : 8 << random.nextInt(width == Width.W64 ? 3 : 2);
        add(new Mov(width, scalar(), Operand.register(scalar()), signExtendFrom));
    }

    private void stack() {
        Size size = pick(Size.values());
        int offset = -size.bytes() * (1 + random.nextInt(stack / size.bytes()));
        if (random.nextBoolean()) {
            Operand source = random.nextInt(3) == 0 ? Operand.immediate(immediate()) : Operand.register(scalar());
            add(new Store(size, FRAME_POINTER, offset, source));
        } else {
            load(size, FRAME_POINTER, offset);
        }
    }

    private void load(Size size, int base, int offset) {
        add(new Load(size, size != Size.DW && random.nextInt(4) == 0, scalar(), base, offset));
    }

    private void memory() {
        Size size = pick(Size.values());
        int offset = random.nextInt(MEMORY - size.bytes() + 1);
        switch (random.nextInt(4)) {
            case 0 -> add(new Store(size, 9, offset, Operand.register(scalar())));
            case 1 -> load(size, 9, offset);
            default -> {
                int index = scalar();
                int variable = 31;
                add(new Alu(AluOp.AND, Width.W64, index, Operand.immediate(variable)));
                add(move(Width.W64, 1, Operand.register(9)));
                add(new Alu(AluOp.ADD, Width.W64, 1, Operand.register(index)));
                int rest = random.nextInt(MEMORY - variable - size.bytes() + 1);
                if (random.nextBoolean()) {
                    load(size, 1, rest);
                } else {
                    add(new Store(size, 1, rest, Operand.register(scalar())));
                }
            }
        }
    }

    private void branch() {
        if (depth > 2) {
            return;
        }
        depth++;
        int skip = labels++;
        Operand right = random.nextBoolean() ? Operand.register(scalar()) : Operand.immediate(immediate());
        add(new Branch(pick(Condition.values()), width(), scalar(), right, 0), skip);
        statements(1 + random.nextInt(4));
        if (random.nextBoolean()) {
            int end = labels++;
            add(new Jump(0, random.nextInt(4) == 0), end);
            lines.add(new Draft.Label(skip));
            statements(1 + random.nextInt(4));
            lines.add(new Draft.Label(end));
        } else {
            lines.add(new Draft.Label(skip));
        }
        depth--;
    }

    /** A loop whose counter lives in a stack word that nothing else touches; sometimes one that {@code may_goto} would end as well. */
    private void loop() {
        if (depth > 1) {
            return;
        }
        depth++;
        int counter = stack + Long.BYTES * depth;
        int again = labels++;
        int end = labels++;
        add(new Store(Size.DW, FRAME_POINTER, -counter, Operand.immediate(0)));
        lines.add(new Draft.Label(again));
        if (random.nextInt(8) == 0) {
            add(new MayGoto(0), end);
        }
        statements(1 + random.nextInt(4));
        add(new Load(Size.DW, false, 1, FRAME_POINTER, -counter));
        add(new Alu(AluOp.ADD, Width.W64, 1, Operand.immediate(1)));
        add(new Store(Size.DW, FRAME_POINTER, -counter, Operand.register(1)));
        add(new Branch(Condition.LT, Width.W64, 1, Operand.immediate(2 + random.nextInt(6)), 0), again);
        lines.add(new Draft.Label(end));
        depth--;
    }

    private void atomic() {
        AtomicOp op = pick(AtomicOp.values());
        boolean fetches = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG || random.nextBoolean();
        Size size = random.nextBoolean() ? Size.W : Size.DW;
        boolean onStack = random.nextBoolean();
        int offset = Long.BYTES * random.nextInt((onStack ? stack : MEMORY) / Long.BYTES);
        int base = onStack ? FRAME_POINTER : 9;
        add(new Atomic(op, fetches, size, base, onStack ? -Long.BYTES - offset : offset, scalar()));
    }

    /** Load-acquire and store-release. */
    private void ordered() {
        Size size = pick(Size.values());
        int offset = size.bytes() * random.nextInt(MEMORY / size.bytes());
        add(
                random.nextBoolean()
                        ? new LoadAcquire(size, scalar(), 9, offset)
                        : new StoreRelease(size, 9, offset, scalar()));
    }

    /** A pointer saved on the stack and used from there. */
    private void spill() {
        boolean toMemory = random.nextBoolean();
        add(new Store(Size.DW, FRAME_POINTER, -SPILL, Operand.register(toMemory ? 9 : FRAME_POINTER)));
        add(new Load(Size.DW, false, 1, FRAME_POINTER, -SPILL));
        load(pick(Size.values()), 1, toMemory ? Long.BYTES : -Long.BYTES);
    }

    private void call() {
        switch (random.nextInt(inSubprogram ? 1 : 4)) {
            case 0 -> checksum();
            case 1 -> loopWithCallback();
            default -> {
                callsSubprogram = true;
                add(move(Width.W64, 1, Operand.register(9)));
                add(new Call(CallKind.SUBPROGRAM, 0, 0), SUBPROGRAM);
                restoreArguments();
            }
        }
    }

    /** A helper that reads words of the stack. Not in raw programs, which call none. */
    private void checksum() {
        if (place == Place.BUFFER) {
            return;
        }
        int from = Long.BYTES * (1 + random.nextInt(stack / Long.BYTES));
        int to = Long.BYTES * (1 + random.nextInt(stack / Long.BYTES));
        add(move(Width.W64, 1, Operand.register(FRAME_POINTER)));
        add(new Alu(AluOp.ADD, Width.W64, 1, Operand.immediate(-from)));
        add(move(Width.W64, 2, Operand.immediate(4 * (1 + random.nextInt(from / 4)))));
        add(move(Width.W64, 3, Operand.register(FRAME_POINTER)));
        add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(-to)));
        add(move(Width.W64, 4, Operand.immediate(4 * (1 + random.nextInt(to / 4)))));
        add(move(Width.W64, 5, Operand.register(6 + random.nextInt(3))));
        add(helper("bpf_csum_diff"));
        restoreArguments();
    }

    private void loopWithCallback() {
        if (place == Place.BUFFER) {
            return;
        }
        callsBack = true;
        add(new Store(Size.DW, FRAME_POINTER, -ACCUMULATOR, Operand.register(scalar())));
        add(move(Width.W64, 1, Operand.immediate(random.nextInt(5))));
        add(new LoadImm64(Imm64Kind.FUNC, 2, 0, 0), CALLBACK);
        add(move(Width.W64, 3, Operand.register(FRAME_POINTER)));
        add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(-ACCUMULATOR)));
        add(move(Width.W64, 4, Operand.immediate(0)));
        add(helper("bpf_loop"));
        restoreArguments();
        add(new Load(Size.DW, false, scalar(), FRAME_POINTER, -ACCUMULATOR));
    }

    /** A call leaves r1 to r5 unreadable. */
    private void restoreArguments() {
        for (int register = 2; register <= 5; register++) {
            add(move(Width.W64, register, Operand.register(random.nextBoolean() ? 0 : 6 + random.nextInt(3))));
        }
    }

    // ---- lines --------------------------------------------------------------------------------------------------

    private static Instruction move(Width width, int dst, Operand src) {
        return new Mov(width, dst, src, 0);
    }

    private static Instruction helper(String name) {
        return new Call(
                CallKind.HELPER,
                Objects.requireNonNull(HelperTable.byName(name)).id(),
                0);
    }

    private void number(int register, long value) {
        add(new LoadImm64(Imm64Kind.VALUE, register, (int) value, (int) (value >>> Integer.SIZE)));
    }

    private void add(Instruction instruction) {
        lines.add(new Draft.Code(instruction, Draft.NONE, false));
    }

    private void add(Instruction instruction, int label) {
        lines.add(new Draft.Code(instruction, label, false));
    }

    private void needed(Instruction instruction) {
        lines.add(new Draft.Code(instruction, Draft.NONE, true));
    }

    private int scalar() {
        int register = random.nextInt(8);
        return register == 0 ? 0 : register + 1;
    }

    private int immediate() {
        return random.nextInt(3) == 0 ? random.nextInt() : (int) EDGES[random.nextInt(EDGES.length)];
    }

    private Width width() {
        return random.nextBoolean() ? Width.W64 : Width.W32;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
