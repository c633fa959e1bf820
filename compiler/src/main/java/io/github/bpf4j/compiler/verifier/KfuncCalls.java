/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.helper.Kfunc;

/** Calls of kernel functions. */
final class KfuncCalls {
    private final Analysis a;

    KfuncCalls(Analysis analysis) {
        this.a = analysis;
    }

    void call(int slot) throws VerifierException {
        Kfunc kfunc = a.functions.kfunc(slot);
        int id = ((Instruction.Call) a.code.instructions[slot]).target();
        if (kfunc == null) {
            throw a.reject(-1, new Rejection.UnknownFunction(id), "kernel function " + id + " is not known");
        }
        throw a.reject(
                -1,
                new Rejection.HelperNotImplemented(kfunc.name(), kfunc.note()),
                "kernel function " + kfunc.name() + " is not implemented: " + kfunc.note());
    }
}
