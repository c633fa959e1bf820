/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import java.util.function.IntFunction;

/** All that is decided about a function before its code is written. Immutable. */
final class FunctionPlan {
    private final VerifiedProgram.Subprogram function;
    private final FlowGraph graph;
    private final StackPlan stack;
    private final KeyFlow keys;
    private final Effects effects;
    private final Liveness liveness;
    private final Webs webs;
    private final RotatedSums rotatedSums;
    private final boolean changesPacketData;
    private final boolean usesPacket;
    private final boolean usesStack;
    private final boolean returnsPointer;
    private final boolean mayGoto;
    private final boolean mayTailCall;
    private final int index;

    FunctionPlan(VerifiedProgram program, int index, CompilerOptions options, IntFunction<FunctionPlan> functionAt) {
        this.index = index;
        this.function = program.subprograms().get(index);
        this.graph = new FlowGraph(program, function);
        this.keys = new KeyFlow(
                graph,
                program.program().maps(),
                function.memoryStackBytes(),
                program.program().instructions().stream()
                        .anyMatch(instruction ->
                                instruction instanceof Instruction.Call call && Callee.followsStoredPointers(call)));
        this.stack = new StackPlan(graph, keys.memoryBytes());
        keys.place(stack);
        this.effects = new Effects(graph, stack, keys, functionAt);
        this.liveness = new Liveness(graph, effects);
        this.webs = new Webs(graph, effects, liveness, stack, options.debug());
        this.rotatedSums = new RotatedSums(graph, effects);
        boolean changes = false;
        boolean packet = false;
        boolean needsStack = false;
        boolean pointer = false;
        boolean budget = false;
        boolean tailCalls = false;
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                Instruction instruction = graph.instruction(slot);
                budget |= instruction instanceof Instruction.MayGoto;
                if (instruction instanceof Instruction.Call call) {
                    changes |= call.kind() == Instruction.CallKind.SUBPROGRAM
                            ? functionAt.apply(slot + 1 + call.target()).changesPacketData
                            : changesPacket(Callee.of(call));
                    tailCalls |= call.kind() == Instruction.CallKind.SUBPROGRAM
                            ? functionAt.apply(slot + 1 + call.target()).mayTailCall
                            : call.kind() == Instruction.CallKind.HELPER && call.target() == Callee.TAIL_CALL;
                }
                if (instruction instanceof Instruction.Exit) {
                    pointer |= isPointer(graph.facts(slot).registers().get(0));
                }
                if (StackPlan.size(instruction) > 0 && effects.unit(slot) == Effects.NONE) {
                    packet |= hasKind(graph.facts(slot).registers().get(base(instruction)), PointerKind.PACKET);
                }
                needsStack |= effects.unit(slot) == Effects.NONE && mentionsStack(slot);
            }
        }
        // the target of a tail call may do anything with the packet
        this.changesPacketData = changes || tailCalls;
        this.usesPacket = packet;
        this.usesStack = needsStack;
        this.returnsPointer = pointer;
        this.mayGoto = budget;
        this.mayTailCall = tailCalls;
    }

    private static boolean changesPacket(Callee callee) {
        return callee.changesPacketData()
                || callee.args().stream()
                        .anyMatch(arg -> arg.kind() == io.github.bpf4j.runtime.helper.ArgType.Kind.PTR_TO_FUNC);
    }

    private static int base(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load load -> load.base();
            case Instruction.Store store -> store.base();
            case Instruction.Atomic atomic -> atomic.base();
            case Instruction.LoadAcquire load -> load.base();
            case Instruction.StoreRelease store -> store.base();
            default -> throw new IllegalArgumentException("no memory access: " + instruction);
        };
    }

    private boolean mentionsStack(int slot) {
        if (graph.instruction(slot) instanceof Instruction.Mov mov
                && mov.src().isRegister()
                && mov.src().register() == 10) {
            return webs.rep(webs.definition(slot)).hasBase();
        }
        for (RegisterFact fact : graph.facts(slot).registers().subList(0, 10)) {
            if (hasKind(fact, PointerKind.STACK)) {
                return true;
            }
        }
        return StackPlan.size(graph.instruction(slot)) > 0 && base(graph.instruction(slot)) == 10
                || graph.instruction(slot) instanceof Instruction.Store store
                        && store.src().register() == 10;
    }

    private static boolean hasKind(RegisterFact fact, PointerKind kind) {
        return switch (fact) {
            case RegisterFact.Pointer pointer -> pointer.kind() == kind;
            case RegisterFact.Mixed mixed -> mixed.kinds().contains(kind);
            case RegisterFact.Scalar scalar -> false;
            case RegisterFact.Unusable unusable -> false;
        };
    }

    private static boolean isPointer(RegisterFact fact) {
        return fact instanceof RegisterFact.Pointer || fact instanceof RegisterFact.Mixed;
    }

    VerifiedProgram.Subprogram function() {
        return function;
    }

    int index() {
        return index;
    }

    FlowGraph graph() {
        return graph;
    }

    StackPlan stack() {
        return stack;
    }

    KeyFlow keys() {
        return keys;
    }

    Effects effects() {
        return effects;
    }

    Liveness liveness() {
        return liveness;
    }

    Webs webs() {
        return webs;
    }

    RotatedSums rotatedSums() {
        return rotatedSums;
    }

    /** Whether the packet may lie in other memory after a call of this function. */
    boolean changesPacketData() {
        return changesPacketData;
    }

    /** Whether the function itself reaches the packet through a packet pointer. */
    boolean usesPacket() {
        return usesPacket;
    }

    /** Whether the function needs the worker's stack memory. */
    boolean usesStack() {
        return usesStack;
    }

    /** Whether {@code r0} may be a pointer at an exit. */
    boolean returnsPointer() {
        return returnsPointer;
    }

    /** Whether the function has a loop budget. */
    boolean hasMayGoto() {
        return mayGoto;
    }

    /** The registers that the function reads before it writes them, as bits. */
    long argumentMask() {
        return graph.blocks().isEmpty() ? 0 : liveness.liveIn(0) & 0x3e;
    }

    /** How an argument register arrives. */
    Rep argument(int register) {
        return webs.rep(webs.liveIn(0, register));
    }

    /** JVM descriptors of the arguments. */
    String argumentDescriptor() {
        StringBuilder descriptor = new StringBuilder();
        for (int register = 1; register <= 5; register++) {
            if ((argumentMask() & (1L << register)) != 0) {
                descriptor.append(argument(register).descriptor());
            }
        }
        return descriptor.toString();
    }
}
