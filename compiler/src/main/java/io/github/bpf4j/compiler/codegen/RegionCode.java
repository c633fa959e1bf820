/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/**
 * Writes one region of a large function as a method {@code int region(context, skb, frame, block)} that starts at the given block and
 * returns the block to go on with in another region, or -1 when the function has ended. Live values cross in the context's arrays.
 */
final class RegionCode {
    /** What a region returns when the function ends. */
    static final int FINISHED = -1;

    /** Where the arrays of carried values keep the loop budget. */
    private static final int BUDGET = Long.SIZE;

    private final ProgramPlan program;
    private final FunctionPlan plan;
    private final Flavour flavour;
    private final ClassPool pool;
    private final String owner;
    private final Regions.Region region;

    RegionCode(
            ProgramPlan program,
            FunctionPlan plan,
            Flavour flavour,
            ClassPool pool,
            String owner,
            Regions.Region region) {
        this.program = program;
        this.plan = plan;
        this.flavour = flavour;
        this.pool = pool;
        this.owner = owner;
        this.region = region;
    }

    static String descriptor(Flavour flavour) {
        String skb = flavour == Flavour.RAW ? "" : Types.field(Types.SKB);
        return "(" + Types.field(Types.CONTEXT) + skb + "II)I";
    }

    /** The blocks that control enters from outside. */
    private int[] entries() {
        TreeSet<Integer> entries = new TreeSet<>();
        if (region.contains(0)) {
            entries.add(0);
        }
        for (FlowGraph.Block block : plan.graph().blocks()) {
            if (!region.contains(block.index())) {
                for (int target : new int[] {block.next(), block.taken()}) {
                    if (target != FlowGraph.NONE && region.contains(target)) {
                        entries.add(target);
                    }
                }
            }
        }
        return entries.stream().mapToInt(Integer::intValue).toArray();
    }

    void write(MethodVisitor mv) {
        Code code = new Code(mv);
        Locals locals = new Locals();
        mv.visitCode();
        program.lines().restart();
        FunctionCode.parameters(locals, flavour);
        int entry = locals.temporary(1);
        int framePointer = program.options().debug() ? FunctionCode.showRegisters(code, locals) : Locals.NONE;
        Label begin = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(begin, end, handler, Types.RUNTIME_EXCEPTION);
        FunctionCode.prologue(code, locals, plan, flavour);
        if (locals.budget != Locals.NONE) {
            code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
            code.iconst(BUDGET).op(LALOAD, L2I).istore(locals.budget);
        }
        mv.visitLabel(begin);
        Map<Integer, Label> labels = new HashMap<>();
        Map<Integer, Label> exits = new TreeMap<>();
        arrive(code, locals, entry, labels);
        BlockCode blocks = new BlockCode(
                plan, code, locals, flavour, owner, pool, program, new Leave(code, locals, region, labels, exits));
        FunctionCode.writeBlocks(blocks, plan.graph().blocks().subList(region.first(), region.end()), labels);
        exits.forEach((block, label) -> {
            locals.frame(code, label, plan.liveness().liveIn(block), variable -> rep(block, variable));
            save(code, locals, plan, block);
            code.iconst(block).op(IRETURN);
        });
        mv.visitLabel(end);
        if (program.options().debug()) {
            FunctionCode.nameRegisters(mv, locals, framePointer, begin, end);
        }
        FunctionCode.trapHandler(code, locals, handler, owner);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    private Rep rep(int block, int variable) {
        return plan.webs().rep(plan.webs().liveIn(block, variable));
    }

    /** Loads the values that are live at the wanted entry and goes there. */
    private void arrive(Code code, Locals locals, int entry, Map<Integer, Label> labels) {
        int[] entries = entries();
        List<Label> cases = new ArrayList<>();
        for (int i = 0; i < entries.length; i++) {
            cases.add(new Label());
        }
        Label unknown = new Label();
        code.iload(entry);
        code.visitor().visitLookupSwitchInsn(unknown, entries, cases.toArray(Label[]::new));
        for (int i = 0; i < entries.length; i++) {
            int block = entries[i];
            locals.frame(code, cases.get(i), 0, variable -> Rep.LONG);
            load(code, locals, block);
            code.jump(GOTO, labels.computeIfAbsent(block, index -> new Label()));
        }
        locals.frame(code, unknown, 0, variable -> Rep.LONG);
        code.op(ACONST_NULL, ATHROW);
    }

    private void load(Code code, Locals locals, int block) {
        for (long live = plan.liveness().liveIn(block); live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            Rep rep = rep(block, variable);
            if (rep.number() != Rep.NumberLocal.NONE) {
                code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
                code.iconst(variable).op(LALOAD);
                if (rep.isInt()) {
                    code.op(L2I).istore(locals.intOf(variable));
                } else {
                    code.lstore(locals.longOf(variable));
                }
            }
            if (rep.hasBase()) {
                code.aload(locals.context);
                code.invokeVirtual(Types.CONTEXT, "carriedBases", "()[" + Types.field(Types.OBJECT));
                code.iconst(variable).op(AALOAD);
                if (!rep.baseType().equals(Types.OBJECT)) {
                    code.checkCast(rep.baseType());
                }
                code.astore(locals.baseOf(variable));
            }
        }
    }

    /** Stores the values that are live at the start of a block. */
    static void save(Code code, Locals locals, FunctionPlan plan, int block) {
        for (long live = plan.liveness().liveIn(block); live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            Rep rep = plan.webs().rep(plan.webs().liveIn(block, variable));
            if (rep.number() != Rep.NumberLocal.NONE) {
                code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
                code.iconst(variable);
                if (rep.isInt()) {
                    code.iload(locals.intOf(variable)).op(I2L);
                } else {
                    code.lload(locals.longOf(variable));
                }
                code.op(LASTORE);
            }
            if (rep.hasBase()) {
                code.aload(locals.context);
                code.invokeVirtual(Types.CONTEXT, "carriedBases", "()[" + Types.field(Types.OBJECT));
                code.iconst(variable).aload(locals.baseOf(variable)).op(AASTORE);
            }
        }
        if (locals.budget != Locals.NONE) {
            code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
            code.iconst(BUDGET).iload(locals.budget).op(I2L, LASTORE);
        }
    }

    /** Jumps inside the region, to stubs that leave it, and out of the function. */
    private record Leave(
            Code code, Locals locals, Regions.Region region, Map<Integer, Label> labels, Map<Integer, Label> exits)
            implements BlockCode.Surroundings {
        @Override
        public Label target(int block) {
            return (region.contains(block) ? labels : exits).computeIfAbsent(block, index -> new Label());
        }

        @Override
        public void exit(Values values) {
            FunctionCode.pushResult(code, values);
            exitWithLong();
        }

        @Override
        public void exitWithLong() {
            int result = locals.temporary(2);
            code.lstore(result);
            code.aload(locals.context).invokeVirtual(Types.CONTEXT, "carriedNumbers", "()[J");
            code.iconst(0).lload(result).op(LASTORE);
            code.iconst(FINISHED).op(IRETURN);
        }
    }
}
