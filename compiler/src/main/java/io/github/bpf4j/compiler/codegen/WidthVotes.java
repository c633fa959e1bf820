/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;

/**
 * Finds webs that fit an {@code int} and yet are better kept in a {@code long}: made by 64-bit operations on wide values and used by such
 * only. Half of a 64-bit rotate is the typical case; converting it to {@code int} and back would hide the rotate from C2.
 */
final class WidthVotes {
    private final FlowGraph graph;
    private final Webs webs;
    private final boolean[] wantsLong;
    private final boolean[] wantsInt;
    private int[] current = new int[Long.SIZE];
    private int slot;

    WidthVotes(FlowGraph graph, Webs webs, int nodes) {
        this.graph = graph;
        this.webs = webs;
        this.wantsLong = new boolean[nodes];
        this.wantsInt = new boolean[nodes];
        for (FlowGraph.Block block : graph.blocks()) {
            webs.enter(block.index(), current);
            for (slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                vote();
                webs.step(slot, current);
            }
        }
    }

    /** Whether a web, named by its representative, is better kept in a {@code long}. */
    boolean prefersLong(int root) {
        return wantsLong[root] && !wantsInt[root];
    }

    private RegisterFact fact(int register) {
        return graph.facts(slot).registers().get(register);
    }

    private static boolean isWide(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar
                && (scalar.smin() < Integer.MIN_VALUE
                        || scalar.smax() > 0xffff_ffffL
                        || (scalar.smin() < 0 && scalar.smax() > Integer.MAX_VALUE));
    }

    private boolean isWide(Operand operand) {
        return operand.isRegister() && isWide(fact(operand.register()));
    }

    private void use(int register, boolean asLong) {
        if (register != 10 && current[register] >= 0) {
            (asLong ? wantsLong : wantsInt)[webs.root(current[register])] = true;
        }
    }

    private void use(Operand operand, boolean asLong) {
        if (operand.isRegister()) {
            use(operand.register(), asLong);
        }
    }

    private void define(boolean asLong) {
        (asLong ? wantsLong : wantsInt)[webs.root(webs.definition(slot))] = true;
    }

    private void vote() {
        switch (graph.instruction(slot)) {
            case Instruction.Alu alu -> arithmetic(alu);
            case Instruction.Neg neg -> {
                boolean wide = neg.width() == Width.W64 && isWide(webs.after(slot, neg.dst()));
                use(neg.dst(), wide);
                define(wide);
            }
            case Instruction.Mov mov -> {
                // a plain move takes any form
                if (mov.width() == Width.W32 || mov.signExtendFrom() != 0) {
                    use(mov.src(), false);
                    define(false);
                }
            }
            case Instruction.ByteSwap swap -> {
                use(swap.dst(), swap.bits() == 64);
                define(swap.bits() == 64);
            }
            case Instruction.Load load -> define(load.size() == Size.DW);
            case Instruction.LoadAcquire load -> define(load.size() == Size.DW);
            case Instruction.Store store -> {
                if (store.size() != Size.DW) {
                    use(store.src(), false);
                }
            }
            case Instruction.Atomic atomic -> {
                use(atomic.src(), atomic.size() == Size.DW);
                if (atomic.fetch()) {
                    define(atomic.size() == Size.DW);
                }
            }
            case Instruction.Branch branch -> {
                boolean wide = branch.width() == Width.W64 && (isWide(fact(branch.dst())) || isWide(branch.src()));
                use(branch.dst(), wide);
                use(branch.src(), wide);
            }
            default -> {
                // takes any form
            }
        }
    }

    private void arithmetic(Instruction.Alu alu) {
        RegisterFact result = webs.after(slot, alu.dst());
        if (result instanceof RegisterFact.Pointer pointer) {
            boolean asLong = pointer.kind() != PointerKind.PACKET && pointer.kind() != PointerKind.STACK;
            use(alu.dst(), asLong);
            use(alu.src(), asLong);
            return;
        }
        boolean isShift = alu.op() == Instruction.AluOp.LSH
                || alu.op() == Instruction.AluOp.RSH
                || alu.op() == Instruction.AluOp.ARSH;
        boolean wideOperand = isWide(fact(alu.dst())) || (!isShift && isWide(alu.src()));
        boolean wide = alu.width() == Width.W64 && (isWide(result) || wideOperand);
        use(alu.dst(), wide);
        if (!isShift) {
            use(alu.src(), wide);
        }
        define(wide);
    }
}
