/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.compiler.isa.ProgramStructure;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A program whose jumps and calls go to labels, so that lines can be put in and left out anywhere. Immutable.
 *
 * @param lines in order
 */
record Draft(List<Line> lines) {
    /** No label. */
    static final int NONE = -1;

    /** A line. */
    sealed interface Line {}

    /** A place that lines refer to. */
    record Label(int number) implements Line {}

    /**
     * An instruction.
     *
     * @param instruction with any offset if it refers to a label
     * @param label where it jumps, what it calls, or {@link #NONE}
     * @param needed whether the program means nothing without it
     */
    record Code(Instruction instruction, int label, boolean needed) implements Line {}

    Draft {
        lines = List.copyOf(lines);
    }

    /** The draft of a program that is there already. */
    static Draft of(List<Instruction> instructions) {
        BitSet targets = new BitSet();
        for (int slot = 0; slot < instructions.size(); slot++) {
            int target = target(instructions.get(slot), slot);
            if (target >= 0) {
                targets.set(target);
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int slot = 0; slot < instructions.size(); slot++) {
            if (targets.get(slot)) {
                lines.add(new Label(slot));
            }
            Instruction instruction = instructions.get(slot);
            if (!(instruction instanceof SecondSlot)) {
                lines.add(new Code(instruction, target(instruction, slot), false));
            }
        }
        return new Draft(lines);
    }

    private static int target(Instruction instruction, int slot) {
        int jump = ProgramStructure.jumpTarget(instruction, slot);
        return jump >= 0 ? jump : ProgramStructure.functionTarget(instruction, slot);
    }

    /**
     * The program with lines around some of its instructions. What jumps to such an instruction jumps to the first of them.
     *
     * @param surrounded gives what stands in an instruction's place: itself, between others
     */
    Draft with(Function<Instruction, List<Instruction>> surrounded) {
        List<Line> more = new ArrayList<>();
        for (Line line : lines) {
            if (line instanceof Code code) {
                for (Instruction instruction : surrounded.apply(code.instruction())) {
                    more.add(instruction.equals(code.instruction()) ? code : new Code(instruction, NONE, false));
                }
            } else {
                more.add(line);
            }
        }
        return new Draft(more);
    }

    /** The program without {@code count} lines, but for labels and lines that are needed. */
    Draft without(int from, int count) {
        List<Line> fewer = new ArrayList<>(lines);
        fewer.subList(from, from + count).removeIf(line -> line instanceof Code code && !code.needed());
        return new Draft(fewer);
    }

    /** The program by slots. */
    List<Instruction> instructions() {
        List<Integer> places = new ArrayList<>();
        int slots = 0;
        for (Line line : lines) {
            switch (line) {
                case Label(int number) -> {
                    places.addAll(Collections.nCopies(Math.max(0, number + 1 - places.size()), 0));
                    places.set(number, slots);
                }
                case Code(Instruction instruction, int label, boolean needed) ->
                    slots += instruction instanceof LoadImm64 ? 2 : 1;
            }
        }
        List<Instruction> result = new ArrayList<>(slots);
        for (Line line : lines) {
            if (line instanceof Code(Instruction instruction, int label, boolean needed)) {
                result.add(
                        label == NONE ? instruction : withOffset(instruction, places.get(label) - result.size() - 1));
                if (instruction instanceof LoadImm64) {
                    result.add(SecondSlot.INSTANCE);
                }
            }
        }
        return result;
    }

    private static Instruction withOffset(Instruction instruction, int offset) {
        return switch (instruction) {
            case Jump(int old, boolean isLong) -> new Jump(offset, isLong);
            case MayGoto(int old) -> new MayGoto(offset);
            case Branch(Condition condition, Width width, int dst, Operand src, int old) ->
                new Branch(condition, width, dst, src, offset);
            case Call(CallKind kind, int old, int module) -> new Call(kind, offset, module);
            case LoadImm64(Imm64Kind kind, int dst, int old, int next) -> new LoadImm64(kind, dst, offset, next);
            default -> throw new IllegalArgumentException(instruction + " refers to nothing");
        };
    }
}
