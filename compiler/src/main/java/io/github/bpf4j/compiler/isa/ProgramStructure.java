/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.compiler.isa.InstructionFormatException.Reason;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How the instructions of a program are put together: its functions, and the rules that need no knowledge of values. Immutable.
 *
 * @param functionStarts slots of the first instructions of all functions, ascending; the first is 0
 */
public record ProgramStructure(List<Integer> functionStarts) {
    /** Most functions in one program, as in Linux. */
    public static final int MAX_FUNCTIONS = 256;

    /** Which rules apply. */
    public enum Rules {
        /** Those of Linux: no unreachable code, no division by the constant zero, no constant shift beyond the width. */
        LINUX,
        /** Those of Linux but for constants, which Linux looks at only where a path reaches them. */
        CONTROL_FLOW,
        /** Those of RFC 9669 only. */
        STANDARD
    }

    /** Copies the list. */
    public ProgramStructure {
        functionStarts = List.copyOf(functionStarts);
    }

    /**
     * The functions of a structurally sound program.
     *
     * @param instructions by slot
     * @param rules which rules apply
     * @return the structure
     * @throws InstructionFormatException if a jump or call leads nowhere, a function does not end, code is unreachable, or a constant
     *     operand has no meaning
     */
    public static ProgramStructure check(List<Instruction> instructions, Rules rules) {
        return check(instructions, rules, slot -> false);
    }

    /**
     * The functions of a structurally sound program.
     *
     * @param instructions by slot
     * @param rules which rules apply
     * @param neverReturns whether the call at a slot never returns ({@code bpf_throw})
     * @return the structure
     * @throws InstructionFormatException if a jump or call leads nowhere, a function does not end, code is unreachable, or a constant
     *     operand has no meaning
     */
    public static ProgramStructure check(List<Instruction> instructions, Rules rules, IntPredicate neverReturns) {
        if (instructions.isEmpty()) {
            throw new InstructionFormatException(0, Reason.EMPTY_PROGRAM, "program has no instructions");
        }
        BitSet starts = functionStarts(instructions);
        List<Integer> functions = starts.stream().boxed().toList();
        if (functions.size() > MAX_FUNCTIONS) {
            throw new InstructionFormatException(
                    functions.get(MAX_FUNCTIONS), Reason.TOO_MANY_SUBPROGRAMS, "too many subprograms");
        }
        for (int i = 0; i < functions.size(); i++) {
            int end = i + 1 < functions.size() ? functions.get(i + 1) : instructions.size();
            checkJumps(instructions, functions.get(i), end, neverReturns);
        }
        if (rules != Rules.STANDARD) {
            checkReachable(instructions, neverReturns);
        }
        if (rules == Rules.LINUX) {
            checkConstants(instructions);
        }
        return new ProgramStructure(functions);
    }

    /**
     * The slots a jump, conditional or not, leads to.
     *
     * @param instruction the instruction
     * @param slot where it stands
     * @return the target slot, or -1 if it does not jump
     */
    public static int jumpTarget(Instruction instruction, int slot) {
        return switch (instruction) {
            case Jump(int offset, boolean isLong) -> slot + 1 + offset;
            case MayGoto(int offset) -> slot + 1 + offset;
            case Branch branch -> slot + 1 + branch.offset();
            default -> -1;
        };
    }

    /**
     * The subprogram an instruction calls or takes the address of.
     *
     * @param instruction the instruction
     * @param slot where it stands
     * @return the subprogram's first slot, or -1 if there is none
     */
    public static int functionTarget(Instruction instruction, int slot) {
        return switch (instruction) {
            case Call(CallKind kind, int target, int module) when kind == CallKind.SUBPROGRAM -> slot + 1 + target;
            case LoadImm64(Imm64Kind kind, int dst, int imm, int nextImm) when kind == Imm64Kind.FUNC -> slot + 1 + imm;
            default -> -1;
        };
    }

    private static boolean hasFunctionTarget(Instruction instruction) {
        return (instruction instanceof Call call && call.kind() == CallKind.SUBPROGRAM)
                || (instruction instanceof LoadImm64 constant && constant.kind() == Imm64Kind.FUNC);
    }

    private static boolean isJump(Instruction instruction) {
        return instruction instanceof Jump || instruction instanceof MayGoto || instruction instanceof Branch;
    }

    private static BitSet functionStarts(List<Instruction> instructions) {
        BitSet starts = new BitSet(instructions.size());
        starts.set(0);
        for (int slot = 0; slot < instructions.size(); slot++) {
            Instruction instruction = instructions.get(slot);
            if (!hasFunctionTarget(instruction)) {
                continue;
            }
            int target = functionTarget(instruction, slot);
            if (target < 0 || target >= instructions.size()) {
                throw new InstructionFormatException(slot, Reason.CALL_RANGE, "call to invalid destination");
            }
            checkNotSecondSlot(instructions, slot, target);
            starts.set(target);
        }
        return starts;
    }

    private static void checkJumps(List<Instruction> instructions, int start, int end, IntPredicate neverReturns) {
        for (int slot = start; slot < end; slot++) {
            Instruction instruction = instructions.get(slot);
            if (isJump(instruction)) {
                int target = jumpTarget(instruction, slot);
                if (target < start || target >= end) {
                    throw new InstructionFormatException(
                            slot, Reason.JUMP_RANGE, "jump out of range from insn " + slot + " to " + target);
                }
                checkNotSecondSlot(instructions, slot, target);
            }
        }
        Instruction last = instructions.get(end - 1);
        if (!(last instanceof Exit) && !(last instanceof Jump) && !neverReturns.test(end - 1)) {
            throw new InstructionFormatException(end - 1, Reason.FALLS_THROUGH, "last insn is not an exit or jmp");
        }
    }

    private static void checkNotSecondSlot(List<Instruction> instructions, int slot, int target) {
        if (instructions.get(target) instanceof SecondSlot) {
            throw new InstructionFormatException(
                    slot, Reason.JUMP_INTO_LD_IMM64, "jump into the middle of ldimm64 insn " + (target - 1));
        }
    }

    private static void checkReachable(List<Instruction> instructions, IntPredicate neverReturns) {
        BitSet reached = new BitSet(instructions.size());
        int[] pending = new int[instructions.size()];
        int count = 0;
        pending[count++] = 0;
        reached.set(0);
        while (count > 0) {
            int slot = pending[--count];
            Instruction instruction = instructions.get(slot);
            int next = slot + (instruction instanceof LoadImm64 ? 2 : 1);
            boolean continues =
                    !(instruction instanceof Exit) && !(instruction instanceof Jump) && !neverReturns.test(slot);
            int jump = isJump(instruction) ? jumpTarget(instruction, slot) : slot;
            int function = hasFunctionTarget(instruction) ? functionTarget(instruction, slot) : slot;
            for (int successor : new int[] {continues ? next : slot, jump, function}) {
                if (!reached.get(successor)) {
                    reached.set(successor);
                    pending[count++] = successor;
                }
            }
        }
        for (int slot = 0; slot < instructions.size(); slot++) {
            if (!reached.get(slot) && !(instructions.get(slot) instanceof SecondSlot)) {
                throw new InstructionFormatException(slot, Reason.UNREACHABLE, "unreachable insn " + slot);
            }
        }
    }

    private static void checkConstants(List<Instruction> instructions) {
        for (int slot = 0; slot < instructions.size(); slot++) {
            if (instructions.get(slot) instanceof Alu(AluOp op, Width width, int dst, Operand src)
                    && !src.isRegister()) {
                checkConstant(slot, op, width, src.immediate());
            }
        }
    }

    private static void checkConstant(int slot, AluOp op, Width width, int operand) {
        switch (op) {
            case DIV, SDIV, MOD, SMOD -> {
                if (operand == 0) {
                    throw new InstructionFormatException(slot, Reason.DIVISION_BY_ZERO, "div by zero");
                }
            }
            case LSH, RSH, ARSH -> {
                if (operand < 0 || operand >= (width == Width.W64 ? 64 : 32)) {
                    throw new InstructionFormatException(slot, Reason.SHIFT_RANGE, "invalid shift " + operand);
                }
            }
            case ADD, SUB, MUL, OR, AND, XOR -> {}
        }
    }
}
