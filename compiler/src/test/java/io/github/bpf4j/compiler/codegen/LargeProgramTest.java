/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Alu;
import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Programs far too large for one method. */
class LargeProgramTest {
    private static final long SEED = 42;
    private static final int STRAIGHT_LINE = Integer.getInteger("bpf4j.large.instructions", 200_000);
    private static final AluOp[] OPS = {
        AluOp.ADD, AluOp.SUB, AluOp.MUL, AluOp.OR, AluOp.AND, AluOp.XOR, AluOp.LSH, AluOp.RSH, AluOp.ARSH
    };
    private static final Instruction.Size[] SIZES = {
        Instruction.Size.B, Instruction.Size.H, Instruction.Size.W, Instruction.Size.DW
    };

    private final Random random = new Random(SEED);

    private Instruction arithmetic() {
        AluOp op = OPS[random.nextInt(OPS.length)];
        Width width = random.nextBoolean() ? Width.W32 : Width.W64;
        boolean shift = op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH;
        Operand src = shift
                ? Operand.immediate(random.nextInt(width == Width.W32 ? 32 : 64))
                : random.nextInt(3) == 0 ? Operand.immediate(random.nextInt()) : Operand.register(random.nextInt(10));
        return new Alu(op, width, random.nextInt(10), src);
    }

    private static void start(List<Instruction> code) {
        code.add(new Instruction.Load(Instruction.Size.DW, false, 0, 1, 0));
        for (int register = 1; register < 10; register++) {
            code.add(new Instruction.Mov(Width.W64, register, Operand.register(0), 0));
            code.add(new Alu(AluOp.ADD, Width.W64, register, Operand.immediate(register * 0x1234567)));
        }
    }

    private static void finish(List<Instruction> code) {
        for (int register = 1; register < 10; register++) {
            code.add(new Alu(AluOp.XOR, Width.W64, 0, Operand.register(register)));
        }
        code.add(new Instruction.Exit());
    }

    /** {@code -Dbpf4j.large.instructions=1000000} is the most that Linux takes. */
    @Test
    void straightLine() throws VerifierException {
        List<Instruction> code = new ArrayList<>();
        start(code);
        while (code.size() < STRAIGHT_LINE - 10) {
            code.add(arithmetic());
        }
        finish(code);
        check(code);
    }

    @Test
    void branches() throws VerifierException {
        Instruction.Condition[] conditions = Instruction.Condition.values();
        List<Instruction> code = new ArrayList<>();
        start(code);
        while (code.size() < 50_000) {
            if (random.nextInt(4) == 0) {
                int forward = random.nextInt(10) == 0 ? 1 + random.nextInt(3_000) : random.nextInt(12);
                code.add(new Instruction.Branch(
                        conditions[random.nextInt(conditions.length)],
                        random.nextBoolean() ? Width.W32 : Width.W64,
                        random.nextInt(10),
                        random.nextBoolean()
                                ? Operand.register(random.nextInt(10))
                                : Operand.immediate(random.nextInt()),
                        forward));
            } else {
                code.add(arithmetic());
            }
        }
        for (int i = 0; i < 3_010; i++) {
            code.add(arithmetic());
        }
        finish(code);
        check(code);
    }

    @Test
    void loopAcrossMethods() throws VerifierException {
        List<Instruction> code = new ArrayList<>();
        start(code);
        code.add(new Instruction.Mov(Width.W64, 9, Operand.immediate(50), 0));
        int loop = code.size();
        for (int i = 0; i < 4_000; i++) {
            Instruction instruction = arithmetic();
            if (instruction instanceof Alu alu && alu.dst() != 9) {
                code.add(alu);
            }
        }
        code.add(new Alu(AluOp.ADD, Width.W64, 9, Operand.immediate(-1)));
        code.add(new Instruction.Branch(
                Instruction.Condition.NE, Width.W64, 9, Operand.immediate(0), loop - code.size() - 1));
        finish(code);
        check(code);
    }

    /** Run until it is compiled: C1 overflows its thread's stack on too many accesses in one method, of which this JVM would die. */
    @Test
    void memoryAccesses() throws VerifierException {
        List<Instruction> code = new ArrayList<>();
        code.add(new Instruction.Mov(Width.W64, 6, Operand.register(1), 0));
        code.add(new Instruction.Load(Instruction.Size.DW, false, 0, 6, 0));
        for (int i = 0; i < 500; i++) {
            code.add(new Instruction.Load(SIZES[random.nextInt(SIZES.length)], false, 2, 6, 0));
            code.add(new Alu(AluOp.ADD, Width.W64, 0, Operand.register(2)));
            code.add(new Instruction.Store(SIZES[random.nextInt(SIZES.length)], 6, 0, Operand.register(0)));
        }
        code.add(new Instruction.Exit());
        BpfProgram compiled = check(code);
        ExecutionContext context = new ExecutionContext(0);
        MemorySegment memory = Arena.ofAuto().allocate(8, 8);
        long first = 0;
        for (int i = 0; i < 20_000; i++) {
            memory.set(ValueLayout.JAVA_LONG, 0, SEED);
            long result = compiled.run(context, memory);
            first = i == 0 ? result : first;
            assertEquals(first, result, "run " + i);
        }
    }

    private static BpfProgram check(List<Instruction> code) throws VerifierException {
        Program program = Program.of("large", ProgramType.RAW, code, List.of());
        VerifiedProgram verified = Verifier.verify(program);
        CompiledClasses classes = ProgramCompiler.compileToClasses(verified, CompilerOptions.DEFAULT);
        for (byte[] bytes : classes.classes().values()) {
            for (MethodModel method : ClassFile.of().parse(bytes).methods()) {
                method.findAttribute(Attributes.code()).ifPresent(attribute -> checkSize(method, attribute));
            }
        }
        BpfProgram compiled = ProgramCompiler.compile(verified, CompilerOptions.DEFAULT);
        ExecutionContext context = new ExecutionContext(0);
        MemorySegment memory = Arena.ofAuto().allocate(8, 8);
        Random inputs = new Random(SEED);
        for (int i = 0; i < 20; i++) {
            long input = i < 3 ? i - 1 : inputs.nextLong();
            memory.set(ValueLayout.JAVA_LONG, 0, input);
            long expected = Interpreter.run(program, context, memory, 10_000_000, null);
            assertEquals(expected, compiled.run(context, memory), "input " + input + ", seed " + SEED);
        }
        return compiled;
    }

    private static void checkSize(MethodModel method, CodeAttribute code) {
        String name = method.methodName().stringValue();
        assertTrue(code.codeLength() < 8_000, name + " has " + code.codeLength() + " bytes");
        long accesses = code.elementStream()
                .filter(element -> element instanceof InvokeInstruction call
                        && call.owner().asInternalName().equals("java/lang/foreign/MemorySegment")
                        && call.name().equalsString(call.type().stringValue().endsWith("V") ? "set" : "get"))
                .count();
        assertTrue(accesses <= 48, name + " has " + accesses + " accesses of segments");
    }
}
