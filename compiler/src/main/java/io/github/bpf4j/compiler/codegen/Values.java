/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.runtime.program.ExecutionContext;
import org.objectweb.asm.Label;

/**
 * Moves the values of registers and stack units between JVM locals and the JVM operand stack, in the form that each side wants. It stands
 * at one instruction at a time.
 */
final class Values {
    private final FunctionPlan plan;
    private final FlowGraph graph;
    private final Webs webs;
    private final Code code;
    private final Locals locals;
    private final Flavour flavour;
    private final String owner;
    private final Bases bases;
    private final int[] current = new int[Long.SIZE];
    private int slot;

    Values(FunctionPlan plan, Code code, Locals locals, Flavour flavour, String owner) {
        this.plan = plan;
        this.graph = plan.graph();
        this.webs = plan.webs();
        this.code = code;
        this.locals = locals;
        this.flavour = flavour;
        this.owner = owner;
        this.bases = new Bases(code, locals, flavour, owner);
    }

    void enter(FlowGraph.Block block) {
        webs.enter(block.index(), current);
    }

    void at(int slot) {
        this.slot = slot;
    }

    /** Steps behind the current instruction. */
    void step() {
        webs.step(slot, current);
    }

    int slot() {
        return slot;
    }

    FunctionPlan plan() {
        return plan;
    }

    Flavour flavour() {
        return flavour;
    }

    Locals locals() {
        return locals;
    }

    /** The class being written. */
    String owner() {
        return owner;
    }

    /** What is known of a register before the current instruction. */
    RegisterFact fact(int register) {
        return graph.facts(slot).registers().get(register);
    }

    /** What is known of a register behind the current instruction. */
    RegisterFact after(int register) {
        return webs.after(slot, register);
    }

    /** How a variable is kept before the current instruction. */
    Rep rep(int variable) {
        return current[variable] < 0 ? Rep.LONG : webs.rep(current[variable]);
    }

    /** How a register is kept behind the current instruction, which defines it. */
    Rep definedRep() {
        return webs.rep(webs.definition(slot));
    }

    Rep definedUnitRep() {
        return webs.rep(webs.unitDefinition(slot));
    }

    /** What pointers point into. */
    Bases bases() {
        return bases;
    }

    // ---- numbers ------------------------------------------------------------------------------------------------

    /** Pushes an address in the current stack frame as an {@code int}. */
    void pushFrameAddress(int offset) {
        if (locals.framePointer == Locals.NONE) {
            code.iconst(locals.frame + offset);
        } else {
            code.iload(locals.framePointer);
            if (offset != 0) {
                code.iconst(offset).op(IADD);
            }
        }
    }

    private static boolean isFrameAddress(RegisterFact fact) {
        return fact instanceof RegisterFact.Pointer pointer
                && pointer.kind() == PointerKind.STACK
                && pointer.frame() == 0
                && !pointer.maybeNull()
                && pointer.hasConstantOffset()
                && Math.abs(pointer.minOffset()) <= ExecutionContext.FRAME_SIZE;
    }

    /** Pushes a register's number as a {@code long}. */
    void pushLong(int register) {
        RegisterFact fact = fact(register);
        if (register == 10) {
            pushFrameAddress(0);
            code.op(I2L);
        } else if (fact instanceof RegisterFact.Scalar scalar && scalar.isConstant()) {
            code.lconst(scalar.tnumValue());
        } else if (fact instanceof RegisterFact.Unusable) {
            code.lconst(0);
        } else if (isFrameAddress(fact)) {
            pushFrameAddress((int) ((RegisterFact.Pointer) fact).minOffset());
            code.op(I2L);
        } else {
            pushVariableLong(register, isNonNegativeInt(fact));
            if (rep(register).kind() == Rep.Kind.MAP_VALUE && mayBeNull(fact)) {
                nullToZero();
            }
        }
    }

    /** Turns the offset of a map value on the stack, -1 for NULL, into a number that is 0 for NULL. */
    private void nullToZero() {
        code.op(DUP2).iconst(63).op(LSHR).lconst(-1).op(LXOR, LAND);
    }

    void pushVariableLong(int variable, boolean positive) {
        Rep rep = rep(variable);
        switch (rep.kind()) {
            case LONG, MAP_VALUE, SEGMENT, OBJECT -> code.lload(locals.longOf(variable));
            case INT_SIGNED, INT_POSITIVE, PACKET, STACK ->
                code.iload(locals.intOf(variable)).op(I2L);
            case INT_UNSIGNED -> {
                code.iload(locals.intOf(variable)).op(I2L);
                if (!positive) {
                    code.zeroExtend();
                }
            }
            case CONTEXT, MAP -> code.lconst(0);
        }
    }

    /** Pushes the low half of a register's number. */
    void pushInt(int register) {
        RegisterFact fact = fact(register);
        if (register == 10) {
            pushFrameAddress(0);
        } else if (fact instanceof RegisterFact.Scalar scalar && scalar.isConstant()) {
            code.iconst((int) scalar.tnumValue());
        } else if (isFrameAddress(fact)) {
            pushFrameAddress((int) ((RegisterFact.Pointer) fact).minOffset());
        } else if (rep(register).isInt() && !(fact instanceof RegisterFact.Unusable)) {
            code.iload(locals.intOf(register));
        } else {
            pushLong(register);
            code.op(L2I);
        }
    }

    void pushLong(Instruction.Operand operand) {
        if (operand.isRegister()) {
            pushLong(operand.register());
        } else {
            code.lconst(operand.immediate());
        }
    }

    void pushInt(Instruction.Operand operand) {
        if (operand.isRegister()) {
            pushInt(operand.register());
        } else {
            code.iconst(operand.immediate());
        }
    }

    static boolean isNonNegativeInt(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.smin() >= 0 && scalar.smax() <= Integer.MAX_VALUE;
    }

    static boolean mayBeNull(RegisterFact fact) {
        return !(fact instanceof RegisterFact.Pointer pointer) || pointer.maybeNull();
    }

    // ---- bases --------------------------------------------------------------------------------------------------

    /** Pushes the segment that a register points into; null for scalars and NULL. */
    void pushSegment(int register) {
        RegisterFact fact = fact(register);
        if (register == 10) {
            bases.pushStack();
        } else if (fact instanceof RegisterFact.Pointer pointer && !pointer.maybeNull() && bases.pushSegment(pointer)) {
            return;
        } else if (fact instanceof RegisterFact.Scalar || fact instanceof RegisterFact.Unusable) {
            code.op(ACONST_NULL);
        } else {
            pushVariableBase(register, Types.SEGMENT);
        }
    }

    /** Pushes the segment that a register points into; null for anything but a pointer to memory. */
    void pushSegmentIfAny(int register) {
        boolean known = fact(register) instanceof RegisterFact.Pointer pointer && Webs.isSegment(pointer.kind());
        if (known || fact(register) instanceof RegisterFact.Scalar || fact(register) instanceof RegisterFact.Unusable) {
            pushSegment(register);
        } else {
            pushObject(register);
            code.invokeStatic(
                    Types.MEMORY, "segmentOrNull", "(" + Types.field(Types.OBJECT) + ")" + Types.field(Types.SEGMENT));
        }
    }

    /** Pushes the base of a variable as its representation has it. */
    private void pushVariableBase(int variable, String type) {
        Rep rep = rep(variable);
        switch (rep.kind()) {
            case LONG, INT_SIGNED, INT_UNSIGNED, INT_POSITIVE -> code.op(ACONST_NULL);
            case CONTEXT -> code.aload(locals.skb());
            case MAP -> bases.pushMap(rep.map());
            case PACKET -> bases.pushPacket();
            case STACK -> bases.pushStack();
            case MAP_VALUE -> {
                // null for the offset -1; the static method is small enough to be inlined always
                bases.pushMapValues(rep.map());
                code.lload(locals.longOf(variable));
                code.invokeStatic(
                        Types.MEMORY,
                        "baseOrNull",
                        "(" + Types.field(Types.SEGMENT) + "J)" + Types.field(Types.SEGMENT));
            }
            case SEGMENT -> code.aload(locals.baseOf(variable));
            case OBJECT -> {
                code.aload(locals.baseOf(variable));
                if (!type.equals(Types.OBJECT)) {
                    code.checkCast(type);
                }
            }
        }
    }

    /** Pushes the object that a register points to; null for scalars and NULL. */
    void pushObject(int register) {
        RegisterFact fact = fact(register);
        if (fact instanceof RegisterFact.Pointer pointer && !pointer.maybeNull()) {
            switch (pointer.kind()) {
                case CTX -> {
                    code.aload(locals.skb());
                    return;
                }
                case MAP -> {
                    if (pointer.map() >= 0) {
                        bases.pushMap(pointer.map());
                        return;
                    }
                }
                case STACK, PACKET, PACKET_END, MAP_VALUE -> {
                    pushSegment(register);
                    return;
                }
                case MAP_KEY, MEM, RINGBUF_MEM, RAW_MEM, SOCK_COMMON, BTF_ID, FUNC -> {
                    // the local holds it
                }
            }
        }
        if (register == 10) {
            bases.pushStack();
        } else if (fact instanceof RegisterFact.Scalar || fact instanceof RegisterFact.Unusable) {
            code.op(ACONST_NULL);
        } else {
            pushVariableBase(register, Types.OBJECT);
        }
    }

    // ---- whole values -------------------------------------------------------------------------------------------

    /** Pushes a register in the form of a representation: number, then base. */
    void pushAs(int register, Rep target) {
        switch (target.kind()) {
            case LONG -> pushLong(register);
            case INT_SIGNED, INT_UNSIGNED, INT_POSITIVE, PACKET, STACK -> pushInt(register);
            case CONTEXT, MAP -> {
                // nothing is kept
            }
            case MAP_VALUE -> {
                if (register != 10
                        && rep(register).kind() == Rep.Kind.MAP_VALUE
                        && !(fact(register) instanceof RegisterFact.Scalar)) {
                    code.lload(locals.longOf(register));
                } else if (fact(register) instanceof RegisterFact.Scalar
                        || fact(register) instanceof RegisterFact.Unusable) {
                    code.lconst(-1);
                } else {
                    pushLong(register);
                    pushObject(register);
                    offsetOrNotFound();
                }
            }
            case SEGMENT -> {
                pushLong(register);
                pushSegment(register);
            }
            case OBJECT -> {
                pushLong(register);
                pushObject(register);
            }
        }
    }

    /** Turns (number, base) on the stack into an offset that is -1 if the base is null. */
    void offsetOrNotFound() {
        code.invokeStatic(Types.MEMORY, "offsetOrNotFound", "(J" + Types.field(Types.OBJECT) + ")J");
    }

    /** Pops what {@link #pushAs} pushed. */
    void pop(int variable, Rep rep) {
        if (rep.hasBase()) {
            code.astore(locals.baseOf(variable));
        }
        switch (rep.number()) {
            case NONE -> {
                // nothing is kept
            }
            case INT -> code.istore(locals.intOf(variable));
            case LONG -> code.lstore(locals.longOf(variable));
        }
    }

    /** Pops an {@code int} that is the low half of the defined register's number. */
    void popInt(int register, boolean signed) {
        Rep rep = definedRep();
        switch (rep.kind()) {
            case INT_SIGNED, INT_UNSIGNED, INT_POSITIVE, PACKET, STACK -> code.istore(locals.intOf(register));
            case LONG, SEGMENT, OBJECT -> {
                code.op(I2L);
                if (!signed && !isNonNegativeInt(after(register))) {
                    code.zeroExtend();
                }
                code.lstore(locals.longOf(register));
                nullBase(register, rep);
            }
            case MAP_VALUE -> code.op(POP).lconst(-1).lstore(locals.longOf(register));
            case CONTEXT, MAP -> code.op(POP);
        }
    }

    /** Pops a {@code long} that is the defined register's number. */
    void popLong(int register) {
        popLong(register, definedRep());
    }

    /** Pops a scalar in a {@code long} into a variable. */
    void popLong(int variable, Rep rep) {
        switch (rep.kind()) {
            case INT_SIGNED, INT_UNSIGNED, INT_POSITIVE, PACKET, STACK ->
                code.op(L2I).istore(locals.intOf(variable));
            case LONG, SEGMENT, OBJECT -> {
                code.lstore(locals.longOf(variable));
                nullBase(variable, rep);
            }
            case MAP_VALUE -> code.op(POP2).lconst(-1).lstore(locals.longOf(variable));
            case CONTEXT, MAP -> code.op(POP2);
        }
    }

    private void nullBase(int variable, Rep rep) {
        if (rep.hasBase()) {
            code.op(ACONST_NULL).astore(locals.baseOf(variable));
        }
    }

    /** Pops number and base object as helpers and subprograms return pointers. */
    void popReference(int variable, Rep rep) {
        switch (rep.kind()) {
            case LONG, INT_SIGNED, INT_UNSIGNED, INT_POSITIVE, PACKET, STACK, CONTEXT, MAP -> {
                code.op(POP);
                popLong(variable, rep);
            }
            case MAP_VALUE -> {
                offsetOrNotFound();
                code.lstore(locals.longOf(variable));
            }
            case SEGMENT -> {
                code.checkCast(Types.SEGMENT).astore(locals.baseOf(variable));
                code.lstore(locals.longOf(variable));
            }
            case OBJECT -> {
                code.astore(locals.baseOf(variable));
                code.lstore(locals.longOf(variable));
            }
        }
    }

    /** Gives the defined register the value of another. */
    void move(int from, int to) {
        Rep rep = definedRep();
        pushAs(from, rep);
        pop(to, rep);
    }

    /** Copies a variable that is a whole unit; both sides keep the same web kind or are converted. */
    void copyUnit(int unit, int register) {
        Rep from = rep(unit);
        Rep to = definedRep();
        if (to.isScalar() || to.kind() == Rep.Kind.PACKET || to.kind() == Rep.Kind.STACK) {
            if (to.isInt()) {
                if (from.isInt()) {
                    code.iload(locals.intOf(unit));
                } else {
                    pushVariableLong(unit, false);
                    code.op(L2I);
                }
            } else {
                pushVariableLong(unit, isNonNegativeInt(after(register)));
            }
            pop(register, to);
        } else if (from.equals(to)) {
            if (to.number() == Rep.NumberLocal.LONG) {
                code.lload(locals.longOf(unit));
            } else if (to.number() == Rep.NumberLocal.INT) {
                code.iload(locals.intOf(unit));
            }
            if (to.hasBase()) {
                code.aload(locals.baseOf(unit));
            }
            pop(register, to);
        } else {
            pushVariableLong(unit, false);
            if (from.kind() == Rep.Kind.MAP_VALUE) {
                nullToZero();
            }
            pushVariableBase(unit, Types.OBJECT);
            popReference(register, to);
        }
    }

    /** Jumps if a null check of a pointer comes out as wanted. */
    void jumpIfNull(int register, boolean jumpIfNull, Label target) {
        Rep rep = rep(register);
        RegisterFact fact = fact(register);
        boolean mayBeScalar = fact instanceof RegisterFact.Mixed mixed && mixed.mayBeScalar();
        if (rep.kind() == Rep.Kind.MAP_VALUE) {
            code.lload(locals.longOf(register)).lconst(0).op(LCMP);
            code.jump(jumpIfNull ? IFLT : IFGE, target);
        } else if (rep.hasBase() && !mayBeScalar) {
            code.aload(locals.baseOf(register)).jump(jumpIfNull ? IFNULL : IFNONNULL, target);
        } else if (rep.hasBase()) {
            code.lload(locals.longOf(register)).aload(locals.baseOf(register));
            code.invokeStatic(Types.MEMORY, "isNull", "(J" + Types.field(Types.OBJECT) + ")Z");
            code.jump(jumpIfNull ? IFNE : IFEQ, target);
        } else {
            pushLong(register);
            code.lconst(0).op(LCMP).jump(jumpIfNull ? IFEQ : IFNE, target);
        }
    }
}
