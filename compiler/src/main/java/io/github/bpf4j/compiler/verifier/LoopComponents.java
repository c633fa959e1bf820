/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** The loops of each function: strongly connected components of its control flow (Tarjan's algorithm, without recursion). */
final class LoopComponents {
    /** By slot, a positive number shared by the instructions of a loop, or 0. */
    final int[] components;

    LoopComponents(Analysis a) {
        int n = a.code.length;
        components = new int[n];
        int[] index = new int[n];
        int[] low = new int[n];
        boolean[] onStack = new boolean[n];
        int[] stack = new int[n];
        int[] path = new int[n];
        int[] nextEdge = new int[n];
        int[] out = new int[3];
        int top = 0;
        int counter = 0;
        int component = 0;
        for (int root = 0; root < n; root++) {
            if (index[root] != 0 || a.code.kinds[root] == Code.SECOND_SLOT) {
                continue;
            }
            int depth = 0;
            path[depth] = root;
            index[root] = low[root] = ++counter;
            stack[top++] = root;
            onStack[root] = true;
            while (depth >= 0) {
                int v = path[depth];
                int count = a.graph.successors(v, out);
                if (nextEdge[v] < count) {
                    int w = out[nextEdge[v]++];
                    if (index[w] == 0) {
                        index[w] = low[w] = ++counter;
                        stack[top++] = w;
                        onStack[w] = true;
                        path[++depth] = w;
                    } else if (onStack[w]) {
                        low[v] = Math.min(low[v], index[w]);
                    }
                    continue;
                }
                if (low[v] == index[v]) {
                    boolean loop = stack[top - 1] != v || isSelfLoop(a, v, out) || a.functions.callsBack(v);
                    if (loop) {
                        component++;
                    }
                    int w;
                    do {
                        w = stack[--top];
                        onStack[w] = false;
                        components[w] = loop ? component : 0;
                    } while (w != v);
                }
                depth--;
                if (depth >= 0) {
                    low[path[depth]] = Math.min(low[path[depth]], low[v]);
                }
            }
        }
    }

    private static boolean isSelfLoop(Analysis a, int v, int[] out) {
        int count = a.graph.successors(v, out);
        for (int i = 0; i < count; i++) {
            if (out[i] == v) {
                return true;
            }
        }
        return false;
    }
}
