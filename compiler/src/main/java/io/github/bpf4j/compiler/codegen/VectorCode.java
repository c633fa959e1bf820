/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes the method that runs the program on a vector of packets of one flavour, with the program's own code inside the loop, so that
 * nothing stands between two packets. Its shape:
 *
 * <pre>{@code
 * static int heapVector(ExecutionContext context, SkBuff[] packets, int index, int count, int[] verdicts) {
 *     for (; index < count; index++) {
 *         SkBuff skb = packets[index];
 *         byte[] packet = skb.array();
 *         if (packet == null) break;                    // the other flavour's turn
 *         try { verdict = …program…; } catch (RuntimeException e) { verdict = BPF_DROP; count the trap }
 *         verdicts[index] = verdict;
 *     }
 *     return index;
 * }
 * }</pre>
 *
 * <p>Packets that fill an array each come without an {@code SkBuff}, in a {@code byte[][]}. Then the packet starts at the constant 0 and ends where
 * the array does, which both spares the cache line of the {@code SkBuff} and lets C2 drop array bounds checks behind the program's own
 * comparisons with {@code data_end}. Programs that need an {@code SkBuff} have no such method.
 */
final class VectorCode {
    private static final int BPF_DROP = 2;
    private static final String ARRAY = "[B";

    private final ProgramPlan program;
    private final FunctionPlan plan;
    private final Flavour flavour;
    private final boolean wholeArrays;
    private final ClassPool pool;
    private final String owner;

    private VectorCode(ProgramPlan program, Flavour flavour, boolean wholeArrays, ClassPool pool, String owner) {
        this.program = program;
        this.plan = program.entry();
        this.flavour = flavour;
        this.wholeArrays = wholeArrays;
        this.pool = pool;
        this.owner = owner;
    }

    /** The method for packets in {@code SkBuff}s. */
    static VectorCode ofBuffers(ProgramPlan program, Flavour flavour, ClassPool pool, String owner) {
        return new VectorCode(program, flavour, false, pool, owner);
    }

    /** The method for packets that fill an array each. */
    static VectorCode ofArrays(ProgramPlan program, ClassPool pool, String owner) {
        return new VectorCode(program, Flavour.HEAP, true, pool, owner);
    }

    /** The method's name. */
    String method() {
        return wholeArrays ? "arrayVector" : flavour == Flavour.HEAP ? "heapVector" : "segmentVector";
    }

    /** The method's descriptor. */
    String descriptor() {
        return "(" + Types.field(Types.CONTEXT) + packetsType() + "II[I)I";
    }

    private String packetsType() {
        return "[" + (wholeArrays ? ARRAY : Types.field(Types.SKB));
    }

    /** Whether the method may have the program inside: then it stays small enough and misses nothing. */
    boolean fitsInline(int limit) {
        MethodSize size = MethodSize.running();
        boolean complete = write(size, true);
        return complete && size.bytes() <= limit && size.isCompilable();
    }

    /**
     * Writes the method's code.
     *
     * @param inline whether the program stands in the loop, or is called
     * @return whether the code is of use; not if it needs an {@code SkBuff} where there is none
     */
    boolean write(MethodVisitor mv, boolean inline) {
        Code code = new Code(mv);
        Locals locals = new Locals();
        mv.visitCode();
        program.lines().restart();
        locals.context = locals.fixed(Types.CONTEXT);
        int packets = locals.fixed(packetsType());
        int index = locals.fixed(Opcodes.INTEGER);
        int count = locals.fixed(Opcodes.INTEGER);
        int verdicts = locals.fixed("[I");
        int verdict = locals.fixed(Opcodes.INTEGER);
        code.iconst(0).istore(verdict);
        Label loop = new Label();
        Label finished = new Label();
        locals.frame(code, loop, 0, variable -> Rep.LONG);
        code.iload(index).iload(count).jump(IF_ICMPGE, finished);
        Locals body = new Locals();
        body.copyFixed(locals);
        code.aload(packets).iload(index).op(AALOAD);
        code.astore(wholeArrays ? body.fixWholeArray() : body.fixSkb());
        body.context = locals.context;
        body.frame = io.github.bpf4j.runtime.program.ExecutionContext.FRAME_SIZE;
        if (wholeArrays) {
            // a missing packet is the caller's mistake, not a trap
            code.aload(body.packet).op(ARRAYLENGTH, POP);
        } else {
            startPacket(code, body, finished);
        }
        Label next = new Label();
        Label begin = new Label();
        Label end = new Label();
        Label handler = new Label();
        mv.visitTryCatchBlock(begin, end, handler, Types.RUNTIME_EXCEPTION);
        body(code, body, inline, begin, verdict, next);
        mv.visitLabel(end);
        body.frame(code, handler, 0, variable -> Rep.LONG, Types.RUNTIME_EXCEPTION);
        int exception = body.temporary(1);
        code.astore(exception);
        code.aload(body.context);
        FunctionCode.pushTrap(code, body, exception, owner);
        code.invokeVirtual(Types.CONTEXT, "countTrap", "(" + Types.field(Types.TRAP) + ")V");
        code.iconst(BPF_DROP).istore(verdict);
        locals.frame(code, next, 0, variable -> Rep.LONG);
        code.aload(verdicts).iload(index).iload(verdict).op(IASTORE);
        code.iinc(index, 1).jump(GOTO, loop);
        locals.frame(code, finished, 0, variable -> Rep.LONG);
        code.iload(index).op(IRETURN);
        mv.visitMaxs(0, 0);
        mv.visitEnd();
        return !body.missesSkb();
    }

    /** Leaves the loop at a packet of the other flavour; fetches the packet's memory. */
    private void startPacket(Code code, Locals body, Label finished) {
        code.aload(body.skb()).invokeVirtual(Types.SKB, "array", "()" + ARRAY);
        if (flavour == Flavour.HEAP && plan.usesPacket()) {
            body.packet = body.fixed(ARRAY);
            code.op(DUP).astore(body.packet);
        }
        code.jump(flavour == Flavour.HEAP ? IFNULL : IFNONNULL, finished);
        if (flavour == Flavour.SEGMENT && plan.usesPacket()) {
            body.packet = body.fixed(Types.SEGMENT);
            code.aload(body.skb()).invokeVirtual(Types.SKB, "memory", "()" + Types.field(Types.SEGMENT));
            code.astore(body.packet);
        }
        if (program.callsHelpers()) {
            code.aload(body.context).aload(body.skb());
            code.invokeVirtual(Types.CONTEXT, "setSkb", "(" + Types.field(Types.SKB) + ")V");
        }
        if (program.makesTailCalls()) {
            code.aload(body.context).invokeVirtual(Types.CONTEXT, "resetTailCalls", "()V");
        }
    }

    private void body(Code code, Locals body, boolean inline, Label begin, int verdict, Label next) {
        if (!inline) {
            body.position = body.fixed(Opcodes.INTEGER);
            code.iconst(plan.graph().start()).istore(body.position);
            code.label(begin);
            code.aload(body.context).aload(body.skb()).iconst(body.frame);
            FunctionCode.pushEntryArguments(code, plan, body.skb());
            code.invokeStatic(pool.owner(flavour.method(plan)), flavour.method(plan), flavour.descriptor(plan));
            code.op(L2I).istore(verdict).jump(GOTO, next);
            return;
        }
        FunctionCode.prologue(code, body, plan, flavour);
        Map<Integer, Label> labels = new HashMap<>();
        FunctionCode.clearUnits(code, body, plan);
        for (int register = 1; register <= 5; register++) {
            if ((plan.argumentMask() & (1L << register)) != 0) {
                Rep rep = plan.argument(register);
                FunctionCode.pushEntryArgument(code, register, rep, rep.hasBase() ? body.skb() : Locals.NONE);
                if (rep.hasBase()) {
                    code.astore(body.baseOf(register));
                }
                if (rep.number() == Rep.NumberLocal.INT) {
                    code.istore(body.intOf(register));
                } else if (rep.number() == Rep.NumberLocal.LONG) {
                    code.lstore(body.longOf(register));
                }
            }
        }
        code.label(begin);
        BlockCode blocks = new BlockCode(
                plan, code, body, flavour, owner, pool, program, new StoreVerdict(code, labels, verdict, next));
        FunctionCode.writeBlocks(blocks, plan.graph().blocks(), labels);
    }

    /** Ends the program inside the loop: the verdict goes to its local. */
    private record StoreVerdict(Code code, Map<Integer, Label> labels, int verdict, Label next)
            implements BlockCode.Surroundings {
        @Override
        public Label target(int block) {
            return labels.computeIfAbsent(block, index -> new Label());
        }

        @Override
        public void exit(Values values) {
            values.pushInt(0);
            code.istore(verdict).jump(GOTO, next);
        }

        @Override
        public void exitWithLong() {
            code.op(L2I).istore(verdict).jump(GOTO, next);
        }
    }
}
