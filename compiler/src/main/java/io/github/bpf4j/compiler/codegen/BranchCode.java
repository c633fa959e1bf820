/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction.Branch;
import io.github.bpf4j.compiler.isa.Instruction.Condition;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import org.objectweb.asm.Label;

/** Writes conditional jumps. Comparisons are done on {@code int}s, and signed, wherever ranges allow. */
final class BranchCode {
    private static final long UNSIGNED_INT_MAX = 0xffff_ffffL;

    private final Values values;
    private final Code code;

    BranchCode(Values values, Code code) {
        this.values = values;
        this.code = code;
    }

    /** Jumps to a label if the condition holds. */
    void branch(Branch branch, Label target) {
        RegisterFact left = values.fact(branch.dst());
        RegisterFact right = fact(branch.src());
        boolean equality = branch.condition() == Condition.EQ || branch.condition() == Condition.NE;
        if (equality && branch.width() == Width.W64 && (isPointer(left) || isPointer(right))) {
            boolean jumpIfEqual = branch.condition() == Condition.EQ;
            if (isZero(right)) {
                values.jumpIfNull(branch.dst(), jumpIfEqual, target);
                return;
            }
            if (isZero(left)) {
                values.jumpIfNull(branch.src().register(), jumpIfEqual, target);
                return;
            }
            if (branch.src().isRegister()
                    && (needsBase(branch.dst()) || needsBase(branch.src().register()))) {
                samePointer(branch, jumpIfEqual, target);
                return;
            }
        }
        Form form = branch.width() == Width.W32 ? lowForm(left, right) : form(branch, left, right);
        if (form.ints) {
            values.pushInt(branch.dst());
            ints(ordered(branch, left, right), form, target);
        } else {
            values.pushLong(branch.dst());
            values.pushLong(branch.src());
            longs(branch.condition(), form, target);
        }
    }

    /**
     * Turns a test for equality with the least or greatest possible value into a comparison. C2 takes a loop for a counted one if its
     * exit test is an order, or a stride of one.
     */
    private static Branch ordered(Branch branch, RegisterFact left, RegisterFact right) {
        if (!(left instanceof RegisterFact.Scalar range)
                || !(right instanceof RegisterFact.Scalar limit)
                || !limit.isConstant()) {
            return branch;
        }
        boolean isEqual = branch.condition() == Condition.EQ;
        boolean isNotEqual = branch.condition() == Condition.NE;
        boolean low = branch.width() == Width.W32;
        if ((!isEqual && !isNotEqual) || !(low || ArithmeticCode.isSignedInt(left))) {
            return branch;
        }
        int value = (int) limit.tnumValue();
        int min = low ? range.s32min() : (int) range.smin();
        int max = low ? range.s32max() : (int) range.smax();
        if (!low && limit.tnumValue() != value) {
            return branch;
        }
        Condition condition = value == max && max != Integer.MAX_VALUE
                ? isEqual ? Condition.SGE : Condition.SLT
                : value == min && min != Integer.MIN_VALUE
                        ? isEqual ? Condition.SLE : Condition.SGT
                        : branch.condition();
        return new Branch(condition, branch.width(), branch.dst(), branch.src(), branch.offset());
    }

    private static RegisterFact constant(long value) {
        int low = (int) value;
        return new RegisterFact.Scalar(value, value, value, value, low, low, low, low, value, 0);
    }

    private RegisterFact fact(Operand operand) {
        return operand.isRegister() ? values.fact(operand.register()) : constant(operand.immediate());
    }

    private static boolean isPointer(RegisterFact fact) {
        return fact instanceof RegisterFact.Pointer || fact instanceof RegisterFact.Mixed;
    }

    private static boolean isZero(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.isConstant() && scalar.tnumValue() == 0;
    }

    private boolean needsBase(int register) {
        return register != 10 && values.rep(register).hasBase();
    }

    private void samePointer(Branch branch, boolean jumpIfEqual, Label target) {
        values.pushLong(branch.dst());
        values.pushObject(branch.dst());
        values.pushLong(branch.src().register());
        values.pushObject(branch.src().register());
        String pointer = "J" + Types.field(Types.OBJECT);
        code.invokeStatic(Types.MEMORY, "isSame", "(" + pointer + pointer + ")Z");
        code.jump(jumpIfEqual ? IFNE : IFEQ, target);
    }

    /**
     * How operands are compared.
     *
     * @param ints whether their low halves decide
     * @param unsignedAsSigned whether unsigned conditions may be tested as signed ones
     * @param signedAsUnsigned whether signed conditions must be tested as unsigned ones
     */
    private record Form(boolean ints, boolean unsignedAsSigned, boolean signedAsUnsigned) {}

    private static Form lowForm(RegisterFact left, RegisterFact right) {
        return new Form(true, isLowNonNegative(left) && isLowNonNegative(right), false);
    }

    private static boolean isLowNonNegative(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.s32min() >= 0;
    }

    private Form form(Branch branch, RegisterFact left, RegisterFact right) {
        boolean positions = isPosition(branch.dst(), left)
                && branch.src().isRegister()
                && isPosition(branch.src().register(), right);
        if (positions) {
            return new Form(true, true, false);
        }
        boolean nonNegative = Values.isNonNegativeInt(left) && Values.isNonNegativeInt(right);
        if (nonNegative) {
            return new Form(true, true, false);
        }
        if (branch.condition() == Condition.SET) {
            boolean oneSmall = fitsUnsigned(left) || fitsUnsigned(right);
            return new Form(oneSmall, false, false);
        }
        if (ArithmeticCode.isSignedInt(left) && ArithmeticCode.isSignedInt(right)) {
            return new Form(true, false, false);
        }
        if (fitsUnsigned(left) && fitsUnsigned(right)) {
            return new Form(true, false, true);
        }
        return new Form(false, isNonNegative(left) && isNonNegative(right), false);
    }

    /** Whether a value is an index into the packet or the stack, which is kept in an {@code int} and never negative. */
    private boolean isPosition(int register, RegisterFact fact) {
        return fact instanceof RegisterFact.Pointer
                && (register == 10
                        || values.rep(register).kind() == Rep.Kind.PACKET
                        || values.rep(register).kind() == Rep.Kind.STACK);
    }

    private static boolean fitsUnsigned(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.smin() >= 0 && scalar.smax() <= UNSIGNED_INT_MAX;
    }

    private static boolean isNonNegative(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.smin() >= 0;
    }

    private void ints(Branch branch, Form form, Label target) {
        Condition condition = branch.condition();
        if (condition == Condition.SET) {
            values.pushInt(branch.src());
            code.op(IAND).jump(IFNE, target);
            return;
        }
        boolean isUnsigned =
                isUnsigned(condition) ? !form.unsignedAsSigned : isSigned(condition) && form.signedAsUnsigned;
        if (!isUnsigned && isZero(fact(branch.src()))) {
            code.jump(againstZero(condition), target);
            return;
        }
        values.pushInt(branch.src());
        if (isUnsigned) {
            code.invokeStatic("java/lang/Integer", "compareUnsigned", "(II)I");
            code.jump(againstZero(condition), target);
        } else {
            code.jump(
                    switch (condition) {
                        case EQ -> IF_ICMPEQ;
                        case NE -> IF_ICMPNE;
                        case GT, SGT -> IF_ICMPGT;
                        case GE, SGE -> IF_ICMPGE;
                        case LT, SLT -> IF_ICMPLT;
                        case LE, SLE -> IF_ICMPLE;
                        case SET -> throw new AssertionError(condition);
                    },
                    target);
        }
    }

    private void longs(Condition condition, Form form, Label target) {
        if (condition == Condition.SET) {
            code.op(LAND).lconst(0).op(LCMP).jump(IFNE, target);
            return;
        }
        if (isUnsigned(condition) && !form.unsignedAsSigned) {
            code.invokeStatic("java/lang/Long", "compareUnsigned", "(JJ)I");
        } else {
            code.op(LCMP);
        }
        code.jump(againstZero(condition), target);
    }

    private static int againstZero(Condition condition) {
        return switch (condition) {
            case EQ -> IFEQ;
            case NE -> IFNE;
            case GT, SGT -> IFGT;
            case GE, SGE -> IFGE;
            case LT, SLT -> IFLT;
            case LE, SLE -> IFLE;
            case SET -> throw new AssertionError(condition);
        };
    }

    private static boolean isUnsigned(Condition condition) {
        return switch (condition) {
            case GT, GE, LT, LE -> true;
            case EQ, NE, SET, SGT, SGE, SLT, SLE -> false;
        };
    }

    private static boolean isSigned(Condition condition) {
        return switch (condition) {
            case SGT, SGE, SLT, SLE -> true;
            case EQ, NE, SET, GT, GE, LT, LE -> false;
        };
    }
}
