/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The order in which blocks are written: that of their addresses, except that a block comes behind all from which control gets there without
 * closing a loop. HotSpot asks for a safepoint at every jump backwards; with this order only loops jump backwards, not the rotated bodies that
 * clang writes in front of a loop's entry.
 */
final class BlockOrder {
    private static final byte NEW = 0;
    private static final byte ON_PATH = 1;
    private static final byte DONE = 2;

    private final int[][] successors;
    /** By block and successor, whether the edge closes a loop. */
    private final boolean[][] closing;

    private BlockOrder(int[][] successors) {
        this.successors = successors;
        this.closing = new boolean[successors.length][];
        for (int block = 0; block < successors.length; block++) {
            closing[block] = new boolean[successors[block].length];
        }
        findClosingEdges();
    }

    /**
     * Orders the blocks of a function.
     *
     * @param successors by block, in the order of addresses, the blocks that control goes to from it; block 0 is the entry
     * @return the blocks in the order to write them; the entry is the first
     */
    static int[] of(int[][] successors) {
        return new BlockOrder(successors).order();
    }

    /** Walks depth first, without recursion; an edge to a block on the path from the start closes a loop. */
    private void findClosingEdges() {
        byte[] state = new byte[successors.length];
        int[] path = new int[successors.length];
        int[] nextEdge = new int[successors.length];
        for (int start = 0; start < successors.length; start++) {
            if (state[start] != NEW) {
                continue;
            }
            int depth = 0;
            path[0] = start;
            state[start] = ON_PATH;
            while (depth >= 0) {
                int block = path[depth];
                if (nextEdge[block] == successors[block].length) {
                    state[block] = DONE;
                    depth--;
                    continue;
                }
                int edge = nextEdge[block]++;
                int target = successors[block][edge];
                closing[block][edge] = state[target] == ON_PATH;
                if (state[target] == NEW) {
                    state[target] = ON_PATH;
                    path[++depth] = target;
                }
            }
        }
    }

    private int[] order() {
        int[] waitsFor = new int[successors.length];
        for (int block = 0; block < successors.length; block++) {
            for (int edge = 0; edge < successors[block].length; edge++) {
                if (!closing[block][edge]) {
                    waitsFor[successors[block][edge]]++;
                }
            }
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int block = 0; block < successors.length; block++) {
            if (waitsFor[block] == 0) {
                ready.add(block);
            }
        }
        int[] order = new int[successors.length];
        int count = 0;
        while (!ready.isEmpty()) {
            int block = ready.remove();
            order[count++] = block;
            for (int edge = 0; edge < successors[block].length; edge++) {
                int target = successors[block][edge];
                if (!closing[block][edge] && --waitsFor[target] == 0) {
                    ready.add(target);
                }
            }
        }
        return Arrays.copyOf(order, count);
    }
}
