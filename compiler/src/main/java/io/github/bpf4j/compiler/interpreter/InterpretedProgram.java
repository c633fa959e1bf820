/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.MemorySegment;

/** A program that runs in the interpreter, where a compiled one is expected: in tests, and in program arrays. */
public final class InterpretedProgram extends BpfProgram {
    /** {@code BPF_DROP}. */
    private static final int DROP = 2;

    private final Program program;
    private final long budget;

    /**
     * Wraps a program.
     *
     * @param program the program
     * @param budget most instructions that one run may execute
     */
    public InterpretedProgram(Program program, long budget) {
        this.program = program;
        this.budget = budget;
    }

    @Override
    public String name() {
        return program.name();
    }

    @Override
    public ProgramType type() {
        return program.type();
    }

    @Override
    public long run(ExecutionContext context, SkBuff skb) {
        if (!type().hasPacket()) {
            throw new UnsupportedOperationException(name() + " is a " + type() + " program and needs a buffer");
        }
        try {
            return Interpreter.run(program, context, skb, budget, null);
        } catch (InterpreterTrapException trap) {
            throw new ProgramTrapException(String.valueOf(trap.getMessage()), trap);
        }
    }

    @Override
    public void run(ExecutionContext context, SkBuff[] packets, int count, int[] verdicts) {
        for (int i = 0; i < count; i++) {
            try {
                verdicts[i] = (int) run(context, packets[i]);
            } catch (ProgramTrapException trap) {
                verdicts[i] = DROP;
                context.countTrap();
            }
        }
    }

    @Override
    public long run(ExecutionContext context, MemorySegment memory) {
        if (type().hasPacket()) {
            return super.run(context, memory);
        }
        try {
            return Interpreter.run(program, context, memory, budget, null);
        } catch (InterpreterTrapException trap) {
            throw new ProgramTrapException(String.valueOf(trap.getMessage()), trap);
        }
    }
}
