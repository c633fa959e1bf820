/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.verifier.ControlFlowGraph.Subprogram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Adds up the stack frames along every chain of calls, and checks Linux's limits: 512 bytes, 8 frames, 256 bytes above a tail call. */
final class StackDepth {
    private static final int MAX_STACK = 512;
    private static final int ROUNDING = 16;
    /** A tail call leaves the frames above it where they are, and 33 may follow each other. */
    private static final int MAX_ABOVE_TAIL_CALL = 255;

    /** A call or reference; a reference does not add up if the function runs later, on a stack of its own. */
    private record Edge(int callee, boolean direct) {}

    private final Analysis a;
    private final FactsBuilder facts;
    private final List<List<Edge>> edges = new ArrayList<>();
    private final BitSet tailCalls = new BitSet();
    /** Combinations of function, frames above and bytes above that are known to be fine. */
    private final BitSet checked = new BitSet();

    StackDepth(Analysis analysis, FactsBuilder facts) {
        this.a = analysis;
        this.facts = facts;
        for (Subprogram function : a.graph.subprograms) {
            List<Edge> found = new ArrayList<>();
            for (int i = function.start(); i < function.end(); i++) {
                boolean call = a.code.kinds[i] == Code.CALL_SUBPROGRAM;
                if (a.code.targets[i] >= 0 && (call || a.code.kinds[i] == Code.LOAD_IMM64)) {
                    Edge edge = new Edge(a.graph.subprogramOf[a.code.targets[i]], call);
                    if (!found.contains(edge)) {
                        found.add(edge);
                    }
                }
                if (a.functions.isTailCall(i)) {
                    tailCalls.set(function.index());
                }
            }
            edges.add(found);
        }
    }

    void check() throws VerifierException {
        descend(0, 0, 0);
        for (int i = a.asyncCallbacks.nextSetBit(0); i >= 0; i = a.asyncCallbacks.nextSetBit(i + 1)) {
            descend(i, 0, 0);
        }
    }

    /** Follows the calls of a function that has {@code frames} frames of {@code above} bytes above it. */
    private void descend(int function, int frames, int above) throws VerifierException {
        int key = (function * VerifierState.MAX_FRAMES + frames) * (MAX_STACK / ROUNDING + 1) + above / ROUNDING;
        if (checked.get(key)) {
            return;
        }
        checked.set(key);
        if (function != 0 && tailCalls.get(function) && above > MAX_ABOVE_TAIL_CALL) {
            throw tooDeep(
                    function,
                    frames,
                    above,
                    "tail_calls are not allowed when call stack of previous frames is " + above + " bytes. Too large");
        }
        int depth = above + (facts.stackDepth(function) + ROUNDING - 1) / ROUNDING * ROUNDING;
        if (depth > MAX_STACK) {
            throw tooDeep(
                    function,
                    frames + 1,
                    depth,
                    "combined stack size of " + (frames + 1) + " calls is " + depth + ". Too large");
        }
        for (Edge edge : edges.get(function)) {
            if (!edge.direct && a.asyncCallbacks.get(edge.callee)) {
                continue;
            }
            if (frames + 1 >= VerifierState.MAX_FRAMES) {
                throw tooDeep(
                        edge.callee, frames + 1, depth, "the call stack of " + (frames + 1) + " frames is too deep !");
            }
            descend(edge.callee, frames + 1, depth);
        }
    }

    private VerifierException tooDeep(int function, int frames, int bytes, String message) {
        int start = a.graph.subprograms.get(function).start();
        return new VerifierException(new Rejection.CallDepth(frames, bytes), start, -1, "", message, List.of(), -1);
    }
}
