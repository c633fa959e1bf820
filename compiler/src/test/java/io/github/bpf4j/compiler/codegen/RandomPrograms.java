/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.Random;

/**
 * Random raw programs that never trap: arithmetic on edge values, branches, counted loops, stack traffic of all widths, spilled pointers,
 * subprograms and atomics. They end with {@code r0} made of all registers.
 */
public final class RandomPrograms {
    private static final String[] OPS = {
        "+=", "-=", "*=", "/=", "%=", "s/=", "s%=", "|=", "&=", "^=", "<<=", ">>=", "s>>="
    };
    private static final String[] CONDITIONS = {"==", "!=", ">", ">=", "<", "<=", "s>", "s>=", "s<", "s<=", "&"};
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
    private static final int STACK = 64;
    private static final int MEMORY = 64;

    private final Random random;
    private final StringBuilder text = new StringBuilder();
    private int labels;
    private int depth;
    private boolean inSubprogram;

    private RandomPrograms(Random random) {
        this.random = random;
    }

    /** A program that expects 64 bytes of memory. */
    public static String program(Random random) {
        RandomPrograms generator = new RandomPrograms(random);
        generator.generate();
        return generator.text.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void line(String format, Object... args) {
        text.append(String.format(format, args)).append('\n');
    }

    /** Scalars live in r0 and r2 to r8; r9 holds the memory. */
    private int scalar() {
        int register = random.nextInt(8);
        return register == 0 ? 0 : register + 1;
    }

    private String immediate() {
        return Integer.toString(random.nextInt(3) == 0 ? random.nextInt() : (int) EDGES[random.nextInt(EDGES.length)]);
    }

    private String wide(int register) {
        return (random.nextBoolean() ? "r" : "w") + register;
    }

    private void generate() {
        boolean subprogram = random.nextInt(3) == 0;
        line("r9 = r1");
        for (int register : new int[] {0, 2, 3, 4, 5, 6, 7, 8}) {
            switch (random.nextInt(3)) {
                case 0 -> line("r%d = %d ll", register, EDGES[random.nextInt(EDGES.length)]);
                case 1 -> line("r%d = *(u64 *)(r9 + %d)", register, 8 * random.nextInt(MEMORY / 8));
                default ->
                    line("r%d = *(u%d *)(r9 + %d)", register, 8 << random.nextInt(3), 8 * random.nextInt(MEMORY / 8));
            }
        }
        for (int offset = 8; offset <= STACK; offset += 8) {
            line("*(u64 *)(r10 - %d) = r%d", offset, scalar());
        }
        statements(5 + random.nextInt(25), subprogram);
        for (int register = 2; register < 9; register++) {
            line("r0 ^= r%d", register);
            line("r0 *= 31");
        }
        for (int offset = 8; offset <= STACK; offset += 8) {
            line("r2 = *(u64 *)(r10 - %d)", offset);
            line("r0 += r2");
        }
        line("exit");
        if (subprogram) {
            inSubprogram = true;
            line("sub:");
            line("r9 = r1");
            line("r0 = r2");
            for (int register = 4; register < 9; register++) {
                line("r%d = r%d", register, random.nextInt(2) + 2);
            }
            for (int offset = 8; offset <= STACK; offset += 8) {
                line("*(u64 *)(r10 - %d) = r%d", offset, scalar());
            }
            statements(3 + random.nextInt(10), false);
            line("exit");
        }
    }

    private void statements(int count, boolean maySubprogram) {
        for (int i = 0; i < count; i++) {
            statement(maySubprogram);
        }
    }

    private void statement(boolean maySubprogram) {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> arithmetic();
            case 5 -> line("%s = %s", wide(scalar()), immediate());
            case 6 -> move();
            case 7 -> swap();
            case 8, 9 -> stack();
            case 10 -> memory();
            case 11 -> branch(maySubprogram);
            case 12 -> loop(maySubprogram);
            case 13 -> atomic();
            case 14 -> spill();
            default -> {
                if (maySubprogram && !inSubprogram) {
                    call();
                } else {
                    arithmetic();
                }
            }
        }
    }

    private void arithmetic() {
        String op = OPS[random.nextInt(OPS.length)];
        boolean isWide = random.nextBoolean();
        String prefix = isWide ? "r" : "w";
        boolean shift = op.equals("<<=") || op.equals(">>=") || op.equals("s>>=");
        boolean division = op.contains("/") || op.contains("%");
        String source;
        if (random.nextBoolean()) {
            source = prefix + scalar();
        } else if (shift) {
            source = Integer.toString(random.nextInt(isWide ? 64 : 32));
        } else {
            source = immediate();
            if (division && source.equals("0")) {
                source = "3";
            }
        }
        line("%s%d %s %s", prefix, scalar(), op, source);
        if (random.nextInt(4) == 0) {
            int register = scalar();
            line("%s = -%s", prefix + register, prefix + register);
        }
    }

    private void move() {
        int from = scalar();
        int to = scalar();
        switch (random.nextInt(4)) {
            case 0 -> line("r%d = r%d", to, from);
            case 1 -> line("w%d = w%d", to, from);
            case 2 -> line("r%d = (s%d)r%d", to, 8 << random.nextInt(3), from);
            default -> line("w%d = (s%d)w%d", to, 8 << random.nextInt(2), from);
        }
    }

    private void swap() {
        int register = scalar();
        String[] kinds = {"be", "le", "bswap"};
        line("r%d = %s%d r%d", register, kinds[random.nextInt(3)], 16 << random.nextInt(3), register);
    }

    private void stack() {
        int bytes = 1 << random.nextInt(4);
        int offset = bytes * (1 + random.nextInt(STACK / bytes));
        if (random.nextBoolean()) {
            line("*(u%d *)(r10 - %d) = %s", 8 * bytes, offset, random.nextInt(3) == 0 ? immediate() : "r" + scalar());
        } else {
            load("r10 - " + offset, bytes);
        }
    }

    private void load(String address, int bytes) {
        boolean signed = bytes < 8 && random.nextInt(4) == 0;
        line("r%d = *(%s%d *)(%s)", scalar(), signed ? "s" : "u", 8 * bytes, address);
    }

    private void memory() {
        int bytes = 1 << random.nextInt(4);
        int offset = random.nextInt(MEMORY - bytes + 1);
        switch (random.nextInt(3)) {
            case 0 -> line("*(u%d *)(r9 + %d) = r%d", 8 * bytes, offset, scalar());
            case 1 -> load("r9 + " + offset, bytes);
            default -> {
                int index = scalar();
                line("r%d &= %d", index, 31);
                line("r1 = r9");
                line("r1 += r%d", index);
                load("r1 + " + random.nextInt(MEMORY - 31 - bytes + 1), bytes);
            }
        }
    }

    private void branch(boolean maySubprogram) {
        if (depth > 2) {
            return;
        }
        depth++;
        String skip = "l" + labels++;
        boolean isWide = random.nextBoolean();
        String prefix = isWide ? "r" : "w";
        String right = random.nextBoolean() ? prefix + scalar() : immediate();
        line("if %s%d %s %s goto %s", prefix, scalar(), CONDITIONS[random.nextInt(CONDITIONS.length)], right, skip);
        statements(1 + random.nextInt(4), maySubprogram);
        if (random.nextBoolean()) {
            String end = "l" + labels++;
            line("goto %s", end);
            line("%s:", skip);
            statements(1 + random.nextInt(4), maySubprogram);
            line("%s:", end);
        } else {
            line("%s:", skip);
        }
        depth--;
    }

    /** A loop whose counter lives in a stack word that nothing else touches. */
    private void loop(boolean maySubprogram) {
        if (depth > 1) {
            return;
        }
        depth++;
        int counter = STACK + 8 * depth;
        String again = "l" + labels++;
        line("*(u64 *)(r10 - %d) = 0", counter);
        line("%s:", again);
        statements(1 + random.nextInt(4), maySubprogram);
        line("r1 = *(u64 *)(r10 - %d)", counter);
        line("r1 += 1");
        line("*(u64 *)(r10 - %d) = r1", counter);
        line("if r1 < %d goto %s", 2 + random.nextInt(6), again);
        depth--;
    }

    private void atomic() {
        String type = random.nextBoolean() ? "u64" : "u32";
        String place = random.nextBoolean()
                ? "r9 + " + 8 * random.nextInt(MEMORY / 8)
                : "r10 - " + 8 * (1 + random.nextInt(STACK / 8));
        int register = scalar();
        String prefix = type.equals("u64") ? "r" : "w";
        switch (random.nextInt(4)) {
            case 0 ->
                line(
                        "lock *(%s *)(%s) %s %s%d",
                        type, place, new String[] {"+=", "|=", "&=", "^="}[random.nextInt(4)], prefix, register);
            case 1 ->
                line(
                        "%s%d = atomic%s_fetch_%s((%s *)(%s), %s%d)",
                        prefix,
                        register,
                        type.equals("u64") ? "64" : "",
                        new String[] {"add", "or", "and", "xor"}[random.nextInt(4)],
                        type,
                        place,
                        prefix,
                        register);
            case 2 ->
                line(
                        "%s%d = xchg%s(%s, %s%d)",
                        prefix, register, type.equals("u64") ? "_64" : "32_32", place, prefix, register);
            default ->
                line(
                        "%s0 = cmpxchg%s(%s, %s0, %s%d)",
                        prefix, type.equals("u64") ? "_64" : "32_32", place, prefix, prefix, register);
        }
    }

    /** A pointer saved on the stack and used from there. */
    private void spill() {
        int slot = STACK + 40;
        line("*(u64 *)(r10 - %d) = r%d", slot, random.nextBoolean() ? 9 : 10);
        line("r1 = *(u64 *)(r10 - %d)", slot);
        line("r%d = *(u%d *)(r1 - 8)", scalar(), 8 << random.nextInt(4));
        int last = text.lastIndexOf("r1 - 8");
        boolean isMemory = text.lastIndexOf("= r9\nr1 =") > text.lastIndexOf("= r10\nr1 =");
        if (isMemory) {
            text.replace(last, last + 6, "r1 + 8");
        }
    }

    private void call() {
        line("r1 = r9");
        line("call sub");
        for (int register = 2; register <= 5; register++) {
            line("r%d = r%d", register, random.nextBoolean() ? 0 : 6 + random.nextInt(3));
        }
    }
}
