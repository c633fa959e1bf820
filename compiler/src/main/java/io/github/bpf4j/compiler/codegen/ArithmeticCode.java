/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Alu;
import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.compiler.verifier.RegisterFact;

/**
 * Writes arithmetic, moves and byte swaps (RFC 9669 section 4). A 64-bit operation whose result is known to fit 32 bits is done on
 * {@code int}s where its low half depends on the low halves of its operands only, or where the operands fit as well.
 */
final class ArithmeticCode {
    private static final long UNSIGNED_INT_MAX = 0xffff_ffffL;

    private final Values values;
    private final Code code;

    ArithmeticCode(Values values, Code code) {
        this.values = values;
        this.code = code;
    }

    private RegisterFact fact(Operand operand) {
        if (operand.isRegister()) {
            return values.fact(operand.register());
        }
        long value = operand.immediate();
        int low = operand.immediate();
        return new RegisterFact.Scalar(value, value, value, value, low, low, low, low, value, 0);
    }

    private static boolean isPointer(RegisterFact fact) {
        return fact instanceof RegisterFact.Pointer || fact instanceof RegisterFact.Mixed;
    }

    void alu(Alu alu) {
        RegisterFact dst = values.fact(alu.dst());
        RegisterFact src = fact(alu.src());
        Rep rep = values.definedRep();
        if (alu.width() == Width.W64 && (isPointer(dst) || isPointer(src)) && !rep.isScalar()) {
            pointer(alu, dst, src, rep);
        } else if (alu.width() == Width.W32) {
            ints(alu.op(), alu.dst(), alu.src(), low(dst), low(src));
            values.popInt(alu.dst(), false);
        } else if (rep.isInt() && fitsInts(alu.op(), dst, src)) {
            narrow(alu);
        } else {
            longs(alu.op(), alu.dst(), alu.src(), dst, src);
            values.popLong(alu.dst());
        }
    }

    /** Whether the low half of a 64-bit operation's result can be computed from the operands' low halves. */
    private static boolean fitsInts(AluOp op, RegisterFact dst, RegisterFact src) {
        return switch (op) {
            case ADD, SUB, MUL, OR, AND, XOR -> true;
            case LSH -> isBelow(src, 63) && (isConstant(src) || isBelow(src, 31));
            case RSH -> isBelow(src, 63) && isBelow(dst, UNSIGNED_INT_MAX) && (isConstant(src) || isBelow(src, 31));
            case ARSH -> isBelow(src, 63) && isSignedInt(dst) && (isConstant(src) || isBelow(src, 31));
            case DIV, MOD -> isBelow(dst, UNSIGNED_INT_MAX) && isBelow(src, UNSIGNED_INT_MAX);
            case SDIV, SMOD -> isSignedInt(dst) && isSignedInt(src);
        };
    }

    private static boolean isConstant(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.isConstant();
    }

    private static boolean isBelow(RegisterFact fact, long limit) {
        return fact instanceof RegisterFact.Scalar scalar && scalar.smin() >= 0 && scalar.smax() <= limit;
    }

    static boolean isSignedInt(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar
                && scalar.smin() >= Integer.MIN_VALUE
                && scalar.smax() <= Integer.MAX_VALUE;
    }

    /** A 64-bit operation on {@code int}s. */
    private void narrow(Alu alu) {
        RegisterFact src = fact(alu.src());
        boolean isShift = alu.op() == AluOp.LSH || alu.op() == AluOp.RSH || alu.op() == AluOp.ARSH;
        if (isShift && src instanceof RegisterFact.Scalar count && count.isConstant() && count.tnumValue() > 31) {
            if (alu.op() == AluOp.ARSH) {
                values.pushInt(alu.dst());
                code.iconst(31).op(ISHR);
            } else {
                code.iconst(0);
            }
        } else {
            RegisterFact dst = values.fact(alu.dst());
            Ranges left = new Ranges(Values.isNonNegativeInt(dst), false, false);
            Ranges right = new Ranges(Values.isNonNegativeInt(src), isNotZero(src), isConstant(src));
            ints(alu.op(), alu.dst(), alu.src(), left, right);
        }
        values.popInt(alu.dst(), true);
    }

    /** What division needs to know of an operand. */
    private record Ranges(boolean nonNegative, boolean notZero, boolean constant) {}

    private static Ranges low(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar
                ? new Ranges(scalar.s32min() >= 0, Integer.compareUnsigned(scalar.u32min(), 0) > 0, scalar.isConstant())
                : new Ranges(false, false, false);
    }

    private static boolean isNotZero(RegisterFact fact) {
        return fact instanceof RegisterFact.Scalar scalar
                && (scalar.umin() != 0 || scalar.smin() > 0 || scalar.smax() < 0);
    }

    private void ints(AluOp op, int dst, Operand src, Ranges left, Ranges right) {
        if (isDivision(op)) {
            divideInts(op, dst, src, left, right);
            return;
        }
        pushTerm(Operand.register(dst), false);
        pushTerm(src, false);
        code.op(
                switch (op) {
                    case ADD -> IADD;
                    case SUB -> ISUB;
                    case MUL -> IMUL;
                    case OR -> IOR;
                    case AND -> IAND;
                    case XOR -> IXOR;
                    case LSH -> ISHL;
                    case RSH -> IUSHR;
                    case ARSH -> ISHR;
                    case DIV, SDIV, MOD, SMOD -> throw new AssertionError(op);
                });
    }

    /** Pushes an operand; a constant of {@link RotatedSums} such that C2 does not know it. */
    private void pushTerm(Operand operand, boolean asLong) {
        if (asLong) {
            values.pushLong(operand);
        } else {
            values.pushInt(operand);
        }
        if (values.plan().rotatedSums().contains(values.slot()) && isConstant(fact(operand))) {
            code.invokeStatic(Types.OPAQUE_CONSTANT, "of", asLong ? "(J)J" : "(I)I");
        }
    }

    private static boolean isDivision(AluOp op) {
        return op == AluOp.DIV || op == AluOp.MOD || op == AluOp.SDIV || op == AluOp.SMOD;
    }

    private void divideInts(AluOp op, int dst, Operand src, Ranges left, Ranges right) {
        boolean signed = op == AluOp.SDIV || op == AluOp.SMOD;
        boolean quotient = op == AluOp.DIV || op == AluOp.SDIV;
        boolean asSigned = signed || (left.nonNegative && right.nonNegative);
        values.pushInt(dst);
        if (!asSigned && right.notZero && right.constant) {
            // C2 turns a signed division by a constant into a multiplication, but not an unsigned one
            code.op(I2L).zeroExtend();
            values.pushInt(src);
            code.op(I2L).zeroExtend().op(quotient ? LDIV : LREM, L2I);
            return;
        }
        values.pushInt(src);
        if (asSigned && right.notZero) {
            code.op(quotient ? IDIV : IREM);
        } else if (right.notZero) {
            code.invokeStatic("java/lang/Integer", quotient ? "divideUnsigned" : "remainderUnsigned", "(II)I");
        } else {
            code.invokeStatic(Types.ARITHMETIC, divisionName(quotient, asSigned), "(II)I");
        }
    }

    private static String divisionName(boolean quotient, boolean signed) {
        return (quotient ? "divide" : "remainder") + (signed ? "" : "Unsigned");
    }

    private void longs(AluOp op, int dst, Operand src, RegisterFact left, RegisterFact right) {
        pushTerm(Operand.register(dst), true);
        if (op == AluOp.LSH || op == AluOp.RSH || op == AluOp.ARSH) {
            values.pushInt(src);
            code.op(op == AluOp.LSH ? LSHL : op == AluOp.RSH ? LUSHR : LSHR);
            return;
        }
        pushTerm(src, true);
        switch (op) {
            case ADD -> code.op(LADD);
            case SUB -> code.op(LSUB);
            case MUL -> code.op(LMUL);
            case OR -> code.op(LOR);
            case AND -> code.op(LAND);
            case XOR -> code.op(LXOR);
            case DIV, MOD, SDIV, SMOD -> {
                boolean signed = op == AluOp.SDIV
                        || op == AluOp.SMOD
                        || (isBelow(left, Long.MAX_VALUE) && isBelow(right, Long.MAX_VALUE));
                boolean quotient = op == AluOp.DIV || op == AluOp.SDIV;
                if (!isNotZero(right)) {
                    code.invokeStatic(Types.ARITHMETIC, divisionName(quotient, signed), "(JJ)J");
                } else if (signed) {
                    code.op(quotient ? LDIV : LREM);
                } else {
                    code.invokeStatic("java/lang/Long", quotient ? "divideUnsigned" : "remainderUnsigned", "(JJ)J");
                }
            }
            case LSH, RSH, ARSH -> throw new AssertionError(op);
        }
    }

    /** Arithmetic that gives a pointer, or a value that may be one. */
    private void pointer(Alu alu, RegisterFact dst, RegisterFact src, Rep rep) {
        switch (rep.kind()) {
            case CONTEXT, MAP -> {
                // its offset stays zero
            }
            case PACKET, STACK -> {
                ints(alu.op(), alu.dst(), alu.src(), low(dst), low(src));
                values.popInt(alu.dst(), true);
            }
            case MAP_VALUE -> {
                longs(alu.op(), alu.dst(), alu.src(), dst, src);
                values.pop(alu.dst(), rep);
            }
            case SEGMENT, OBJECT -> {
                longs(alu.op(), alu.dst(), alu.src(), dst, src);
                pushBase(alu, dst, src, rep);
                values.pop(alu.dst(), rep);
            }
            case LONG, INT_SIGNED, INT_UNSIGNED, INT_POSITIVE -> throw new AssertionError(rep);
        }
    }

    private void pushBase(Alu alu, RegisterFact dst, RegisterFact src, Rep rep) {
        boolean addition = alu.op() == AluOp.ADD;
        if (!isPointer(src)) {
            push(alu.dst(), rep);
        } else if (addition && !isPointer(dst)) {
            push(alu.src().register(), rep);
        } else {
            values.pushObject(alu.dst());
            values.pushObject(alu.src().register());
            String objects = Types.field(Types.OBJECT) + Types.field(Types.OBJECT);
            code.invokeStatic(
                    Types.MEMORY,
                    addition ? "baseOfSum" : "baseOfDifference",
                    "(" + objects + ")" + Types.field(Types.OBJECT));
            if (rep.kind() == Rep.Kind.SEGMENT) {
                code.checkCast(Types.SEGMENT);
            }
        }
    }

    private void push(int register, Rep rep) {
        if (rep.kind() == Rep.Kind.SEGMENT) {
            values.pushSegment(register);
        } else {
            values.pushObject(register);
        }
    }

    void neg(Instruction.Neg neg) {
        if (neg.width() == Width.W32) {
            values.pushInt(neg.dst());
            code.op(INEG);
            values.popInt(neg.dst(), false);
        } else if (values.definedRep().isInt()) {
            values.pushInt(neg.dst());
            code.op(INEG);
            values.popInt(neg.dst(), true);
        } else {
            values.pushLong(neg.dst());
            code.op(LNEG);
            values.popLong(neg.dst());
        }
    }

    void mov(Instruction.Mov mov) {
        if (mov.signExtendFrom() != 0) {
            values.pushInt(mov.src());
            switch (mov.signExtendFrom()) {
                case 8 -> code.op(I2B);
                case 16 -> code.op(I2S);
                default -> {
                    // the int is the low 32 bits already
                }
            }
            values.popInt(mov.dst(), mov.width() == Width.W64);
        } else if (mov.width() == Width.W32) {
            values.pushInt(mov.src());
            values.popInt(mov.dst(), false);
        } else if (mov.src().isRegister()) {
            values.move(mov.src().register(), mov.dst());
        } else {
            constant(mov.dst(), mov.src().immediate());
        }
    }

    /** Gives the defined register a constant. */
    void constant(int dst, long value) {
        if (values.definedRep().isInt()) {
            code.iconst((int) value);
            values.popInt(dst, true);
        } else {
            code.lconst(value);
            values.popLong(dst);
        }
    }

    void swap(Instruction.ByteSwap swap) {
        boolean reverse = swap.kind() != Instruction.Swap.TO_LE;
        if (swap.bits() == 64) {
            values.pushLong(swap.dst());
            if (reverse) {
                code.invokeStatic("java/lang/Long", "reverseBytes", "(J)J");
            }
            values.popLong(swap.dst());
            return;
        }
        values.pushInt(swap.dst());
        if (swap.bits() == 16) {
            code.op(I2C);
            if (reverse) {
                code.invokeStatic("java/lang/Character", "reverseBytes", "(C)C");
            }
        } else if (reverse) {
            code.invokeStatic("java/lang/Integer", "reverseBytes", "(I)I");
        }
        values.popInt(swap.dst(), false);
    }
}
