/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;

/** Arithmetic with a pointer: which operations are allowed, and the offset they give. */
final class PointerArithmetic {
    private final Analysis a;

    PointerArithmetic(Analysis analysis) {
        this.a = analysis;
    }

    /**
     * {@code dst = pointer op offset} with 64-bit operands.
     *
     * @param dst the register that receives the result; holds the pointer or the scalar before
     * @param pointer a pointer
     * @param offset a scalar
     */
    void apply(AluOp op, boolean is32, int dst, RegisterState pointer, RegisterState offset) throws VerifierException {
        boolean known = offset.isConstant();
        if ((known && (offset.smin != offset.smax || offset.umin != offset.umax))
                || offset.smin > offset.smax
                || Long.compareUnsigned(offset.umin, offset.umax) > 0) {
            // The bounds come from a branch that cannot be taken.
            a.frame().fresh(dst).setUnknownScalar();
            return;
        }
        if (is32) {
            if (op == AluOp.SUB) {
                a.frame().fresh(dst).setUnknownScalar();
                return;
            }
            throw reject(dst, pointer, "R" + dst + " 32-bit pointer arithmetic prohibited");
        }
        if (pointer.maybeNull()) {
            throw reject(
                    dst,
                    pointer,
                    "R" + dst + " pointer arithmetic on " + name(pointer.type) + " prohibited, null-check it first");
        }
        switch (pointer.baseType()) {
            case CTX, STACK, PACKET, MAP_VALUE, MAP_KEY, MEM, BTF_ID, FUNC, DYNPTR, RAW_MEM, ARENA -> {}
            default -> {
                if (!(pointer.baseType() == MAP && known && offset.smin == 0 && op == AluOp.ADD)) {
                    throw reject(
                            dst, pointer, "R" + dst + " pointer arithmetic on " + name(pointer.type) + " prohibited");
                }
            }
        }
        if (!a.raw) {
            checkOffset(dst, offset, pointer);
            checkOffset(dst, pointer, pointer);
        }
        boolean subtractFromScalar = a.frame().register(dst) == offset;
        RegisterState result = pointer.copy();
        switch (op) {
            case ADD -> {
                long fixed = pointer.off + offset.smin;
                if (known && fixed == (int) fixed) {
                    result.off = (int) fixed;
                } else {
                    addVariable(result, offset);
                    movedPacketPointer(result, true);
                }
            }
            case SUB -> {
                if (subtractFromScalar) {
                    throw reject(dst, pointer, "R" + dst + " tried to subtract pointer from scalar");
                }
                if (pointer.type == STACK) {
                    throw reject(dst, pointer, "R" + dst + " subtraction from stack pointer prohibited");
                }
                long fixed = pointer.off - offset.smin;
                if (known && fixed == (int) fixed) {
                    result.off = (int) fixed;
                } else {
                    subtractVariable(result, offset);
                    movedPacketPointer(result, offset.smin < 0);
                }
            }
            case AND, OR, XOR ->
                throw reject(dst, pointer, "R" + dst + " bitwise operator " + symbol(op) + " on pointer prohibited");
            default ->
                throw reject(
                        dst, pointer, "R" + dst + " pointer arithmetic with " + symbol(op) + " operator prohibited");
        }
        if (!a.raw) {
            checkOffset(dst, result, pointer);
        }
        result.sync();
        a.frame().fresh(dst).assign(result);
    }

    private void movedPacketPointer(RegisterState result, boolean rangeLost) {
        if (result.type == PACKET) {
            result.id = a.newId();
            if (rangeLost) {
                result.range = 0;
            }
        }
    }

    private static void addVariable(RegisterState r, RegisterState offset) {
        long min = r.smin + offset.smin;
        long max = r.smax + offset.smax;
        if (AluTransfer.addOverflows(r.smin, offset.smin, min) || AluTransfer.addOverflows(r.smax, offset.smax, max)) {
            r.smin = Long.MIN_VALUE;
            r.smax = Long.MAX_VALUE;
        } else {
            r.smin = min;
            r.smax = max;
        }
        long umin = r.umin + offset.umin;
        long umax = r.umax + offset.umax;
        if (Long.compareUnsigned(umin, offset.umin) < 0 || Long.compareUnsigned(umax, offset.umax) < 0) {
            r.umin = 0;
            r.umax = -1;
        } else {
            r.umin = umin;
            r.umax = umax;
        }
        r.bits = r.bits.add(offset.bits);
        r.setUnbounded32();
    }

    private static void subtractVariable(RegisterState r, RegisterState offset) {
        long min = r.smin - offset.smax;
        long max = r.smax - offset.smin;
        if (AluTransfer.subtractOverflows(r.smin, offset.smax, min)
                || AluTransfer.subtractOverflows(r.smax, offset.smin, max)) {
            r.smin = Long.MIN_VALUE;
            r.smax = Long.MAX_VALUE;
        } else {
            r.smin = min;
            r.smax = max;
        }
        if (Long.compareUnsigned(r.umin, offset.umax) < 0) {
            r.umin = 0;
            r.umax = -1;
        } else {
            r.umin -= offset.umax;
            r.umax -= offset.umin;
        }
        r.bits = r.bits.subtract(offset.bits);
        r.setUnbounded32();
    }

    /** Offsets stay far from overflow, so that later checks may add to them. */
    private void checkOffset(int dst, RegisterState r, RegisterState pointer) throws VerifierException {
        String kind = name(pointer.type);
        boolean known = r.isConstant();
        long value = r.bits.value();
        if (known && (value >= MAX_OFFSET || value <= -MAX_OFFSET)) {
            throw reject(dst, pointer, "math between " + kind + " pointer and " + value + " is not allowed");
        }
        // Of a scalar, the distance from those it is linked with: Linux keeps it in the same place.
        if (r.off >= MAX_OFFSET || r.off <= -MAX_OFFSET) {
            throw reject(dst, pointer, kind + " pointer offset " + r.off + " is not allowed");
        }
        if (r.smin == Long.MIN_VALUE) {
            throw reject(
                    dst,
                    pointer,
                    "math between " + kind + " pointer and register with unbounded min value is not allowed");
        }
        if (r.smin >= MAX_OFFSET || r.smin <= -MAX_OFFSET) {
            throw reject(dst, pointer, "value " + r.smin + " makes " + kind + " pointer be out of bounds");
        }
    }

    private VerifierException reject(int register, RegisterState pointer, String message) {
        return a.reject(register, new Rejection.PointerArithmetic(register, name(pointer.type), message), message);
    }

    static String symbol(AluOp op) {
        return switch (op) {
            case ADD -> "+=";
            case SUB -> "-=";
            case MUL -> "*=";
            case DIV, SDIV -> "/=";
            case OR -> "|=";
            case AND -> "&=";
            case LSH -> "<<=";
            case RSH -> ">>=";
            case MOD, SMOD -> "%=";
            case XOR -> "^=";
            case ARSH -> "s>>=";
        };
    }
}
