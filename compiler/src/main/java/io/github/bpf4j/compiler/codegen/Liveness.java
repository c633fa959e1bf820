/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Which variables ({@link Effects}) may be read later. Immutable. */
final class Liveness {
    private final FlowGraph graph;
    private final Effects effects;
    private final long[] liveIn;

    Liveness(FlowGraph graph, Effects effects) {
        this.graph = graph;
        this.effects = effects;
        int count = graph.blocks().size();
        this.liveIn = new long[count];
        long[] uses = new long[count];
        long[] killed = new long[count];
        int[][] predecessors = predecessors();
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                uses[block.index()] |= effects.uses(slot) & ~killed[block.index()];
                killed[block.index()] |= effects.killed(slot);
            }
        }
        Deque<Integer> work = new ArrayDeque<>();
        boolean[] queued = new boolean[count];
        for (int block = count - 1; block >= 0; block--) {
            work.add(block);
            queued[block] = true;
        }
        while (!work.isEmpty()) {
            int block = work.remove();
            queued[block] = false;
            long live = uses[block] | (liveOut(graph.blocks().get(block)) & ~killed[block]);
            if (live != liveIn[block]) {
                liveIn[block] = live;
                for (int predecessor : predecessors[block]) {
                    if (!queued[predecessor]) {
                        queued[predecessor] = true;
                        work.add(predecessor);
                    }
                }
            }
        }
    }

    private int[][] predecessors() {
        int[] counts = new int[graph.blocks().size()];
        for (FlowGraph.Block block : graph.blocks()) {
            if (block.next() != FlowGraph.NONE) {
                counts[block.next()]++;
            }
            if (block.taken() != FlowGraph.NONE) {
                counts[block.taken()]++;
            }
        }
        int[][] predecessors = new int[counts.length][];
        Arrays.setAll(predecessors, i -> new int[counts[i]]);
        for (FlowGraph.Block block : graph.blocks()) {
            if (block.next() != FlowGraph.NONE) {
                predecessors[block.next()][--counts[block.next()]] = block.index();
            }
            if (block.taken() != FlowGraph.NONE) {
                predecessors[block.taken()][--counts[block.taken()]] = block.index();
            }
        }
        return predecessors;
    }

    /** Variables that may be read from the start of a block on. */
    long liveIn(int block) {
        return liveIn[block];
    }

    /** Variables that may be read behind a block. */
    long liveOut(FlowGraph.Block block) {
        long live = 0;
        if (block.next() != FlowGraph.NONE) {
            live |= liveIn[block.next()];
        }
        if (block.taken() != FlowGraph.NONE) {
            live |= liveIn[block.taken()];
        }
        return live;
    }

    /** Variables that may be read behind each instruction of a block; indexed by slot, from the block's first. */
    long[] liveAfter(FlowGraph.Block block) {
        long[] after = new long[block.last() - block.first() + 1];
        long live = liveOut(block);
        for (int slot = block.last(); slot >= block.first(); slot--) {
            if (slot != block.last()
                    && graph.instruction(slot) instanceof io.github.bpf4j.compiler.isa.Instruction.SecondSlot) {
                continue;
            }
            after[slot - block.first()] = live;
            live = (live & ~effects.killed(slot)) | effects.uses(slot);
        }
        return after;
    }
}
