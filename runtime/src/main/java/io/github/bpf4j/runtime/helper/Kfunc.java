/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of the kfunc table. All kfuncs may be called from programs of all four LWT types and need a GPL compatible license. A kfunc
 * whose C type is {@code int} or narrower leaves its result zero-extended in {@code r0}, as on x86-64. Immutable.
 *
 * @param id the number that stands in a call instruction after relocation: position in {@link KfuncTable#rows()}, from 1
 * @param name the name, {@code bpf_dynptr_slice}
 * @param returns what is left in {@code r0}
 * @param returnSize bytes of memory behind a returned {@link ReturnType#MEM_OR_NULL}; else 0
 * @param args up to five arguments
 * @param flags the kernel's {@code KF_*} flags
 * @param support how far it is implemented
 * @param implementation the Java method; null exactly if {@code support} is {@link Support#REJECTED}
 * @param xmitImplementation the Java method in programs of type LWT_XMIT if it is another one, else null; use
 *     {@link #implementation(ProgramType)}
 * @param note why it is rejected, or what stands behind it; empty if it is as in Linux
 * @see <a href="https://docs.kernel.org/bpf/kfuncs.html">BPF Kernel Functions</a>
 */
public record Kfunc(
        int id,
        String name,
        ReturnType returns,
        int returnSize,
        List<ArgType> args,
        Set<Flag> flags,
        Support support,
        @Nullable Implementation implementation,
        @Nullable Implementation xmitImplementation,
        String note)
        implements KernelFunction {
    /** The {@code KF_*} flags of {@code linux/btf.h}. */
    public enum Flag {
        /** Returns a reference that must be released. */
        ACQUIRE,
        /** Gives up the reference in its argument. */
        RELEASE,
        /** May return NULL; on {@code bpf_res_spin_lock}, may fail. */
        RET_NULL,
        /** Pointer arguments must be trusted and not NULL. */
        TRUSTED_ARGS,
        /** Only sleepable programs may call it. */
        SLEEPABLE,
        /** May reboot or panic the machine. */
        DESTRUCTIVE,
        /** Pointer arguments may be RCU protected. */
        RCU,
        /** Initialises an iterator. */
        ITER_NEW,
        /** Advances an iterator and returns an element or NULL. */
        ITER_NEXT,
        /** Ends an iterator. */
        ITER_DESTROY,
        /** The iterator may be used inside an RCU read section only. */
        RCU_PROTECTED,
        /** Inlined by the verifier. */
        FASTCALL,
        /** Returns an arena pointer. */
        ARENA_RET,
        /** The first argument is an arena pointer. */
        ARENA_ARG1,
        /** The second argument is an arena pointer. */
        ARENA_ARG2
    }

    /** Checks the row. */
    public Kfunc {
        args = List.copyOf(args);
        flags = Set.copyOf(flags);
        FunctionRow.check(name, args, support, implementation);
    }

    /**
     * Whether a flag is set.
     *
     * @param flag the flag
     * @return whether it is set
     */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /**
     * The iterator that this function creates, advances or ends.
     *
     * @return the part of the name behind {@code bpf_iter_}, such as {@code num}, or null if it is not an iterator function
     */
    public @Nullable String iterator() {
        if (!has(Flag.ITER_NEW) && !has(Flag.ITER_NEXT) && !has(Flag.ITER_DESTROY)) {
            return null;
        }
        return name.substring("bpf_iter_".length(), name.lastIndexOf('_'));
    }
}
