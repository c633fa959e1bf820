/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifierException.PathStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The instructions on the way to a rejected one, rebuilt from the decisions that the verifier recorded. */
final class Trace {
    private static final int MAX_LENGTH = 200_000;

    /**
     * An executed instruction.
     *
     * @param slot its slot
     * @param taken for a conditional jump, whether it was taken
     */
    record Entry(int slot, boolean taken) {}

    private Trace() {}

    /**
     * Rebuilds the way.
     *
     * @param program the program
     * @param path the decisions, oldest first
     * @param start the slot the way starts at, -1 if not known
     * @param end the slot of the rejected instruction
     * @return the executed instructions, oldest first, the rejected one last
     */
    static List<Entry> rebuild(Program program, List<PathStep> path, int start, int end) {
        List<Instruction> code = program.instructions();
        List<Entry> trace = new ArrayList<>();
        Deque<Integer> returns = new ArrayDeque<>();
        int next = 0;
        int slot = start >= 0
                ? start
                : path.isEmpty() || reaches(code, path.getFirst().slot())
                        ? 0
                        : path.getFirst().slot();
        while (slot >= 0 && slot < code.size() && trace.size() < MAX_LENGTH) {
            boolean decided = next < path.size() && path.get(next).slot() == slot;
            if (slot == end && next >= path.size()) {
                break;
            }
            boolean taken = !decided || path.get(next).taken();
            if (decided) {
                next++;
            }
            Instruction instruction = code.get(slot);
            trace.add(new Entry(slot, taken));
            int following = slot + 1;
            switch (instruction) {
                case Instruction.Jump jump -> following += jump.offset();
                case Instruction.Branch branch -> following += taken ? branch.offset() : 0;
                case Instruction.MayGoto jump -> following += decided && taken ? jump.offset() : 0;
                case Instruction.LoadImm64 ignored -> following++;
                case Instruction.Call call
                when call.kind() == Instruction.CallKind.SUBPROGRAM && decided -> {
                    returns.push(following);
                    following += call.target();
                }
                case Instruction.Exit ignored -> {
                    if (returns.isEmpty()) {
                        return trace;
                    }
                    following = returns.pop();
                }
                default -> {}
            }
            slot = following;
        }
        trace.add(new Entry(end, false));
        return trace;
    }

    private static boolean reaches(List<Instruction> code, int target) {
        int slot = 0;
        for (int steps = 0; steps < MAX_LENGTH && slot >= 0 && slot < code.size(); steps++) {
            if (slot == target) {
                return true;
            }
            switch (code.get(slot)) {
                case Instruction.Jump jump -> slot += 1 + jump.offset();
                case Instruction.LoadImm64 ignored -> slot += 2;
                case Instruction.Branch ignored -> {
                    return false;
                }
                case Instruction.Exit ignored -> {
                    return false;
                }
                default -> slot++;
            }
        }
        return false;
    }
}
