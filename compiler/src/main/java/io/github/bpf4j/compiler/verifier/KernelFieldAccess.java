/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.load.KernelField;

/** Loads of pointers from objects of the kernel's that lead to other such objects, protected by read-copy-update as in Linux. */
final class KernelFieldAccess {
    private KernelFieldAccess() {}

    /** Refuses places before the object and places that depend on a number. */
    static void checkPlace(Analysis a, int register, RegisterState pointer, int off) throws VerifierException {
        long at = (long) off + pointer.off;
        String wrong = at < 0
                ? "negative access: off=" + at
                : pointer.isConstant() && pointer.bits.value() == 0
                        ? null
                        : "variable offset: off=" + at + ", var_off=" + pointer.bits;
        if (wrong != null) {
            String message = "R" + register + " is ptr_" + pointer.struct + " invalid " + wrong;
            throw a.reject(register, new Rejection.PointerArithmetic(register, name(pointer.type), message), message);
        }
    }

    /**
     * Makes the result of a load the pointer in a field.
     *
     * @param pointer to a kernel object, not NULL, as {@link #checkPlace} has it
     * @param dst the register loaded, negative to check only
     * @return false if the load reads something else than a {@link KernelField}, or through a pointer that is not trusted
     */
    static boolean follow(Analysis a, RegisterState pointer, int off, int size, int dst) {
        boolean valid = (pointer.type & (TRUSTED | RCU)) != 0 && size == KernelField.BYTES;
        KernelField field = valid ? KernelField.at((long) off + pointer.off) : null;
        if (field == null || !field.struct().equals(pointer.struct)) {
            return false;
        }
        if (dst >= 0) {
            RegisterState result = a.frame().fresh(dst);
            result.setPointer(BTF_ID | RCU);
            result.struct = field.target();
        }
        return true;
    }
}
