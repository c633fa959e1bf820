/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes a function as one static method. */
final class FunctionCode {
    /** Iterations that {@code may_goto} allows: {@code BPF_MAX_LOOPS} of the kernel. */
    static final int LOOP_BUDGET = 8 * 1024 * 1024;

    private final ProgramPlan program;
    private final FunctionPlan plan;
    private final Flavour flavour;
    private final ClassPool pool;
    private final String owner;

    FunctionCode(ProgramPlan program, FunctionPlan plan, Flavour flavour, ClassPool pool, String owner) {
        this.program = program;
        this.plan = plan;
        this.flavour = flavour;
        this.pool = pool;
        this.owner = owner;
    }

    /** Writes the method's code, from {@code visitCode} to {@code visitEnd}. */
    void write(MethodVisitor mv) {
        Code code = new Code(mv);
        Locals locals = new Locals();
        mv.visitCode();
        program.lines().restart();
        parameters(locals, flavour);
        List<Integer> arguments = parameterLocals(locals, plan);
        Label begin = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(begin, end, handler, Types.RUNTIME_EXCEPTION);
        int framePointer = program.options().debug() ? showRegisters(code, locals) : Locals.NONE;
        prologue(code, locals, plan, flavour);
        Map<Integer, Label> labels = new HashMap<>();
        BlockCode blocks = new BlockCode(plan, code, locals, flavour, owner, pool, program, new Return(code, labels));
        arrive(code, locals, plan, arguments);
        mv.visitLabel(begin);
        writeBlocks(blocks, plan.graph().blocks(), labels);
        mv.visitLabel(end);
        if (program.options().debug()) {
            nameRegisters(mv, locals, framePointer, begin, end);
        }
        trapHandler(code, locals, handler, owner);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
    }

    /** The parameters that methods of all functions have. */
    static void parameters(Locals locals, Flavour flavour) {
        locals.context = locals.fixed(Types.CONTEXT);
        if (flavour != Flavour.RAW) {
            locals.fixSkb();
        }
        locals.framePointer = locals.fixed(Opcodes.INTEGER);
    }

    /** The locals in which arguments arrive, in the order of the descriptor. */
    static List<Integer> parameterLocals(Locals locals, FunctionPlan plan) {
        List<Integer> arguments = new ArrayList<>();
        for (Type type : Type.getArgumentTypes("(" + plan.argumentDescriptor() + ")V")) {
            arguments.add(locals.temporary(type.getSize()));
        }
        return arguments;
    }

    /** Moves arguments to the locals of their registers. */
    static void arrive(Code code, Locals locals, FunctionPlan plan, List<Integer> arguments) {
        int next = 0;
        for (int register = 1; register <= 5; register++) {
            if ((plan.argumentMask() & (1L << register)) == 0) {
                continue;
            }
            Rep rep = plan.argument(register);
            if (rep.number() == Rep.NumberLocal.INT) {
                code.iload(arguments.get(next++)).istore(locals.intOf(register));
            } else if (rep.number() == Rep.NumberLocal.LONG) {
                code.lload(arguments.get(next++)).lstore(locals.longOf(register));
            }
            if (rep.hasBase()) {
                code.aload(arguments.get(next++)).astore(locals.baseOf(register));
            }
        }
        clearUnits(code, locals, plan);
    }

    /** Pushes an argument of a packet program's entry: {@code r1} is the context, other registers are not set. */
    static void pushEntryArgument(Code code, int register, Rep rep, int skb) {
        if (rep.number() == Rep.NumberLocal.INT) {
            code.iconst(0);
        } else if (rep.number() == Rep.NumberLocal.LONG) {
            code.lconst(0);
        }
        if (rep.hasBase()) {
            if (register == 1) {
                code.aload(skb);
            } else {
                code.op(ACONST_NULL);
            }
        }
    }

    /** Pushes all arguments of a packet program's entry. */
    static void pushEntryArguments(Code code, FunctionPlan plan, int skb) {
        for (int register = 1; register <= 5; register++) {
            if ((plan.argumentMask() & (1L << register)) != 0) {
                pushEntryArgument(code, register, plan.argument(register), skb);
            }
        }
    }

    /** Gives all registers a value that a debugger can show from the first line on; returns the local of {@code r10}. */
    static int showRegisters(Code code, Locals locals) {
        locals.fixRegisters();
        for (int register = 0; register < 10; register++) {
            code.lconst(0).lstore(locals.longOf(register));
        }
        int framePointer = locals.fixed(Opcodes.LONG);
        code.iload(locals.framePointer).op(I2L).lstore(framePointer);
        return framePointer;
    }

    /** Names the registers' locals. */
    static void nameRegisters(MethodVisitor mv, Locals locals, int framePointer, Label begin, Label end) {
        for (int register = 0; register < 10; register++) {
            mv.visitLocalVariable("r" + register, "J", null, begin, end, locals.longOf(register));
        }
        mv.visitLocalVariable("r10", "J", null, begin, end, framePointer);
    }

    /** Gives stack units a value that the program may read before it writes them. */
    static void clearUnits(Code code, Locals locals, FunctionPlan plan) {
        for (long live = plan.liveness().liveIn(0) & ~0x3ffL; live != 0; live &= live - 1) {
            int variable = Long.numberOfTrailingZeros(live);
            Rep rep = plan.webs().rep(plan.webs().liveIn(0, variable));
            if (rep.number() == Rep.NumberLocal.INT) {
                code.iconst(0).istore(locals.intOf(variable));
            } else if (rep.number() == Rep.NumberLocal.LONG) {
                code.lconst(rep.kind() == Rep.Kind.MAP_VALUE ? -1 : 0).lstore(locals.longOf(variable));
            }
            if (rep.hasBase()) {
                code.op(ACONST_NULL).astore(locals.baseOf(variable));
            }
        }
    }

    /** Fetches what the whole function uses. */
    static void prologue(Code code, Locals locals, FunctionPlan plan, Flavour flavour) {
        locals.position = locals.fixed(Opcodes.INTEGER);
        code.iconst(plan.graph().start()).istore(locals.position);
        if (plan.usesPacket() && flavour != Flavour.RAW && locals.packet == Locals.NONE) {
            locals.packet = locals.fixed(flavour.packetType());
            code.aload(locals.skb());
            code.invokeVirtual(
                    Types.SKB,
                    flavour == Flavour.HEAP ? "array" : "memory",
                    "()" + Type.getObjectType(flavour.packetType()).getDescriptor());
            code.astore(locals.packet);
        }
        if (plan.usesStack()) {
            locals.stack = locals.fixed(Types.SEGMENT);
            code.aload(locals.context).invokeVirtual(Types.CONTEXT, "stack", "()" + Types.field(Types.SEGMENT));
            code.astore(locals.stack);
        }
        if (plan.hasMayGoto()) {
            locals.budget = locals.fixed(Opcodes.INTEGER);
            code.iconst(LOOP_BUDGET).istore(locals.budget);
        }
    }

    /** Writes blocks one behind the other. */
    static void writeBlocks(BlockCode blocks, List<FlowGraph.Block> list, Map<Integer, Label> labels) {
        for (int i = 0; i < list.size(); i++) {
            FlowGraph.Block block = list.get(i);
            blocks.label(block, labels.computeIfAbsent(block.index(), index -> new Label()));
            blocks.block(block, i + 1 < list.size() ? list.get(i + 1).index() : FlowGraph.NONE);
        }
    }

    /** Turns exceptions into traps that know their C line. */
    static void trapHandler(Code code, Locals locals, Label handler, String owner) {
        locals.frame(code, handler, 0, variable -> Rep.LONG, Types.RUNTIME_EXCEPTION);
        int exception = locals.temporary(1);
        code.astore(exception);
        pushTrap(code, locals, exception, owner);
        code.op(ATHROW);
    }

    /** Pushes the trap that a caught exception becomes. */
    static void pushTrap(Code code, Locals locals, int exception, String owner) {
        code.getStatic(owner, "source", Types.field(Types.SOURCE));
        code.aload(exception).iload(locals.position);
        code.invokeVirtual(
                Types.SOURCE, "trap", "(" + Types.field(Types.RUNTIME_EXCEPTION) + "I)" + Types.field(Types.TRAP));
    }

    /** Leaves a static method with {@code r0} as its result. */
    static final class Return implements BlockCode.Surroundings {
        private final Code code;
        private final Map<Integer, Label> labels;

        Return(Code code, Map<Integer, Label> labels) {
            this.code = code;
            this.labels = labels;
        }

        @Override
        public Label target(int block) {
            return labels.computeIfAbsent(block, index -> new Label());
        }

        @Override
        public void exit(Values values) {
            pushResult(code, values);
            code.op(LRETURN);
        }

        @Override
        public void exitWithLong() {
            code.op(LRETURN);
        }
    }

    /** Pushes {@code r0}; the base of a pointer goes to the context. */
    static void pushResult(Code code, Values values) {
        if (values.fact(0) instanceof RegisterFact.Unusable) {
            code.lconst(0);
            return;
        }
        if (values.plan().returnsPointer()) {
            code.aload(values.locals().context);
            values.pushObject(0);
            code.invokeVirtual(Types.CONTEXT, "setResultBase", "(" + Types.field(Types.OBJECT) + ")V");
        }
        values.pushLong(0);
    }
}
