/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction.AluOp;

/**
 * Numbers that are -1 or 0, as a shift that leaves only the sign makes them, and compilers use to choose between constants without a branch: {@code x &= c}
 * is then {@code c} or 0. As Linux does, what becomes of -1 and of 0 is explored apart, since a range would have to contain all in between.
 */
final class SignMasks {
    private final Analysis a;

    SignMasks(Analysis analysis) {
        this.a = analysis;
    }

    /** Before an operation on a register: goes on with -1 and leaves 0 for later, if it is one of both and the result a constant each time. */
    void split(AluOp op, int dst, RegisterState right) throws VerifierException {
        if (op != AluOp.AND && op != AluOp.OR || !right.isConstant()) {
            return;
        }
        RegisterState mask = a.frame().register(dst);
        boolean isWhole = mask.smin == -1 && mask.smax == 0;
        if (!isWhole && (mask.s32min != -1 || mask.s32max != 0)) {
            return;
        }
        VerifierState other = a.push(a.slot);
        assign(other.frame().own(dst), 0, isWhole);
        assign(a.frame().own(dst), -1, isWhole);
    }

    private static void assign(RegisterState register, int value, boolean isWhole) {
        if (isWhole) {
            register.setKnownScalar(value);
        } else {
            register.setLow(value);
        }
    }
}
