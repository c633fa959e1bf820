/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.isa.ProgramStructure;
import io.github.bpf4j.compiler.load.Function;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Functions, edges and pruning points of a program whose structure is sound. */
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
        findSubprograms(structure(code).functionStarts());
        blockHeads.set(0);
        for (int i = 0; i < code.length; i++) {
            markPoints(i);
        }
    }

    private static ProgramStructure structure(Code code) throws VerifierException {
        boolean raw = code.program.type() == ProgramType.RAW;
        try {
            return ProgramStructure.check(
                    code.program.instructions(),
                    raw ? ProgramStructure.Rules.STANDARD : ProgramStructure.Rules.CONTROL_FLOW);
        } catch (InstructionFormatException e) {
            String message = String.valueOf(e.getMessage());
            throw new VerifierException(
                    new Rejection.MalformedControlFlow(message), e.slot(), -1, "", message, List.of(), -1);
        }
    }

    private void findSubprograms(List<Integer> starts) {
        for (int n = 0; n < starts.size(); n++) {
            int start = starts.get(n);
            int end = n + 1 < starts.size() ? starts.get(n + 1) : code.length;
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
                point(i);
                point(i + 1);
                point(code.targets[i]);
            }
            case Code.CALL_HELPER, Code.CALL_KFUNC -> point(i + 1);
            case Code.LOAD_IMM64 -> {
                if (code.targets[i] >= 0) {
                    callbacks.set(code.targets[i]);
                    point(i);
                    point(i + 2);
                    point(code.targets[i]);
                }
            }
            default -> {}
        }
    }

    private void point(int slot) {
        prunePoints.set(slot);
        blockHeads.set(slot);
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
