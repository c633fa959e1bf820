/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** Which registers are read before they are written, from each instruction on: a backward data-flow analysis of each function. */
final class Liveness {
    /** By slot, the registers alive before it, as a bit set. */
    final int[] before;

    Liveness(Code code, ControlFlowGraph graph, FunctionTable functions) {
        before = new int[code.length];
        int[] reads = new int[code.length];
        int[] keeps = new int[code.length];
        for (int i = 0; i < code.length; i++) {
            reads[i] = code.reads(i);
            if (code.kinds[i] == Code.CALL_HELPER || code.kinds[i] == Code.CALL_KFUNC) {
                reads[i] = (1 << functions.argumentCount(i) + 1) - 2;
            }
            keeps[i] = ~code.writes(i);
        }
        int[] successors = new int[3];
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = code.length - 1; i >= 0; i--) {
                if (code.kinds[i] == Code.SECOND_SLOT) {
                    continue;
                }
                int after = 0;
                int count = graph.successors(i, successors);
                for (int k = 0; k < count; k++) {
                    after |= before[successors[k]];
                }
                int now = (after & keeps[i]) | reads[i];
                if (now != before[i]) {
                    before[i] = now;
                    changed = true;
                }
            }
        }
        for (int i = 0; i < code.length; i++) {
            // The frame pointer always exists, and generated code may want to know it.
            before[i] |= 1 << 10;
        }
    }
}
