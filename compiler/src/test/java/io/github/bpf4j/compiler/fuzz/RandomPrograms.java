/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.DraftBuilder.FRAME_POINTER;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.List;
import java.util.Random;

/**
 * Random programs that never trap: arithmetic on edge values, branches, counted loops, stack traffic of all widths, spilled pointers,
 * subprograms, callbacks, helpers that read the stack, map values, packets, atomics, and arenas. They end with {@code r0} made of all registers and of the stack. Most are small, some have
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
        /**
         * The first value of the first of the maps of {@link Comparison#MAPS}, which has room for the result behind {@link
         * RandomPrograms#MEMORY}. Such a program uses the other maps and the packet as well, and
         * every second of them the arena.
         */
        MAP_VALUE,
        /** Bytes of the stack that nothing initialises. */
        STACK
    }

    /** Where a pointer is saved: below words, loop counters and a callback's accumulator. */
    static final int SPILL = 128;

    private static final int ACCUMULATOR = 120;
    private static final int ARENA_ARGUMENT = 5;
    private static final int SUBPROGRAM = 0;
    private static final int CALLBACK = 1;
    private static final int FIRST_LABEL = 2;

    private final Random random;
    private final Place place;
    private final int stack;
    private final DraftBuilder out;
    private final RandomPointers pointers;
    private final RandomArena arena;
    private final boolean hasArena;
    private int depth;
    private boolean inSubprogram;
    private boolean callsSubprogram;
    private boolean callsBack;

    private RandomPrograms(Random random, Place place) {
        this.random = random;
        this.place = place;
        this.stack = Long.BYTES * (2 + random.nextInt(random.nextInt(4) == 0 ? 7 : 3));
        this.out = new DraftBuilder(random, FIRST_LABEL);
        this.pointers = new RandomPointers(random, out, stack);
        this.arena = new RandomArena(random, out);
        this.hasArena = place == Place.MAP_VALUE && random.nextBoolean();
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
        return generator.out.build();
    }

    // ---- the parts of a program ---------------------------------------------------------------------------------

    private void generate() {
        switch (place) {
            case BUFFER -> out.assign(9, 1);
            case MAP_VALUE -> {
                out.needed(new Store(Size.DW, FRAME_POINTER, -RandomPointers.CONTEXT, Operand.register(1)));
                out.needed(new LoadImm64(Imm64Kind.MAP_VALUE, 9, 0, 0));
            }
            case STACK -> out.assignStackAddress(9, SPILL + MEMORY);
        }
        for (int register : new int[] {0, 2, 3, 4, 5, 6, 7, 8}) {
            if (random.nextInt(3) == 0) {
                out.assignEdge(register);
            } else {
                out.add(new Load(
                        out.pick(Size.values()), false, register, 9, Long.BYTES * random.nextInt(MEMORY / Long.BYTES)));
            }
        }
        initialiseStack();
        if (hasArena) {
            arena.begin();
        }
        statements(size());
        for (int register = 2; register < 9; register++) {
            mix(register);
        }
        hashStack();
        if (hasArena) {
            arena.saved(2);
            mix(2);
        }
        if (place == Place.MAP_VALUE) {
            out.add(new Store(Size.DW, 9, MEMORY, Operand.register(0)));
        }
        out.needed(new Exit());
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
            out.needed(new Store(Size.DW, FRAME_POINTER, -offset, Operand.register(out.scalar())));
        }
    }

    private void hashStack() {
        for (int offset = Long.BYTES; offset <= stack; offset += Long.BYTES) {
            out.add(new Load(Size.DW, false, 2, FRAME_POINTER, -offset));
            mix(2);
        }
    }

    private void mix(int register) {
        out.add(new Alu(AluOp.MUL, Width.W64, 0, Operand.immediate(31)));
        out.add(new Alu(AluOp.ADD, Width.W64, 0, Operand.register(register)));
    }

    private void subprogram() {
        inSubprogram = true;
        out.place(SUBPROGRAM);
        out.needed(new Mov(Width.W64, 9, Operand.register(1), 0));
        out.needed(new Mov(Width.W64, 0, Operand.register(2), 0));
        if (hasArena) {
            arena.save(ARENA_ARGUMENT);
        }
        for (int register = 4; register < 9; register++) {
            out.needed(new Mov(Width.W64, register, Operand.register(random.nextInt(2) + 2), 0));
        }
        initialiseStack();
        statements(3 + random.nextInt(6));
        hashStack();
        out.needed(new Exit());
    }

    /** Called with an index in r1 and the address of {@link #ACCUMULATOR} in r2. */
    private void callback() {
        out.place(CALLBACK);
        out.add(new Load(Size.DW, false, 3, 2, 0));
        out.add(new Alu(out.pick(AluOp.values()), out.width(), 3, Operand.register(1)));
        out.add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(random.nextInt())));
        if (hasArena) {
            arena.accumulate(3, 4, 5);
        }
        out.add(new Store(Size.DW, 2, 0, Operand.register(3)));
        out.needed(new Mov(Width.W64, 0, Operand.immediate(0), 0));
        out.needed(new Exit());
    }

    private void statements(int count) {
        for (int i = 0; i < count; i++) {
            statement();
        }
    }

    private void statement() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> arithmetic();
            case 5 -> out.add(new Mov(out.width(), out.scalar(), Operand.immediate(out.immediate()), 0));
            case 6 -> move();
            case 7 -> {
                Swap swap = out.pick(Swap.values());
                out.add(new ByteSwap(swap, 16 << random.nextInt(3), out.scalar()));
            }
            case 8, 9 -> stack();
            case 10, 11 -> memory();
            case 12 -> branch();
            case 13 -> loop();
            case 14 -> atomic();
            case 15 -> spill();
            case 16 -> ordered();
            case 17, 18 -> {
                if (hasArena && random.nextBoolean()) {
                    arena.statement();
                } else if (place == Place.MAP_VALUE) {
                    pointers.statement(inSubprogram);
                }
            }
            default -> call();
        }
    }

    // ---- statements ---------------------------------------------------------------------------------------------

    private void arithmetic() {
        AluOp op = out.pick(AluOp.values());
        Width width = out.width();
        Operand source = switch (op) {
            case LSH, RSH, ARSH -> Operand.immediate(random.nextInt(width == Width.W64 ? 64 : 32));
            case DIV, SDIV, MOD, SMOD -> {
                int divisor = out.immediate();
                yield Operand.immediate(divisor == 0 ? 3 : divisor);
            }
            default -> Operand.immediate(out.immediate());
        };
        out.add(new Alu(op, width, out.scalar(), random.nextBoolean() ? Operand.register(out.scalar()) : source));
        if (random.nextInt(4) == 0) {
            out.add(new Neg(width, out.scalar()));
        }
    }

    private void move() {
        Width width = out.width();
        int signExtendFrom = random.nextBoolean() ? 0 : 8 << random.nextInt(width == Width.W64 ? 3 : 2);
        out.add(new Mov(width, out.scalar(), Operand.register(out.scalar()), signExtendFrom));
    }

    private void stack() {
        Size size = out.pick(Size.values());
        int offset = -size.bytes() * (1 + random.nextInt(stack / size.bytes()));
        if (random.nextBoolean()) {
            Operand source =
                    random.nextInt(3) == 0 ? Operand.immediate(out.immediate()) : Operand.register(out.scalar());
            out.add(new Store(size, FRAME_POINTER, offset, source));
        } else {
            out.load(size, FRAME_POINTER, offset);
        }
    }

    private void memory() {
        Size size = out.pick(Size.values());
        int offset = random.nextInt(MEMORY - size.bytes() + 1);
        switch (random.nextInt(4)) {
            case 0 -> out.add(new Store(size, 9, offset, Operand.register(out.scalar())));
            case 1 -> out.load(size, 9, offset);
            default -> {
                int index = out.scalar();
                int variable = 31;
                out.add(new Alu(AluOp.AND, Width.W64, index, Operand.immediate(variable)));
                out.assign(1, 9);
                out.add(new Alu(AluOp.ADD, Width.W64, 1, Operand.register(index)));
                int rest = random.nextInt(MEMORY - variable - size.bytes() + 1);
                if (random.nextBoolean()) {
                    out.load(size, 1, rest);
                } else {
                    out.add(new Store(size, 1, rest, Operand.register(out.scalar())));
                }
            }
        }
    }

    private void branch() {
        if (depth > 2) {
            return;
        }
        depth++;
        int skip = out.newLabel();
        Operand right = random.nextBoolean() ? Operand.register(out.scalar()) : Operand.immediate(out.immediate());
        out.add(new Branch(out.pick(Condition.values()), out.width(), out.scalar(), right, 0), skip);
        statements(1 + random.nextInt(4));
        if (random.nextBoolean()) {
            int end = out.newLabel();
            out.add(new Jump(0, random.nextInt(4) == 0), end);
            out.place(skip);
            statements(1 + random.nextInt(4));
            out.place(end);
        } else {
            out.place(skip);
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
        int again = out.newLabel();
        int end = out.newLabel();
        out.add(new Store(Size.DW, FRAME_POINTER, -counter, Operand.immediate(0)));
        out.place(again);
        if (random.nextInt(8) == 0) {
            out.add(new MayGoto(0), end);
        }
        statements(1 + random.nextInt(4));
        out.add(new Load(Size.DW, false, 1, FRAME_POINTER, -counter));
        out.add(new Alu(AluOp.ADD, Width.W64, 1, Operand.immediate(1)));
        out.add(new Store(Size.DW, FRAME_POINTER, -counter, Operand.register(1)));
        out.add(new Branch(Condition.LT, Width.W64, 1, Operand.immediate(2 + random.nextInt(6)), 0), again);
        out.place(end);
        depth--;
    }

    private void atomic() {
        AtomicOp op = out.pick(AtomicOp.values());
        boolean fetches = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG || random.nextBoolean();
        Size size = random.nextBoolean() ? Size.W : Size.DW;
        boolean onStack = random.nextBoolean();
        int offset = Long.BYTES * random.nextInt((onStack ? stack : MEMORY) / Long.BYTES);
        int base = onStack ? FRAME_POINTER : 9;
        out.add(new Atomic(op, fetches, size, base, onStack ? -Long.BYTES - offset : offset, out.scalar()));
    }

    /** Load-acquire and store-release. */
    private void ordered() {
        Size size = out.pick(Size.values());
        int offset = size.bytes() * random.nextInt(MEMORY / size.bytes());
        out.add(
                random.nextBoolean()
                        ? new LoadAcquire(size, out.scalar(), 9, offset)
                        : new StoreRelease(size, 9, offset, out.scalar()));
    }

    /** A pointer saved on the stack and used from there. */
    private void spill() {
        boolean toMemory = random.nextBoolean();
        out.add(new Store(Size.DW, FRAME_POINTER, -SPILL, Operand.register(toMemory ? 9 : FRAME_POINTER)));
        out.add(new Load(Size.DW, false, 1, FRAME_POINTER, -SPILL));
        out.load(out.pick(Size.values()), 1, toMemory ? Long.BYTES : -Long.BYTES);
    }

    private void call() {
        switch (random.nextInt(inSubprogram ? 1 : 4)) {
            case 0 -> checksum();
            case 1 -> loopWithCallback();
            default -> {
                callsSubprogram = true;
                out.assign(1, 9);
                if (hasArena) {
                    arena.pass(ARENA_ARGUMENT);
                }
                out.add(new Call(CallKind.SUBPROGRAM, 0, 0), SUBPROGRAM);
                out.restoreArguments();
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
        out.assignStackAddress(1, from);
        out.assignNumber(2, 4 * (1 + random.nextInt(from / 4)));
        out.assignStackAddress(3, to);
        out.assignNumber(4, 4 * (1 + random.nextInt(to / 4)));
        out.assign(5, 6 + random.nextInt(3));
        out.callHelper("bpf_csum_diff");
        out.restoreArguments();
    }

    private void loopWithCallback() {
        if (place == Place.BUFFER) {
            return;
        }
        callsBack = true;
        out.add(new Store(Size.DW, FRAME_POINTER, -ACCUMULATOR, Operand.register(out.scalar())));
        out.assignNumber(1, random.nextInt(5));
        out.add(new LoadImm64(Imm64Kind.FUNC, 2, 0, 0), CALLBACK);
        out.assignStackAddress(3, ACCUMULATOR);
        out.assignNumber(4, 0);
        out.callHelper("bpf_loop");
        out.restoreArguments();
        out.add(new Load(Size.DW, false, out.scalar(), FRAME_POINTER, -ACCUMULATOR));
    }
}
