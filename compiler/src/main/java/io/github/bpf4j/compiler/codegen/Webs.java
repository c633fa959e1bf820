/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.Arrays;

/**
 * Groups definitions and uses of a variable that reach each other into webs and chooses a {@link Rep} for each. Every definition and every
 * variable live at the start of a block is a node; control-flow edges join nodes. Immutable once built.
 */
final class Webs {
    private final FlowGraph graph;
    private final Effects effects;
    private final Liveness liveness;
    private final StackPlan stack;
    private final int[] parent;
    private final int[] firstLiveIn;
    private final Rep[] reps;

    /**
     * Builds the webs of a function.
     *
     * @param wide whether all numbers become {@code long}s and all bases locals, for debugging
     */
    Webs(FlowGraph graph, Effects effects, Liveness liveness, StackPlan stack, boolean wide) {
        this.graph = graph;
        this.effects = effects;
        this.liveness = liveness;
        this.stack = stack;
        this.firstLiveIn = new int[graph.blocks().size()];
        int nodes = 2 * (graph.end() - graph.start());
        for (FlowGraph.Block block : graph.blocks()) {
            firstLiveIn[block.index()] = nodes;
            nodes += Long.bitCount(liveness.liveIn(block.index()));
        }
        this.parent = new int[nodes];
        Arrays.setAll(parent, i -> i);
        join();
        WebType[] types = new WebType[nodes];
        collect(types);
        this.reps = new Rep[nodes];
        WidthVotes votes = new WidthVotes(graph, this, nodes);
        for (int node = 0; node < nodes; node++) {
            WebType type = types[node];
            if (type != null) {
                Rep rep = type.rep(wide);
                reps[node] = rep.isScalar() && votes.prefersLong(node) ? Rep.LONG : rep;
            }
        }
    }

    /** The node of a register's definition. */
    int definition(int slot) {
        return 2 * (slot - graph.start());
    }

    /** The node of a unit's definition. */
    int unitDefinition(int slot) {
        return 2 * (slot - graph.start()) + 1;
    }

    /** The node of a variable that is live at the start of a block. */
    int liveIn(int block, int variable) {
        long before = liveness.liveIn(block) & ((1L << variable) - 1);
        return firstLiveIn[block] + Long.bitCount(before);
    }

    /** How the values of a node's web are kept. */
    Rep rep(int node) {
        Rep rep = reps[find(node)];
        return rep == null ? Rep.LONG : rep;
    }

    /** Sets the nodes that are current at the start of a block. */
    void enter(int block, int[] current) {
        Arrays.fill(current, -1);
        for (long live = liveness.liveIn(block); live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            current[variable] = liveIn(block, variable);
        }
    }

    /** Steps over an instruction. */
    void step(int slot, int[] current) {
        int register = effects.definedRegister(slot);
        if (register >= 0) {
            current[register] = definition(slot);
        }
        int unit = effects.definedUnit(slot);
        if (unit >= 0) {
            current[unit] = unitDefinition(slot);
        }
    }

    /** The node that stands for a node's web. */
    int root(int node) {
        return find(node);
    }

    private int find(int node) {
        int root = node;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    private void union(int a, int b) {
        int x = find(a);
        int y = find(b);
        if (x != y) {
            parent[Math.max(x, y)] = Math.min(x, y);
        }
    }

    private void join() {
        int[] current = new int[Long.SIZE];
        for (FlowGraph.Block block : graph.blocks()) {
            enter(block.index(), current);
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                int unit = effects.definedUnit(slot);
                int before = unit >= 0 ? current[unit] : -1;
                step(slot, current);
                if (before >= 0 && !effects.wholeUnit(slot)) {
                    union(before, current[unit]);
                }
            }
            joinEdge(block.next(), current);
            joinEdge(block.taken(), current);
        }
    }

    private void joinEdge(int target, int[] current) {
        if (target == FlowGraph.NONE) {
            return;
        }
        for (long live = liveness.liveIn(target); live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            if (current[variable] >= 0) {
                union(current[variable], liveIn(target, variable));
            }
        }
    }

    private WebType type(WebType[] types, int node) {
        int root = find(node);
        WebType type = types[root];
        if (type == null) {
            type = new WebType();
            types[root] = type;
        }
        return type;
    }

    private void collect(WebType[] types) {
        if (graph.blocks().isEmpty()) {
            return;
        }
        FlowGraph.Block entry = graph.blocks().get(0);
        for (long live = liveness.liveIn(0); live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            WebType type = type(types, liveIn(0, variable));
            if (variable < Effects.FIRST_UNIT) {
                type.add(graph.facts(entry.first()).registers().get(variable));
            } else {
                type.addRange(0, 0);
            }
        }
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                int register = effects.definedRegister(slot);
                if (register >= 0) {
                    type(types, definition(slot)).add(after(slot, register));
                }
                int unit = effects.definedUnit(slot);
                if (unit >= 0) {
                    addStore(type(types, unitDefinition(slot)), slot, unit);
                }
            }
        }
    }

    private void addStore(WebType type, int slot, int unit) {
        Instruction.Store store = (Instruction.Store) graph.instruction(slot);
        int size = stack.units().get(unit - Effects.FIRST_UNIT).size();
        if (size < Long.BYTES) {
            type.addRange(0, (1L << (8 * size)) - 1);
        } else if (!effects.wholeUnit(slot)) {
            type.addRange(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (store.src().isRegister()) {
            type.add(graph.facts(slot).registers().get(store.src().register()));
        } else {
            type.addRange(store.src().immediate(), store.src().immediate());
        }
    }

    /** What is known of a register behind an instruction. */
    RegisterFact after(int slot, int register) {
        int next = graph.after(slot);
        return graph.reachable(next) ? graph.facts(next).registers().get(register) : RegisterFact.Unusable.INSTANCE;
    }

    /** Whether a pointer of this kind is a segment and an offset. */
    static boolean isSegment(PointerKind kind) {
        return switch (kind) {
            case STACK, PACKET, PACKET_END, MAP_VALUE, MAP_KEY, MEM, RINGBUF_MEM, RAW_MEM -> true;
            case CTX, MAP, SOCK_COMMON, BTF_ID, FUNC -> false;
        };
    }
}
