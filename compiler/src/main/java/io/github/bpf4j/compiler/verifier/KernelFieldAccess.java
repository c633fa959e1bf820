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

    /**
     * Makes the result of a load the pointer in a field.
     *
     * @param pointer to a kernel object, not NULL
     * @param dst the register loaded, negative to check only
     * @return false if the load reads something else than a {@link KernelField}, or through a pointer that is not trusted
     */
    static boolean follow(Analysis a, RegisterState pointer, int off, int size, int dst) {
        boolean valid = (pointer.type & (TRUSTED | RCU)) != 0 && pointer.isConstant() && size == KernelField.BYTES;
        KernelField field = valid ? KernelField.at((long) off + pointer.off + pointer.bits.value()) : null;
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
