/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.map.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that is decided about a program before its classes are written. */
final class ProgramPlan {
    private final VerifiedProgram program;
    private final LineTable lines;
    private final CompilerOptions options;
    private final @Nullable FunctionPlan[] functions;
    private final SortedMap<Integer, Integer> callbacks = new TreeMap<>();
    private boolean keepsReferences;
    private boolean makesTailCalls;
    private boolean callsHelpers;

    ProgramPlan(VerifiedProgram program, CompilerOptions options) {
        this.program = program;
        this.options = options;
        this.lines = new LineTable(program);
        this.functions = new FunctionPlan[program.subprograms().size()];
        for (int index = 0; index < functions.length; index++) {
            scan(plan(index));
        }
    }

    private FunctionPlan plan(int index) {
        FunctionPlan plan = functions[index];
        if (plan == null) {
            plan = new FunctionPlan(program, index, options, this::functionAt);
            functions[index] = plan;
        }
        return plan;
    }

    private void scan(FunctionPlan plan) {
        FlowGraph graph = plan.graph();
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                switch (graph.instruction(slot)) {
                    case Instruction.Load load -> {
                        Rep rep = plan.webs().rep(plan.webs().definition(slot));
                        boolean isPointer = rep.hasBase() || rep.kind() == Rep.Kind.MAP_VALUE;
                        keepsReferences |= isPointer
                                && plan.effects().unit(slot) == Effects.NONE
                                && graph.facts(slot).registers().get(load.base())
                                        instanceof RegisterFact.Pointer pointer
                                && pointer.kind() == PointerKind.STACK;
                    }
                    case Instruction.Call call -> {
                        if (call.kind() != Instruction.CallKind.SUBPROGRAM) {
                            keepsReferences |= Callee.followsStoredPointers(call);
                            makesTailCalls |=
                                    call.kind() == Instruction.CallKind.HELPER && call.target() == Callee.TAIL_CALL;
                            callsHelpers |=
                                    call.kind() == Instruction.CallKind.KFUNC || call.target() > Callee.MAP_DELETE;
                        }
                    }
                    case Instruction.LoadImm64 load -> {
                        if (load.kind() == Instruction.Imm64Kind.FUNC) {
                            int target = slot + 1 + load.imm();
                            callbacks.put(target, functionAt(target).index());
                        }
                    }
                    default -> {
                        // says nothing about the program as a whole
                    }
                }
            }
        }
    }

    VerifiedProgram program() {
        return program;
    }

    LineTable lines() {
        return lines;
    }

    CompilerOptions options() {
        return options;
    }

    /** The entry function. */
    FunctionPlan entry() {
        return plan(0);
    }

    /** All functions that some path reaches. */
    List<FunctionPlan> functions() {
        List<FunctionPlan> all = new ArrayList<>();
        for (int index = 0; index < functions.length; index++) {
            FunctionPlan plan = plan(index);
            if (!plan.graph().blocks().isEmpty()) {
                all.add(plan);
            }
        }
        return all;
    }

    /** The function that starts at a slot. */
    FunctionPlan functionAt(int slot) {
        for (int index = 0; index < functions.length; index++) {
            if (program.subprograms().get(index).start() == slot) {
                return plan(index);
            }
        }
        throw new CodeGenerationException("no function starts at instruction " + slot);
    }

    /** Functions whose address is taken: index by start slot. */
    SortedMap<Integer, Integer> callbacks() {
        return callbacks;
    }

    /** Whether pointers are loaded from stack memory, so that their bases must be kept beside it. */
    boolean keepsReferences() {
        return keepsReferences;
    }

    /** Whether there is a tail call. */
    boolean makesTailCalls() {
        return makesTailCalls;
    }

    /** Whether a helper may ask the context for the packet. */
    boolean callsHelpers() {
        return callsHelpers;
    }

    /** The field that holds the callback object of the function at a slot. */
    static String callbackField(int slot) {
        return "callback" + slot;
    }

    /** Where the values of a map with direct access start. */
    static long firstValue(BpfMap map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Math.max(8, map.definition().keySize()), 8);
            long offset = map.lookup(0, key, 0);
            if (offset < 0) {
                throw new CodeGenerationException("map " + map.definition().name() + " has no value to address");
            }
            return offset;
        }
    }

    /** The reachable instructions of a function, for messages. */
    String name() {
        return Objects.requireNonNull(program.program().name());
    }
}
