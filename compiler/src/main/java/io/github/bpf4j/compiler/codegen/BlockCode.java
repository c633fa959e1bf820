/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.BpfMap;
import java.util.List;
import java.util.function.IntFunction;
import org.objectweb.asm.Label;

/** Writes the code of basic blocks into one method. */
final class BlockCode {
    /** What surrounds the blocks of a method. */
    interface Surroundings {
        /** The label to jump to for a block; it may belong to another method. */
        Label target(int block);

        /** Leaves the function with the result in {@code r0}. */
        void exit(Values values);

        /** Leaves the function; the result is the {@code long} on the JVM stack. */
        void exitWithLong();
    }

    private static final int TAIL_CALL = 12;

    private final FunctionPlan plan;
    private final FlowGraph graph;
    private final Code code;
    private final Locals locals;
    private final Values values;
    private final Surroundings surroundings;
    private final ArithmeticCode arithmetic;
    private final BranchCode branches;
    private final MemoryCode memory;
    private final ArenaCode arena;
    private final CallCode calls;
    private final List<BpfMap> maps;
    private final LineTable lines;
    private int position = -1;

    BlockCode(
            FunctionPlan plan,
            Code code,
            Locals locals,
            Flavour flavour,
            String owner,
            ClassPool pool,
            ProgramPlan program,
            Surroundings surroundings) {
        this.plan = plan;
        this.graph = plan.graph();
        this.code = code;
        this.locals = locals;
        this.surroundings = surroundings;
        this.maps = program.program().program().maps();
        this.lines = program.lines();
        IntFunction<FunctionPlan> functionAt = program::functionAt;
        this.values = new Values(plan, code, locals, flavour, owner);
        this.arithmetic = new ArithmeticCode(values, code);
        this.branches = new BranchCode(values, code);
        this.memory = new MemoryCode(values, code, maps, program.keepsReferences());
        this.arena = new ArenaCode(values, code);
        this.calls = new CallCode(
                values,
                code,
                memory,
                functionAt,
                maps,
                pool,
                program.program().program().type());
    }

    Values values() {
        return values;
    }

    /** Writes the label and frame of a block. */
    void label(FlowGraph.Block block, Label label) {
        locals.frame(
                code,
                label,
                plan.liveness().liveIn(block.index()),
                variable -> plan.webs().rep(plan.webs().liveIn(block.index(), variable)));
    }

    /**
     * Writes a block.
     *
     * @param following the block whose code comes next in this method, or -1
     */
    void block(FlowGraph.Block block, int following) {
        values.enter(block);
        position = -1;
        long[] liveAfter = plan.liveness().liveAfter(block);
        for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
            values.at(slot);
            lines.mark(code.visitor(), slot);
            instruction(slot, liveAfter[slot - block.first()], block);
            values.step();
        }
        Instruction last = graph.instruction(block.last());
        if (last instanceof Instruction.Exit) {
            return;
        }
        int next = block.next() != FlowGraph.NONE ? block.next() : block.taken();
        boolean jumped = last instanceof Instruction.Branch && block.next() != FlowGraph.NONE;
        if (next == FlowGraph.NONE) {
            // the verifier saw no way to go on from here
            code.op(ACONST_NULL, ATHROW);
        } else if (next != following && (jumped || block.next() != FlowGraph.NONE || block.taken() != FlowGraph.NONE)) {
            code.jump(GOTO, surroundings.target(next));
        }
    }

    private void instruction(int slot, long liveAfter, FlowGraph.Block block) {
        Instruction instruction = graph.instruction(slot);
        int defined = plan.effects().definedRegister(slot);
        boolean dead = defined >= 0 && (liveAfter & (1L << defined)) == 0;
        if (dead && plan.effects().isPure(slot)) {
            return;
        }
        int unit = plan.effects().definedUnit(slot);
        if (unit >= 0 && (liveAfter & (1L << unit)) == 0) {
            return;
        }
        if (graph.facts(slot).arena() && arena.access(instruction)) {
            return; // without a trap: no access to an arena fails
        }
        switch (instruction) {
            case Instruction.Alu alu -> arithmetic.alu(alu);
            case Instruction.Neg neg -> arithmetic.neg(neg);
            case Instruction.Mov mov -> arithmetic.mov(mov);
            case Instruction.ByteSwap swap -> arithmetic.swap(swap);
            case Instruction.LoadImm64 load -> constant(load);
            case Instruction.Load load -> {
                mayTrap(slot);
                memory.load(load);
            }
            case Instruction.Store store -> {
                mayTrap(slot);
                memory.store(store);
            }
            case Instruction.Atomic atomic -> {
                mayTrap(slot);
                memory.atomic(atomic);
            }
            case Instruction.LoadAcquire load -> {
                mayTrap(slot);
                memory.loadAcquire(load);
            }
            case Instruction.StoreRelease store -> {
                mayTrap(slot);
                memory.storeRelease(store);
            }
            case Instruction.AddrSpaceCast cast -> arena.toUser(cast);
            case Instruction.Call call -> {
                mayTrap(slot);
                if (call.kind() == Instruction.CallKind.HELPER && call.target() == TAIL_CALL) {
                    tailCall(liveAfter);
                } else {
                    calls.call(call);
                }
            }
            case Instruction.Branch branch -> {
                if (block.taken() != FlowGraph.NONE && block.next() != FlowGraph.NONE) {
                    branches.branch(branch, surroundings.target(block.taken()));
                }
            }
            case Instruction.MayGoto may -> {
                if (block.taken() != FlowGraph.NONE && block.next() != FlowGraph.NONE) {
                    code.iinc(locals.budget, -1);
                    code.iload(locals.budget).jump(IFLT, surroundings.target(block.taken()));
                }
            }
            case Instruction.Exit exit -> surroundings.exit(values);
            case Instruction.Jump jump -> {
                // written behind the block
            }
            case Instruction.SecondSlot second -> {
                // part of the instruction before
            }
            case Instruction.LegacyPacketLoad load -> throw unsupported(slot, "LD_ABS and LD_IND");
        }
    }

    private CodeGenerationException unsupported(int slot, String what) {
        return new CodeGenerationException(lines.describe(slot) + ": " + what + " are not translated");
    }

    /** Leaves the slot of an instruction where the trap handler finds it. */
    private void mayTrap(int slot) {
        if (plan.effects().unit(slot) != Effects.NONE || lines.sameTrapPosition(position, slot)) {
            return;
        }
        position = slot;
        code.iconst(slot).istore(locals.position);
    }

    private void constant(Instruction.LoadImm64 load) {
        Rep rep = values.definedRep();
        switch (load.kind()) {
            case VALUE -> arithmetic.constant(load.dst(), load.value());
            case MAP_FD, MAP_IDX -> {
                if (rep.kind() != Rep.Kind.MAP) {
                    code.lconst(0);
                    values.bases().pushMap(load.imm());
                    values.popReference(load.dst(), rep);
                }
            }
            case MAP_VALUE, MAP_IDX_VALUE -> {
                if (maps.get(load.imm()) instanceof ArenaMap) {
                    arena.address(load);
                    return;
                }
                code.lconst(ProgramPlan.firstValue(maps.get(load.imm())) + Integer.toUnsignedLong(load.nextImm()));
                if (rep.kind() == Rep.Kind.MAP_VALUE) {
                    values.pop(load.dst(), rep);
                } else {
                    values.bases().pushMapValues(load.imm());
                    values.popReference(load.dst(), rep);
                }
            }
            case FUNC -> {
                code.lconst(0);
                int target = values.slot() + 1 + load.imm();
                code.getStatic(values.owner(), ProgramPlan.callbackField(target), Types.field(Types.CALLBACK));
                values.popReference(load.dst(), rep);
            }
            case BTF_ID -> throw unsupported(values.slot(), "addresses of kernel variables");
        }
    }

    /** A tail call: the target's result is this function's, unless there is no target. */
    private void tailCall(long liveAfter) {
        int target = locals.temporary(1);
        Label none = new Label();
        code.aload(locals.context);
        values.pushObject(2);
        code.checkCast(Types.MAP);
        values.pushInt(3);
        code.invokeStatic(
                Types.MEMORY,
                "tailCallTarget",
                "(" + Types.field(Types.CONTEXT) + Types.field(Types.MAP) + "I)" + Types.field(Types.PROGRAM));
        code.op(DUP).astore(target).jump(IFNULL, none);
        code.aload(target).aload(locals.context).aload(locals.skb());
        values.pushFrameAddress(0);
        code.invokeVirtual(
                Types.PROGRAM, "tailCall", "(" + Types.field(Types.CONTEXT) + Types.field(Types.SKB) + "I)J");
        if (plan.returnsPointer()) {
            // the caller looks for a base, and the target's result is a number
            code.aload(locals.context).op(ACONST_NULL);
            code.invokeVirtual(Types.CONTEXT, "setResultBase", "(" + Types.field(Types.OBJECT) + ")V");
        }
        surroundings.exitWithLong();
        long live = liveAfter & ~1L;
        locals.frame(code, none, live, values::rep);
        boolean resultRead = (liveAfter & 1) != 0 && !(values.after(0) instanceof RegisterFact.Unusable);
        if (resultRead) {
            code.lconst(0);
            values.popLong(0);
        }
    }
}
