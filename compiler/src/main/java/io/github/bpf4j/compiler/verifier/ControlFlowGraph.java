/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.load.Function;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Functions, edges and pruning points of a program, checked as Linux checks them before it interprets anything: jumps stay in their
 * function and hit no second slot, every function ends in {@code exit} or a jump, every instruction can be reached.
 */
final class ControlFlowGraph {
    /**
     * A function.
     *
     * @param index its number; 0 is the entry
     * @param start first slot
     * @param end slot behind the last
     * @param name its name
     * @param global whether it is verified on its own
     * @param typeId BTF id or 0
     */
    record Subprogram(int index, int start, int end, String name, boolean global, int typeId) {}

    private final Code code;
    final List<Subprogram> subprograms = new ArrayList<>();
    /** Number of the function each slot belongs to. */
    final int[] subprogramOf;
    /** Where states are compared. */
    final BitSet prunePoints = new BitSet();
    /** Where a state is always kept. */
    final BitSet forcedCheckpoints = new BitSet();
    /** Instructions that start a stretch of straight-line code. */
    final BitSet blockHeads = new BitSet();
    /** Functions whose address is taken. */
    final BitSet callbacks = new BitSet();

    ControlFlowGraph(Code code) throws VerifierException {
        this.code = code;
        subprogramOf = new int[code.length];
        if (code.length == 0) {
            throw reject(-1, "no instructions");
        }
        findSubprograms();
        checkJumps();
        checkReachability();
    }

    private static VerifierException reject(int slot, String message) {
        return new VerifierException(new Rejection.MalformedControlFlow(message), slot, -1, "", message, List.of());
    }

    private void findSubprograms() throws VerifierException {
        TreeSet<Integer> starts = new TreeSet<>();
        starts.add(0);
        for (int i = 0; i < code.length; i++) {
            boolean call = code.kinds[i] == Code.CALL_SUBPROGRAM;
            boolean reference = code.kinds[i] == Code.LOAD_IMM64
                    && ((Instruction.LoadImm64) code.instructions[i]).kind() == Instruction.Imm64Kind.FUNC;
            if (call || reference) {
                int target = code.targets[i];
                if (target < 0 || target >= code.length) {
                    throw reject(i, "call to invalid destination " + target);
                }
                starts.add(target);
                if (reference) {
                    callbacks.set(target);
                }
            }
        }
        Integer[] ordered = starts.toArray(new Integer[0]);
        for (int n = 0; n < ordered.length; n++) {
            int start = ordered[n];
            int end = n + 1 < ordered.length ? ordered[n + 1] : code.length;
            Function known = null;
            for (Function function : code.program.functions()) {
                if (function.slot() == start) {
                    known = function;
                }
            }
            String name = known != null ? known.name() : n == 0 ? code.program.name() : "func#" + n;
            // Without types nothing is known of the arguments: the function is verified as part of its callers.
            boolean global = n > 0
                    && known != null
                    && known.linkage() == Function.Linkage.GLOBAL
                    && known.typeId() != 0
                    && code.program.btf() != null;
            subprograms.add(new Subprogram(n, start, end, name, global, known == null ? 0 : known.typeId()));
            Arrays.fill(subprogramOf, start, end, n);
        }
    }

    private void checkJumps() throws VerifierException {
        for (Subprogram function : subprograms) {
            for (int i = function.start; i < function.end; i++) {
                byte kind = code.kinds[i];
                if (kind == Code.JUMP || kind == Code.MAY_GOTO || kind == Code.BRANCH) {
                    int target = code.targets[i];
                    if (target < function.start || target >= function.end) {
                        throw reject(i, "jump out of range from insn " + i + " to " + target);
                    }
                }
            }
            byte last = code.kinds[function.end - 1];
            if (last != Code.EXIT && last != Code.JUMP) {
                throw reject(function.end - 1, "last insn is not an exit or jmp");
            }
        }
    }

    private void checkReachability() throws VerifierException {
        BitSet seen = new BitSet(code.length);
        int[] stack = new int[code.length + 1];
        int top = 0;
        stack[top++] = 0;
        seen.set(0);
        blockHeads.set(0);
        int[] successors = new int[3];
        while (top > 0) {
            int i = stack[--top];
            int count = edges(i, successors);
            for (int k = 0; k < count; k++) {
                int next = successors[k];
                if (next >= code.length || next < 0) {
                    throw reject(i, "jump out of range from insn " + i + " to " + next);
                }
                if (code.kinds[next] == Code.SECOND_SLOT) {
                    throw reject(i, "jump into the middle of ldimm64 insn " + (next - 1));
                }
                if (!seen.get(next)) {
                    seen.set(next);
                    stack[top++] = next;
                }
            }
        }
        for (int i = 0; i < code.length; i++) {
            if (!seen.get(i) && code.kinds[i] != Code.SECOND_SLOT && code.program.type() != ProgramType.RAW) {
                throw reject(i, "unreachable insn " + i);
            }
            markPoints(i);
        }
    }

    /** Every instruction that may come next, counting functions called or referred to. */
    private int edges(int i, int[] out) {
        int count = 0;
        byte kind = code.kinds[i];
        if (kind != Code.EXIT && kind != Code.JUMP) {
            out[count++] = i + code.width(i);
        }
        if (code.targets[i] >= 0) {
            out[count++] = code.targets[i];
        }
        return count;
    }

    /** Instructions that may come next in the same function. */
    int successors(int i, int[] out) {
        int count = 0;
        byte kind = code.kinds[i];
        if (kind != Code.EXIT && kind != Code.JUMP) {
            out[count++] = i + code.width(i);
        }
        if (kind == Code.JUMP || kind == Code.BRANCH || kind == Code.MAY_GOTO) {
            out[count++] = code.targets[i];
        }
        return count;
    }

    private void markPoints(int i) {
        switch (code.kinds[i]) {
            case Code.JUMP -> {
                prunePoints.set(code.targets[i]);
                blockHeads.set(code.targets[i]);
            }
            case Code.BRANCH -> {
                prunePoints.set(i);
                prunePoints.set(code.targets[i]);
                blockHeads.set(code.targets[i]);
                blockHeads.set(i + 1);
            }
            case Code.MAY_GOTO -> {
                prunePoints.set(i);
                forcedCheckpoints.set(i);
                prunePoints.set(code.targets[i]);
                blockHeads.set(code.targets[i]);
                blockHeads.set(i + 1);
            }
            case Code.CALL_SUBPROGRAM -> {
                prunePoints.set(i + 1);
                blockHeads.set(i + 1);
                blockHeads.set(code.targets[i]);
            }
            case Code.CALL_HELPER, Code.CALL_KFUNC -> blockHeads.set(i + 1);
            case Code.LOAD_IMM64 -> {
                if (code.targets[i] >= 0) {
                    blockHeads.set(code.targets[i]);
                }
            }
            default -> {}
        }
    }

    Subprogram subprogramAt(int slot) {
        return subprograms.get(subprogramOf[slot]);
    }

    /** Marks a call at which a state must be kept: an iterator's next or a helper that takes a callback. */
    void forceCheckpoint(int slot) {
        prunePoints.set(slot);
        forcedCheckpoints.set(slot);
    }
}
