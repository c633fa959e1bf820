/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes a function that is too large for one method (see {@link MethodSize}): each region of its blocks becomes a
 * method, and a dispatcher under the function's own name calls one after the other.
 */
final class SplitFunctionCode {
    /** Regions that one dispatcher chooses from; about 22 bytes of code each. */
    private static final int FAN_OUT = 256;

    private final ProgramPlan program;
    private final FunctionPlan plan;
    private final Flavour flavour;
    private final ClassPool pool;
    private final String owner;
    private final String name;

    SplitFunctionCode(ProgramPlan program, FunctionPlan plan, Flavour flavour, ClassPool pool, String owner) {
        this.program = program;
        this.plan = plan;
        this.flavour = flavour;
        this.pool = pool;
        this.owner = owner;
        this.name = flavour.method(plan);
    }

    /**
     * A method that continues at a block.
     *
     * @param method its name
     * @param first the first block that it takes
     */
    private record Target(String method, int first) {}

    /** Writes all methods. */
    void write() {
        List<Target> targets = new ArrayList<>();
        for (Regions.Region region : Regions.of(plan, blockCosts(), this::size)) {
            String method = name + "$region" + region.index();
            pool.place(method, size(region).bytes());
            MethodVisitor mv = pool.method(method, RegionCode.descriptor(flavour));
            new RegionCode(program, plan, flavour, pool, owner, region).write(mv);
            targets.add(new Target(method, region.first()));
        }
        int level = 0;
        while (targets.size() > FAN_OUT) {
            targets = group(targets, level++);
        }
        entry(targets);
    }

    private MethodSize size(Regions.Region region) {
        return MethodSize.of(new RegionCode(program, plan, flavour, pool, owner, region)::write);
    }

    /** How much of a method each block takes. */
    private int[] blockCosts() {
        MethodSize size = MethodSize.running();
        Code code = new Code(size);
        Locals locals = new Locals();
        FunctionCode.parameters(locals, flavour);
        FunctionCode.prologue(code, locals, plan, flavour);
        BlockCode blocks = new BlockCode(
                plan,
                code,
                locals,
                flavour,
                owner,
                pool,
                program,
                new FunctionCode.Return(code, new java.util.HashMap<>()));
        List<FlowGraph.Block> list = plan.graph().blocks();
        int[] costs = new int[list.size()];
        for (FlowGraph.Block block : list) {
            int bytes = size.bytes();
            int accesses = size.accesses();
            blocks.block(block, FlowGraph.NONE);
            costs[block.index()] = Regions.cost(size.bytes() - bytes, size.accesses() - accesses);
        }
        return costs;
    }

    /** Puts a layer of dispatchers over a list that is too long for one. */
    private List<Target> group(List<Target> targets, int level) {
        List<Target> groups = new ArrayList<>();
        for (int from = 0; from < targets.size(); from += FAN_OUT) {
            List<Target> members = targets.subList(from, Math.min(targets.size(), from + FAN_OUT));
            int end = from + FAN_OUT < targets.size()
                    ? targets.get(from + FAN_OUT).first
                    : plan.graph().blocks().size();
            String method = name + "$group" + level + "_" + groups.size();
            pool.place(method, MethodSize.HUGE_METHOD_LIMIT);
            MethodVisitor mv = pool.method(method, RegionCode.descriptor(flavour));
            Code code = new Code(mv);
            Locals locals = new Locals();
            mv.visitCode();
            FunctionCode.parameters(locals, flavour);
            int next = locals.fixed(Opcodes.INTEGER);
            Label leave = new Label();
            loop(code, locals, next, members, () -> {
                code.iload(next).iconst(members.getFirst().first).jump(IF_ICMPLT, leave);
                code.iload(next).iconst(end).jump(IF_ICMPGE, leave);
            });
            locals.frame(code, leave, 0, variable -> Rep.LONG);
            code.iload(next).op(IRETURN);
            mv.visitMaxs(0, 0);
            mv.visitEnd();
            groups.add(new Target(method, members.getFirst().first));
        }
        return groups;
    }

    /** The method under the function's own name. */
    private void entry(List<Target> targets) {
        MethodVisitor mv = pool.method(name, flavour.descriptor(plan));
        Code code = new Code(mv);
        Locals locals = new Locals();
        mv.visitCode();
        FunctionCode.parameters(locals, flavour);
        List<Integer> arguments = FunctionCode.parameterLocals(locals, plan);
        FunctionCode.arrive(code, locals, plan, arguments);
        if (plan.hasMayGoto()) {
            locals.budget = locals.fixed(Opcodes.INTEGER);
            code.iconst(FunctionCode.LOOP_BUDGET).istore(locals.budget);
        }
        RegionCode.save(code, locals, plan, 0);
        int next = locals.fixed(Opcodes.INTEGER);
        code.iconst(0).istore(next);
        Label finished = new Label();
        loop(code, locals, next, targets, () -> code.iload(next).jump(IFLT, finished));
        locals.frame(code, finished, 0, variable -> Rep.LONG);
        code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
        code.iconst(0).op(LALOAD, LRETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    /** Calls methods until the condition to leave holds. */
    private void loop(Code code, Locals locals, int next, List<Target> targets, Runnable leave) {
        Label again = new Label();
        locals.frame(code, again, 0, variable -> Rep.LONG);
        leave.run();
        choose(code, locals, next, targets, again);
    }

    /** A binary search for the method that takes the next block. */
    private void choose(Code code, Locals locals, int next, List<Target> targets, Label again) {
        if (targets.size() == 1) {
            String method = targets.getFirst().method;
            code.aload(locals.context);
            if (flavour != Flavour.RAW) {
                code.aload(locals.skb());
            }
            code.iload(locals.framePointer).iload(next);
            code.invokeStatic(pool.owner(method), method, RegionCode.descriptor(flavour));
            code.istore(next).jump(GOTO, again);
            return;
        }
        int middle = targets.size() / 2;
        Label upper = new Label();
        code.iload(next).iconst(targets.get(middle).first).jump(IF_ICMPGE, upper);
        choose(code, locals, next, targets.subList(0, middle), again);
        locals.frame(code, upper, 0, variable -> Rep.LONG);
        choose(code, locals, next, targets.subList(middle, targets.size()), again);
    }
}
