/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import static io.github.bpf4j.compiler.fuzz.GrammarWriter.CONTEXT;
import static io.github.bpf4j.compiler.fuzz.GrammarWriter.FRAME;

import io.github.bpf4j.compiler.fuzz.CodeBuilder.Label;
import io.github.bpf4j.compiler.fuzz.RegisterContents.Kind;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.List;
import java.util.Random;

/**
 * Programs from a grammar of what LWT programs do: context fields, bounded packet access, map lookups, the stack, spilled pointers, arithmetic and
 * branches on scalars, loops, subprograms, callbacks, ring buffer records. The generator keeps track of what registers hold, so that most of its
 * programs are nearly right; sloppy ones get a detail wrong now and then.
 */
final class GrammarPrograms {
    private final Random random;
    private final GrammarWriter out;
    private final CodeBuilder code;
    private final RegisterContents registers;
    private final GrammarMemory memory;
    private final GrammarCalls calls;
    private int nesting;

    private GrammarPrograms(Random random) {
        this.random = random;
        out = new GrammarWriter(random);
        code = out.code;
        registers = out.registers;
        memory = new GrammarMemory(out);
        calls = new GrammarCalls(out, memory);
    }

    /** A program whose maps are {@link GrammarCalls#MAPS}. */
    static List<Instruction> program(Random random) {
        GrammarPrograms generator = new GrammarPrograms(random);
        generator.generate();
        return generator.code.finish();
    }

    private void generate() {
        Label subprogram = code.label();
        Label callback = code.label();
        out.assign(CONTEXT, 1);
        int statements = random.nextInt(40) == 0 ? 60 + random.nextInt(100) : 2 + random.nextInt(12);
        int subprogramCall = random.nextInt(5) == 0 ? random.nextInt(statements) : -1;
        int bpfLoopCall = random.nextInt(20) == 0 ? random.nextInt(statements) : -1;
        for (int i = 0; i < statements; i++) {
            statement();
            if (i == subprogramCall) {
                calls.subprogram(subprogram);
            }
            if (i == bpfLoopCall) {
                calls.bpfLoop(callback);
            }
        }
        if (out.oops() || random.nextInt(4) == 0) {
            int register = out.anyOf(Kind.SCALAR);
            out.assign(0, register < 0 ? 7 : register);
            code.add(new Exit());
        } else {
            out.returnNumber(random.nextInt(4));
        }
        out.placeOut();
        subprogram(subprogram, subprogramCall >= 0, 1 + random.nextInt(5));
        subprogram(callback, bpfLoopCall >= 0, 1 + random.nextInt(3));
    }

    /** A subprogram, if it is called. */
    private void subprogram(Label start, boolean called, int statements) {
        if (!called) {
            return;
        }
        code.place(start);
        out.beginSubprogram();
        for (int i = 0; i < statements; i++) {
            statement();
        }
        out.returnNumber(random.nextInt(2));
    }

    private void statement() {
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3 -> arithmetic();
            case 4, 5 -> memory.contextField();
            case 6, 7 -> memory.packet();
            case 8, 9 -> calls.lookup();
            case 10, 11 -> memory.access();
            case 12, 13 -> memory.stack();
            case 14, 15 -> branch();
            case 16 -> out.bound();
            case 17 -> loop();
            case 18 -> calls.helper();
            case 19 -> memory.atomic();
            case 20 -> memory.variableStack();
            default -> {
                if (nesting == 0) {
                    calls.record();
                }
            }
        }
    }

    private void arithmetic() {
        int dst = out.scalar();
        registers.setLimit(dst, 0);
        Width width = out.width();
        switch (random.nextInt(8)) {
            case 0 -> code.add(new Neg(width, dst));
            case 1 -> code.add(new ByteSwap(out.pick(Swap.values()), 16 << random.nextInt(3), dst));
            case 2 -> {
                int to = out.free();
                int bits = width == Width.W64 ? 8 << random.nextInt(3) : 8 << random.nextInt(2);
                code.add(new Mov(width, to, Operand.register(dst), random.nextBoolean() ? 0 : bits));
                registers.set(to, Kind.SCALAR);
            }
            default -> {
                AluOp op = out.pick(AluOp.values());
                Operand src = out.operand();
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

    /** A comparison of scalars with other statements on one or both of its ways. */
    private void branch() {
        if (nesting > 2) {
            return;
        }
        nesting++;
        int left = out.scalar();
        Operand right = out.operand();
        if (right.register() == left) {
            right = Operand.immediate(out.constant());
        }
        Label otherwise = code.label();
        code.branch(out.pick(Condition.values()), out.width(), left, right, otherwise);
        RegisterContents before = registers.copy();
        block();
        if (random.nextBoolean()) {
            Label end = code.label();
            code.jump(end);
            code.place(otherwise);
            RegisterContents there = registers.copy();
            registers.become(before);
            block();
            code.place(end);
            registers.join(there);
        } else {
            code.place(otherwise);
            registers.join(before);
        }
        nesting--;
    }

    private void block() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            statement();
        }
    }

    /** A loop that counts on the stack, so that its body may use every register. */
    private void loop() {
        if (nesting > 1) {
            return;
        }
        nesting++;
        int counter = -96 - 8 * nesting;
        Label again = code.label();
        Label end = code.label();
        boolean endless = random.nextInt(6) == 0;
        code.add(new Store(Size.DW, FRAME, counter, Operand.immediate(0)));
        registers.forgetLimits();
        RegisterContents before = registers.copy();
        code.place(again);
        if (endless) {
            code.mayGoto(end);
        }
        block();
        registers.join(before);
        int register = random.nextBoolean() ? 1 : 5;
        code.add(new Load(Size.DW, false, register, FRAME, counter));
        if (!out.oops()) {
            out.addTo(register, Operand.immediate(1 + random.nextInt(2)));
        }
        code.add(new Store(Size.DW, FRAME, counter, Operand.register(register)));
        registers.set(register, Kind.SCALAR);
        code.branch(
                random.nextInt(3) == 0 ? Condition.NE : Condition.LT,
                Width.W64,
                register,
                Operand.immediate(2 * (1 + random.nextInt(6))),
                again);
        code.place(end);
        if (endless) {
            registers.set(register, Kind.UNSET);
        }
        nesting--;
    }
}
