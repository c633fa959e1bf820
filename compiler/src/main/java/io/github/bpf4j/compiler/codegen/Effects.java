/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.function.IntFunction;

/**
 * What instructions read and write, as bits of a {@code long}: registers {@code r0} to {@code r9} are bits 0 to 9, stack units follow from
 * bit {@link #FIRST_UNIT} on. {@code r10} never changes and has no bit.
 */
final class Effects {
    /** Variable of the first stack unit. */
    static final int FIRST_UNIT = 11;

    /** No variable. */
    static final int NONE = -1;

    private final FlowGraph graph;
    private final StackPlan stack;
    private final KeyFlow keys;
    private final IntFunction<FunctionPlan> functionAt;

    Effects(FlowGraph graph, StackPlan stack, KeyFlow keys, IntFunction<FunctionPlan> functionAt) {
        this.graph = graph;
        this.stack = stack;
        this.keys = keys;
        this.functionAt = functionAt;
    }

    private static long bit(int register) {
        return register < 0 || register == 10 ? 0 : 1L << register;
    }

    private static long bit(Instruction.Operand operand) {
        return operand.isRegister() ? bit(operand.register()) : 0;
    }

    /** The variable of the unit that the access at {@code slot} reaches, or -1. */
    int unit(int slot) {
        int unit = stack.unitOf(graph, slot);
        return unit < 0 ? NONE : FIRST_UNIT + unit;
    }

    /** Whether the access at {@code slot} reaches all of its unit. */
    boolean wholeUnit(int slot) {
        int unit = stack.unitOf(graph, slot);
        return unit >= 0 && stack.units().get(unit).size() == StackPlan.size(graph.instruction(slot));
    }

    long uses(int slot) {
        return switch (graph.instruction(slot)) {
            case Instruction.Alu alu -> bit(alu.dst()) | bit(alu.src());
            case Instruction.Neg neg -> bit(neg.dst());
            case Instruction.Mov mov -> bit(mov.src());
            case Instruction.AddrSpaceCast cast -> bit(cast.src());
            case Instruction.ByteSwap swap -> bit(swap.dst());
            case Instruction.Load load -> unit(slot) == NONE ? bit(load.base()) : 1L << unit(slot);
            case Instruction.LoadAcquire load -> bit(load.base()) | (keepsRegister(slot, load) ? bit(load.dst()) : 0);
            case Instruction.Store store ->
                bit(store.src()) | (unit(slot) == NONE ? bit(store.base()) : wholeUnit(slot) ? 0 : 1L << unit(slot));
            case Instruction.StoreRelease store -> bit(store.base()) | bit(store.src());
            case Instruction.Atomic atomic ->
                bit(atomic.base()) | bit(atomic.src()) | (atomic.op() == Instruction.AtomicOp.CMPXCHG ? 1 : 0);
            case Instruction.Branch branch ->
                graph.facts(slot).branchTaken() && graph.facts(slot).branchNotTaken()
                        ? bit(branch.dst()) | bit(branch.src())
                        : 0;
            case Instruction.Call call -> callUses(slot, call);
            case Instruction.Exit exit -> graph.facts(slot).registers().get(0) instanceof RegisterFact.Unusable ? 0 : 1;
            case Instruction.LegacyPacketLoad load -> bit(load.src());
            case Instruction.LoadImm64 load -> 0;
            case Instruction.SecondSlot second -> 0;
            case Instruction.Jump jump -> 0;
            case Instruction.MayGoto may -> 0;
        };
    }

    /** Where an arena's page is not there, the register keeps what it holds, if it holds anything. */
    private boolean keepsRegister(int slot, Instruction.LoadAcquire load) {
        return graph.facts(slot).arena()
                && !(graph.facts(slot).registers().get(load.dst()) instanceof RegisterFact.Unusable);
    }

    private long callUses(int slot, Instruction.Call call) {
        if (call.kind() == CallKind.SUBPROGRAM) {
            return functionAt.apply(slot + 1 + call.target()).argumentMask();
        }
        Callee callee = Callee.of(call);
        long uses = 0;
        for (int argument = 0; argument < callee.args().size(); argument++) {
            if (!(graph.facts(slot).registers().get(argument + 1) instanceof RegisterFact.Unusable)) {
                uses |= 2L << argument;
            }
        }
        for (int unit : keys.unitsRead(slot)) {
            uses |= 1L << (FIRST_UNIT + unit);
        }
        return uses;
    }

    /** The register that gets a new value, or -1. */
    int definedRegister(int slot) {
        return switch (graph.instruction(slot)) {
            case Instruction.Alu alu -> alu.dst();
            case Instruction.Neg neg -> neg.dst();
            case Instruction.Mov mov -> mov.dst();
            case Instruction.AddrSpaceCast cast -> cast.dst();
            case Instruction.ByteSwap swap -> swap.dst();
            case Instruction.Load load -> load.dst();
            case Instruction.LoadAcquire load -> load.dst();
            case Instruction.LoadImm64 load -> load.dst();
            case Instruction.LegacyPacketLoad load -> 0;
            case Instruction.Call call -> 0;
            case Instruction.Atomic atomic ->
                !atomic.fetch() ? NONE : atomic.op() == Instruction.AtomicOp.CMPXCHG ? 0 : atomic.src();
            case Instruction.Store store -> NONE;
            case Instruction.StoreRelease store -> NONE;
            case Instruction.Branch branch -> NONE;
            case Instruction.Exit exit -> NONE;
            case Instruction.SecondSlot second -> NONE;
            case Instruction.Jump jump -> NONE;
            case Instruction.MayGoto may -> NONE;
        };
    }

    /** The unit's variable that gets a new value, or -1. */
    int definedUnit(int slot) {
        return graph.instruction(slot) instanceof Instruction.Store ? unit(slot) : NONE;
    }

    /**
     * Variables that get a new value altogether. Those that a call leaves unreadable are not among them: where a path on which one is readable
     * joins, its instructions may read it later, and the JVM wants it assigned on the other path, too.
     */
    long killed(int slot) {
        long killed = 0;
        int register = definedRegister(slot);
        if (register != NONE) {
            killed |= 1L << register;
        }
        int unit = definedUnit(slot);
        if (unit != NONE) {
            killed |= 1L << unit;
        }
        return killed;
    }

    /** Whether the instruction does nothing but give a register a value. */
    boolean isPure(int slot) {
        return switch (graph.instruction(slot)) {
            case Instruction.Alu alu -> true;
            case Instruction.Neg neg -> true;
            case Instruction.Mov mov -> true;
            case Instruction.AddrSpaceCast cast -> true;
            case Instruction.ByteSwap swap -> true;
            case Instruction.LoadImm64 load -> true;
            case Instruction.Load load -> unit(slot) != NONE;
            default -> false;
        };
    }
}
