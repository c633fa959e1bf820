/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.fuzz.CodeBuilder.Label;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Programs from a grammar of what LWT programs do: context fields, bounded packet access, map lookups, the stack, spilled pointers, arithmetic and
 * branches on scalars, loops, subprograms, callbacks, ring buffer records. The generator keeps track of what registers hold, so that most of its
 * programs are nearly right; sloppy ones get a detail wrong now and then. The context is in {@code r6} throughout.
 */
final class GrammarPrograms {
    /** What the programs' map indices mean. */
    static final List<MapDefinition> MAPS = List.of(
            new MapDefinition("values", MapType.ARRAY, 4, 64, 1, 0),
            new MapDefinition("table", MapType.HASH, 8, 32, 64, 0),
            new MapDefinition("percpu", MapType.PERCPU_ARRAY, 4, 16, 2, 0),
            new MapDefinition("events", MapType.RINGBUF, 0, 0, 4096, 0),
            new MapDefinition("programs", MapType.PROG_ARRAY, 4, 4, 2, 0));

    private static final int RING = 3;
    private static final int PROGRAMS = 4;
    private static final int CONTEXT = 6;
    private static final int FRAME = 10;
    private static final int[] FIELDS = {0, 4, 8, 12, 16, 20, 32, 36, 40, 48, 52, 64, 68, 76, 80, 84, 164, 176};
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

    private enum Kind {
        UNSET,
        SCALAR,
        PACKET,
        VALUE,
        MAYBE_VALUE,
        STACK
    }

    private final Random random;
    private final CodeBuilder code = new CodeBuilder();
    private Kind[] kinds = new Kind[10];
    /** Bytes that may be reached through a pointer. */
    private int[] sizes = new int[10];
    /** Scalars known to be not negative and below this; 0 for others. */
    private int[] limits = new int[10];

    private final Label out = code.label();
    private final boolean sloppy;
    private int depth;
    private boolean inSubprogram;
    private int stackReady;

    private GrammarPrograms(Random random) {
        this.random = random;
        this.sloppy = random.nextInt(10) < 3;
    }

    /** A program whose maps are {@link #MAPS}. */
    static List<Instruction> program(Random random) {
        GrammarPrograms generator = new GrammarPrograms(random);
        generator.generate();
        return generator.code.finish();
    }

    private void generate() {
        Label subprogram = code.label();
        Label callback = code.label();
        forget();
        code.add(new Mov(Width.W64, CONTEXT, Operand.register(1), 0));
        int statements = random.nextInt(40) == 0 ? 60 + random.nextInt(100) : 2 + random.nextInt(12);
        int calls = random.nextInt(5) == 0 ? random.nextInt(statements) : -1;
        int loops = random.nextInt(20) == 0 ? random.nextInt(statements) : -1;
        for (int i = 0; i < statements; i++) {
            statement();
            if (i == calls) {
                call(subprogram);
            }
            if (i == loops) {
                callBpfLoop(callback);
            }
        }
        if (oops() || random.nextInt(4) == 0) {
            int register = anyOf(Kind.SCALAR);
            code.add(new Mov(Width.W64, 0, Operand.register(register < 0 ? 7 : register), 0));
        } else {
            code.add(new Mov(Width.W64, 0, Operand.immediate(random.nextInt(4)), 0));
        }
        code.add(new Exit());
        code.place(out);
        code.add(new Mov(Width.W64, 0, Operand.immediate(random.nextInt(3)), 0));
        code.add(new Exit());
        function(subprogram, calls >= 0, 1 + random.nextInt(5));
        function(callback, loops >= 0, 1 + random.nextInt(3));
    }

    /** A static function, if it is called. */
    private void function(Label start, boolean called, int statements) {
        if (!called) {
            return;
        }
        code.place(start);
        inSubprogram = true;
        stackReady = 0;
        forget();
        kinds[1] = Kind.SCALAR;
        kinds[2] = Kind.SCALAR;
        for (int i = 0; i < statements; i++) {
            statement();
        }
        code.add(new Mov(Width.W64, 0, Operand.immediate(random.nextInt(2)), 0));
        code.add(new Exit());
    }

    private void forget() {
        Arrays.fill(kinds, Kind.UNSET);
        Arrays.fill(limits, 0);
    }

    /** Whether to get something wrong. */
    private boolean oops() {
        return sloppy && random.nextInt(15) == 0;
    }

    private void statement() {
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3 -> arithmetic();
            case 4, 5 -> contextField();
            case 6, 7 -> packet();
            case 8, 9 -> lookup();
            case 10, 11 -> access();
            case 12, 13 -> stack();
            case 14, 15 -> branch();
            case 16 -> bound();
            case 17 -> loop();
            case 18 -> helper();
            case 19 -> atomic();
            case 20 -> variableStack();
            default -> record();
        }
    }

    // ---- registers ----

    private int free() {
        int register = 7 + random.nextInt(3);
        return random.nextInt(3) == 0 ? random.nextInt(6) : register;
    }

    private int anyOf(Kind kind) {
        int start = random.nextInt(10);
        for (int i = 0; i < 10; i++) {
            int register = (start + i) % 10;
            if (kinds[register] == kind) {
                return register;
            }
        }
        return oops() ? start : -1;
    }

    private int scalar() {
        int register = anyOf(Kind.SCALAR);
        if (register >= 0) {
            return register;
        }
        int fresh = free();
        if (random.nextBoolean() && !inSubprogram) {
            code.add(new Load(Size.W, false, fresh, CONTEXT, 8));
            set(fresh, Kind.SCALAR);
        } else {
            code.add(new Mov(Width.W64, fresh, Operand.immediate(constant()), 0));
            set(fresh, Kind.SCALAR);
        }
        return fresh;
    }

    private void set(int register, Kind kind) {
        kinds[register] = kind;
        sizes[register] = 0;
        limits[register] = 0;
    }

    private void clobber() {
        for (int register = 0; register < 6; register++) {
            set(register, Kind.UNSET);
        }
    }

    private int constant() {
        return random.nextInt(5) == 0 ? random.nextInt() : EDGES[random.nextInt(EDGES.length)];
    }

    private Operand operand() {
        return random.nextBoolean() ? Operand.register(scalar()) : Operand.immediate(constant());
    }

    private Width width() {
        return random.nextInt(3) == 0 ? Width.W32 : Width.W64;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    // ---- statements ----

    private void arithmetic() {
        int dst = scalar();
        limits[dst] = 0;
        Width width = width();
        switch (random.nextInt(8)) {
            case 0 -> code.add(new Neg(width, dst));
            case 1 -> code.add(new ByteSwap(pick(Swap.values()), 16 << random.nextInt(3), dst));
            case 2 -> {
                int to = free();
                int bits = width == Width.W64 ? 8 << random.nextInt(3) : 8 << random.nextInt(2);
                code.add(new Mov(width, to, Operand.register(dst), random.nextBoolean() ? 0 : bits));
                set(to, Kind.SCALAR);
            }
            default -> {
                AluOp op = pick(AluOp.values());
                Operand src = operand();
                boolean shift = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
                boolean division = op == AluOp.DIV || op == AluOp.MOD || op == AluOp.SDIV || op == AluOp.SMOD;
                if (!src.isRegister() && shift) {
                    src = Operand.immediate(src.immediate() & (width == Width.W64 ? 63 : 31));
                } else if (!src.isRegister() && division && src.immediate() == 0) {
                    src = Operand.immediate(3);
                }
                code.add(new Alu(op, width, dst, src));
            }
        }
    }

    private void contextField() {
        if (inSubprogram) {
            return;
        }
        int field = FIELDS[random.nextInt(FIELDS.length)];
        if (random.nextInt(5) == 0) {
            code.add(new Store(Size.W, CONTEXT, random.nextBoolean() ? 8 : 48 + 4 * random.nextInt(5), operand()));
            return;
        }
        int dst = free();
        Size size = field != 76 && field != 80 && random.nextInt(4) == 0 ? pick(Size.values()) : Size.W;
        if (size == Size.DW && !oops()) {
            size = Size.H;
        }
        code.add(new Load(size, false, dst, CONTEXT, field));
        set(dst, field == 76 || field == 80 ? Kind.UNSET : Kind.SCALAR);
    }

    /** Makes a scalar small. */
    private void bound() {
        int register = scalar();
        int limit = LIMITS[random.nextInt(LIMITS.length)];
        switch (random.nextInt(4)) {
            case 0 -> {
                int mask = Integer.highestOneBit(limit) * 2 - 1;
                code.add(new Alu(AluOp.AND, width(), register, Operand.immediate(mask)));
                limits[register] = mask + 1;
            }
            case 1 -> {
                code.branch(Condition.GT, Width.W64, register, Operand.immediate(limit), out());
                limits[register] = limit + 1;
            }
            case 2 -> {
                code.branch(Condition.SGT, Width.W64, register, Operand.immediate(limit), out());
                code.branch(Condition.SLT, Width.W64, register, Operand.immediate(0), out());
                limits[register] = limit + 1;
            }
            default -> {
                int shift = 24 + random.nextInt(8);
                code.add(new Alu(AluOp.RSH, Width.W32, register, Operand.immediate(shift)));
                limits[register] = 1 << 32 - shift;
            }
        }
        if (oops()) {
            code.add(new Alu(AluOp.ADD, Width.W64, register, Operand.immediate(1)));
        }
    }

    /** Where to go if a check fails; each function has its own. */
    private Label out() {
        if (!inSubprogram) {
            return out;
        }
        Label skip = code.label();
        Label leave = code.label();
        code.jump(skip);
        code.place(leave);
        code.add(new Mov(Width.W64, 0, Operand.immediate(0), 0));
        code.add(new Exit());
        code.place(skip);
        return leave;
    }

    private int bounded() {
        for (int register = 0; register < 10; register++) {
            if (kinds[register] == Kind.SCALAR && limits[register] > 0) {
                return register;
            }
        }
        bound();
        for (int register = 0; register < 10; register++) {
            if (kinds[register] == Kind.SCALAR && limits[register] > 0) {
                return register;
            }
        }
        return -1;
    }

    private void packet() {
        if (inSubprogram) {
            return;
        }
        int pointer = random.nextInt(3) == 0 ? 2 : 7 + random.nextInt(3);
        int size = LIMITS[random.nextInt(LIMITS.length)];
        int offset = random.nextInt(3) == 0 ? bounded() : -1;
        if (offset == pointer || offset == 3 || offset == 4) {
            offset = -1;
        }
        code.add(new Load(Size.W, false, pointer, CONTEXT, 76));
        code.add(new Load(Size.W, false, 3, CONTEXT, 80));
        if (offset >= 0) {
            code.add(new Alu(AluOp.ADD, Width.W64, pointer, Operand.register(offset)));
        }
        code.add(new Mov(Width.W64, 4, Operand.register(pointer), 0));
        code.add(new Alu(AluOp.ADD, Width.W64, 4, Operand.immediate(size)));
        switch (random.nextInt(4)) {
            case 0 -> code.branch(Condition.LT, Width.W64, 3, Operand.register(4), out);
            case 1 -> code.branch(Condition.GE, Width.W64, 4, Operand.register(3), out);
            case 2 -> {
                Label good = code.label();
                code.branch(
                        random.nextBoolean() ? Condition.LE : Condition.LT, Width.W64, 4, Operand.register(3), good);
                code.jump(out);
                code.place(good);
            }
            default -> code.branch(Condition.GT, Width.W64, 4, Operand.register(3), out);
        }
        set(pointer, Kind.PACKET);
        sizes[pointer] = size;
        set(3, Kind.UNSET);
        set(4, Kind.UNSET);
        access();
    }

    private void key(int bytes) {
        for (int offset = 8 - bytes; offset < 8; offset += 4) {
            Operand value = random.nextBoolean() ? Operand.immediate(random.nextInt(5)) : Operand.register(scalar());
            code.add(new Store(Size.W, FRAME, -8 + offset, value));
        }
        code.add(new Mov(Width.W64, 2, Operand.register(FRAME), 0));
        code.add(new Alu(AluOp.ADD, Width.W64, 2, Operand.immediate(-bytes)));
    }

    private void map(int dst, int index) {
        code.add(new LoadImm64(Imm64Kind.MAP_FD, dst, index, 0));
        code.add(new SecondSlot());
    }

    private void helperCall(int id) {
        code.add(new Call(CallKind.HELPER, id, 0));
        clobber();
    }

    private void lookup() {
        int index = random.nextInt(3);
        if (index == 0 && random.nextInt(3) == 0) {
            int dst = free();
            int offset = random.nextInt(4) * 8;
            code.add(new LoadImm64(Imm64Kind.MAP_VALUE, dst, 0, offset));
            code.add(new SecondSlot());
            set(dst, Kind.VALUE);
            sizes[dst] = 64 - offset;
            return;
        }
        key(MAPS.get(index).keySize());
        map(1, index);
        helperCall(1);
        set(0, Kind.MAYBE_VALUE);
        if (!oops()) {
            if (random.nextInt(3) == 0) {
                Label some = code.label();
                code.branch(Condition.NE, Width.W64, 0, Operand.immediate(0), some);
                code.jump(out());
                code.place(some);
            } else {
                code.branch(Condition.EQ, Width.W64, 0, Operand.immediate(0), out());
            }
        }
        int kept = 7 + random.nextInt(3);
        code.add(new Mov(Width.W64, kept, Operand.register(0), 0));
        for (int register : new int[] {0, kept}) {
            set(register, Kind.VALUE);
            sizes[register] = MAPS.get(index).valueSize();
        }
        access();
    }

    /** Loads and stores through a pointer. */
    private void access() {
        int pointer = anyOf(random.nextBoolean() ? Kind.VALUE : Kind.PACKET);
        if (pointer < 0 || sizes[pointer] == 0) {
            return;
        }
        Size size = pick(Size.values());
        int room = sizes[pointer] - size.bytes();
        if (room < 0) {
            size = Size.B;
            room = sizes[pointer] - 1;
        }
        int offset = random.nextInt(room + 1) + (oops() ? 1 + random.nextInt(size.bytes()) : 0);
        int index = random.nextInt(3) == 0 ? bounded() : -1;
        int base = pointer;
        if (index >= 0 && index != pointer && limits[index] <= room + 1) {
            base = index == 5 ? 4 : 5;
            code.add(new Mov(Width.W64, base, Operand.register(pointer), 0));
            code.add(new Alu(AluOp.ADD, Width.W64, base, Operand.register(index)));
            offset = random.nextInt(room - limits[index] + 2) + (oops() ? 1 : 0);
            set(base, Kind.UNSET);
        }
        if (random.nextBoolean()) {
            int dst = free();
            code.add(new Load(size, size != Size.DW && random.nextInt(5) == 0, dst, base, offset));
            set(dst, Kind.SCALAR);
        } else {
            code.add(new Store(size, base, offset, operand()));
        }
    }

    private void stack() {
        int slot = 8 * (2 + random.nextInt(8));
        switch (random.nextInt(5)) {
            case 0 -> {
                int pointer = anyOf(pick(Kind.values()));
                if (pointer >= 0 && kinds[pointer] != Kind.UNSET) {
                    int to = free();
                    code.add(new Store(Size.DW, FRAME, -slot, Operand.register(pointer)));
                    code.add(new Load(Size.DW, false, to, FRAME, -slot));
                    kinds[to] = kinds[pointer];
                    sizes[to] = sizes[pointer];
                    limits[to] = limits[pointer];
                }
            }
            case 1, 2 -> {
                Size size = pick(Size.values());
                int within = size.bytes() * random.nextInt(8 / size.bytes());
                code.add(new Store(size, FRAME, -slot + within, operand()));
            }
            default -> {
                Size size = pick(Size.values());
                int within = size.bytes() * random.nextInt(8 / size.bytes());
                if (!oops()) {
                    code.add(new Store(Size.DW, FRAME, -slot, operand()));
                    if (random.nextInt(3) == 0) {
                        code.add(new Store(pick(Size.values()), FRAME, -slot, operand()));
                    }
                }
                int dst = free();
                code.add(new Load(size, size != Size.DW && random.nextInt(5) == 0, dst, FRAME, -slot + within));
                set(dst, Kind.SCALAR);
            }
        }
    }

    /** The stack at a scalar's distance. */
    private void variableStack() {
        int index = bounded();
        if (index < 0 || limits[index] > 64 || index == 5) {
            return;
        }
        for (; stackReady < 9; stackReady++) {
            code.add(new Store(Size.DW, FRAME, -16 - 8 * stackReady, Operand.immediate(stackReady)));
        }
        code.add(new Mov(Width.W64, 5, Operand.register(FRAME), 0));
        code.add(new Alu(AluOp.ADD, Width.W64, 5, Operand.register(index)));
        int offset = -88 + (oops() ? 64 : 0);
        set(5, Kind.UNSET);
        if (random.nextBoolean()) {
            int dst = free();
            code.add(new Load(Size.B, false, dst, 5, offset));
            set(dst, Kind.SCALAR);
        } else {
            code.add(new Store(Size.B, 5, offset, operand()));
        }
    }

    private void branch() {
        if (depth > 2) {
            return;
        }
        depth++;
        int left = scalar();
        Operand right = operand();
        if (right.register() == left) {
            right = Operand.immediate(constant());
        }
        Label otherwise = code.label();
        code.branch(pick(Condition.values()), width(), left, right, otherwise);
        Kind[] kindsBefore = kinds.clone();
        int[] sizesBefore = sizes.clone();
        int[] limitsBefore = limits.clone();
        int readyBefore = stackReady;
        block();
        if (random.nextBoolean()) {
            Label end = code.label();
            code.jump(end);
            code.place(otherwise);
            Kind[] kindsThen = kinds;
            int[] sizesThen = sizes;
            int[] limitsThen = limits;
            int readyThen = stackReady;
            kinds = kindsBefore.clone();
            sizes = sizesBefore.clone();
            limits = limitsBefore.clone();
            stackReady = readyBefore;
            block();
            code.place(end);
            join(kindsThen, sizesThen, limitsThen, readyThen);
        } else {
            code.place(otherwise);
            join(kindsBefore, sizesBefore, limitsBefore, readyBefore);
        }
        depth--;
    }

    private void block() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            statement();
        }
    }

    /** What holds on both ways. */
    private void join(Kind[] otherKinds, int[] otherSizes, int[] otherLimits, int otherReady) {
        for (int register = 0; register < 10; register++) {
            if (kinds[register] != otherKinds[register]) {
                set(register, Kind.UNSET);
            } else {
                sizes[register] = Math.min(sizes[register], otherSizes[register]);
                limits[register] = limits[register] == 0 || otherLimits[register] == 0
                        ? 0
                        : Math.max(limits[register], otherLimits[register]);
            }
        }
        stackReady = Math.min(stackReady, otherReady);
    }

    /** A loop that counts on the stack, so that its body may use every register. */
    private void loop() {
        if (depth > 1) {
            return;
        }
        depth++;
        int counter = -96 - 8 * depth;
        Label again = code.label();
        Label end = code.label();
        boolean endless = random.nextInt(6) == 0;
        code.add(new Store(Size.DW, FRAME, counter, Operand.immediate(0)));
        Kind[] kindsBefore = kinds.clone();
        int[] sizesBefore = sizes.clone();
        int readyBefore = stackReady;
        Arrays.fill(limits, 0);
        code.place(again);
        if (endless) {
            code.mayGoto(end);
        }
        block();
        join(kindsBefore, sizesBefore, new int[10], readyBefore);
        int register = random.nextBoolean() ? 1 : 5;
        code.add(new Load(Size.DW, false, register, FRAME, counter));
        if (!oops()) {
            code.add(new Alu(AluOp.ADD, Width.W64, register, Operand.immediate(1 + random.nextInt(2))));
        }
        code.add(new Store(Size.DW, FRAME, counter, Operand.register(register)));
        set(register, Kind.SCALAR);
        code.branch(
                random.nextInt(3) == 0 ? Condition.NE : Condition.LT,
                Width.W64,
                register,
                Operand.immediate(2 * (1 + random.nextInt(6))),
                again);
        code.place(end);
        if (endless) {
            set(register, Kind.UNSET);
        }
        depth--;
    }

    private void helper() {
        switch (random.nextInt(inSubprogram ? 3 : 9)) {
            case 0 -> result(7);
            case 1 -> result(5);
            case 2 -> result(125);
            case 3 -> loadBytes();
            case 4 -> {
                code.add(new Mov(Width.W64, 1, Operand.register(CONTEXT), 0));
                code.add(new Mov(Width.W64, 2, Operand.immediate(random.nextInt(100)), 0));
                // bpf_skb_pull_data: packet pointers are void afterwards.
                result(39);
                for (int register = 0; register < 10; register++) {
                    if (kinds[register] == Kind.PACKET && !oops()) {
                        set(register, Kind.UNSET);
                    }
                }
            }
            case 5 -> updateTable();
            case 6 -> {
                key(8);
                map(1, 1);
                result(3);
            }
            case 7 -> {
                code.add(new Mov(Width.W64, 1, Operand.register(CONTEXT), 0));
                map(2, PROGRAMS);
                code.add(new Mov(Width.W64, 3, operand(), 0));
                result(12);
            }
            default -> checksum();
        }
    }

    private void result(int helper) {
        helperCall(helper);
        set(0, Kind.SCALAR);
    }

    private void loadBytes() {
        int size = bounded();
        code.add(new Mov(Width.W64, 4, size < 0 ? Operand.immediate(8) : Operand.register(size), 0));
        if (size >= 0 && !oops()) {
            code.add(new Alu(AluOp.AND, Width.W64, 4, Operand.immediate(31)));
            code.add(new Alu(AluOp.ADD, Width.W64, 4, Operand.immediate(1)));
        }
        code.add(new Mov(Width.W64, 1, Operand.register(CONTEXT), 0));
        code.add(new Mov(Width.W64, 2, Operand.immediate(random.nextInt(40)), 0));
        code.add(new Mov(Width.W64, 3, Operand.register(FRAME), 0));
        code.add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(-48)));
        result(26);
    }

    private void updateTable() {
        key(8);
        code.add(new Mov(Width.W64, 3, Operand.register(FRAME), 0));
        code.add(new Alu(AluOp.ADD, Width.W64, 3, Operand.immediate(-88)));
        for (int slot = 56; slot <= 88 && !oops(); slot += 8) {
            code.add(new Store(Size.DW, FRAME, -slot, Operand.immediate(slot)));
        }
        map(1, 1);
        code.add(new Mov(Width.W64, 4, Operand.immediate(random.nextInt(3)), 0));
        result(2);
    }

    private void checksum() {
        int value = anyOf(Kind.VALUE);
        if (value < 0 || sizes[value] < 16) {
            return;
        }
        code.add(new Mov(Width.W64, 3, Operand.register(value), 0));
        code.add(new Mov(Width.W64, 1, Operand.immediate(0), 0));
        code.add(new Mov(Width.W64, 2, Operand.immediate(0), 0));
        code.add(new Mov(Width.W64, 4, Operand.immediate(4 * random.nextInt(oops() ? 40 : 5)), 0));
        code.add(new Mov(Width.W64, 5, Operand.immediate(random.nextInt(3)), 0));
        result(28);
    }

    private void atomic() {
        int value = anyOf(Kind.VALUE);
        boolean onStack = value < 0 || random.nextInt(3) == 0;
        Size size = random.nextBoolean() ? Size.W : Size.DW;
        int operand = scalar();
        int base = onStack ? FRAME : value;
        int offset = onStack ? -24 : 8 * random.nextInt(Math.max(1, sizes[Math.max(0, value)] / 8));
        if (onStack) {
            code.add(new Store(Size.DW, FRAME, -24, operand()));
        }
        AtomicOp op = pick(AtomicOp.values());
        boolean fetch = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG || random.nextBoolean();
        if (op == AtomicOp.CMPXCHG) {
            if (base == 0 || operand == 0) {
                return;
            }
            code.add(new Mov(Width.W64, 0, Operand.immediate(constant()), 0));
        }
        code.add(new Atomic(op, fetch, size, base, offset + (oops() ? 4 : 0), operand));
        if (fetch) {
            set(op == AtomicOp.CMPXCHG ? 0 : operand, Kind.SCALAR);
        }
    }

    /** A ring buffer record, reserved, written and given back. */
    private void record() {
        if (inSubprogram || depth > 0) {
            return;
        }
        int size = 8 * (1 + random.nextInt(4));
        map(1, RING);
        code.add(new Mov(Width.W64, 2, Operand.immediate(size), 0));
        code.add(new Mov(Width.W64, 3, Operand.immediate(0), 0));
        helperCall(131);
        Label end = code.label();
        if (!oops()) {
            code.branch(Condition.EQ, Width.W64, 0, Operand.immediate(0), end);
        }
        code.add(new Mov(Width.W64, 9, Operand.register(0), 0));
        Size width = pick(Size.values());
        int value = scalarBut(9);
        int offset = random.nextInt(size - width.bytes() + 1) + (oops() ? 8 : 0);
        code.add(new Store(width, 9, offset, value < 0 ? Operand.immediate(1) : Operand.register(value)));
        if (!oops()) {
            code.add(new Mov(Width.W64, 1, Operand.register(9), 0));
            code.add(new Mov(Width.W64, 2, Operand.immediate(0), 0));
            code.add(new Call(CallKind.HELPER, random.nextBoolean() ? 132 : 133, 0));
        }
        code.place(end);
        clobber();
        set(9, Kind.UNSET);
    }

    private int scalarBut(int register) {
        set(register, Kind.UNSET);
        for (int i = 6; i < 10; i++) {
            if (kinds[i] == Kind.SCALAR) {
                return i;
            }
        }
        return -1;
    }

    private void call(Label subprogram) {
        for (int argument = 1; argument <= 2; argument++) {
            code.add(new Mov(Width.W64, argument, operand(), 0));
            set(argument, Kind.SCALAR);
        }
        code.callSubprogram(subprogram);
        clobber();
        set(0, Kind.SCALAR);
    }

    private void callBpfLoop(Label callback) {
        code.add(new Mov(Width.W64, 1, random.nextBoolean() ? Operand.immediate(5) : Operand.register(scalar()), 0));
        code.functionAddress(2, callback);
        code.add(new Mov(Width.W64, 3, Operand.immediate(0), 0));
        code.add(new Mov(Width.W64, 4, Operand.immediate(0), 0));
        result(181);
    }
}
