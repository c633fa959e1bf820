/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a helper or kfunc expects in one argument: the kernel's {@code enum bpf_arg_type} and its modifier flags. Immutable.
 *
 * @param kind the base type
 * @param flags modifiers
 * @param size bytes of memory behind a pointer of fixed size; 0 if another argument or the map gives the size
 * @param struct name of the kernel's struct that {@link Kind#PTR_TO_BTF_ID} points to; empty for others, and where any will do
 */
public record ArgType(Kind kind, Set<Flag> flags, int size, String struct) {

    /** Base types. */
    public enum Kind {
        /** Any initialised value. */
        ANYTHING(Passing.NUMBER),
        /** A number, not a pointer. */
        SCALAR(Passing.NUMBER),
        /** Any initialised value taken as an address, pointer or number, that the function reads with a fault check. */
        ADDRESS(Passing.ADDRESS),
        /**
         * Like {@link #ADDRESS}, but the verifier does not look at the register, which need not be initialised: variadic arguments and
         * kfunc arguments named {@code __ign}. An unreadable register is passed as null and zero.
         */
        UNCHECKED(Passing.ADDRESS),
        /** A scalar known at load time ({@code __k}). */
        CONST_SCALAR(Passing.NUMBER),
        /** The context. */
        PTR_TO_CTX(Passing.CONTEXT),
        /** A map constant. */
        CONST_MAP_PTR(Passing.MAP),
        /** Memory of the map's key size. */
        PTR_TO_MAP_KEY(Passing.MEMORY),
        /** Memory of the map's value size. */
        PTR_TO_MAP_VALUE(Passing.MEMORY),
        /** Memory whose size is {@link ArgType#size} or the next argument. */
        PTR_TO_MEM(Passing.MEMORY),
        /** Size of the memory in the argument before, not zero; bounded, not necessarily constant. */
        CONST_SIZE(Passing.NUMBER),
        /** Size of the memory in the argument before, may be zero. */
        CONST_SIZE_OR_ZERO(Passing.NUMBER),
        /**
         * A constant size of the memory that the call returns. Behind a {@link #PTR_TO_MEM} ({@code __szk}) it is that
         * memory's size too.
         */
        CONST_ALLOC_SIZE_OR_ZERO(Passing.NUMBER),
        /** A ring buffer record. */
        PTR_TO_RINGBUF_MEM(Passing.MEMORY),
        /** A {@code bpf_spin_lock} in a map value. */
        PTR_TO_SPIN_LOCK(Passing.MEMORY),
        /** A {@code bpf_res_spin_lock} in a map value. */
        PTR_TO_RES_SPIN_LOCK(Passing.MEMORY),
        /** A {@code bpf_timer} in a map value. */
        PTR_TO_TIMER(Passing.MEMORY),
        /** A {@code bpf_wq} in a map value. */
        PTR_TO_WORKQUEUE(Passing.MEMORY),
        /** A subprogram. */
        PTR_TO_FUNC(Passing.CALLBACK),
        /** The callback's own argument, a stack pointer or NULL. */
        PTR_TO_STACK(Passing.MEMORY),
        /** A NUL-terminated string in a read-only map. */
        PTR_TO_CONST_STR(Passing.MEMORY),
        /** A dynptr on the stack. */
        PTR_TO_DYNPTR(Passing.MEMORY),
        /** An iterator on the stack. */
        PTR_TO_ITER(Passing.MEMORY),
        /** The saved flags of {@code bpf_local_irq_save} on the stack. */
        PTR_TO_IRQ_FLAG(Passing.MEMORY),
        /** Destination of {@code bpf_kptr_xchg}. */
        KPTR_XCHG_DEST(Passing.MEMORY),
        /** A kernel object. */
        PTR_TO_BTF_ID(Passing.OBJECT),
        /** A socket, as {@code skb->sk} gives it. */
        PTR_TO_SOCK_COMMON(Passing.OBJECT),
        /** A {@code bpf_task_work} in a map value. */
        PTR_TO_TASK_WORK(Passing.MEMORY),
        /** A per-CPU kernel variable. */
        PTR_TO_PERCPU_BTF_ID(Passing.OBJECT),
        /** Filled in by the verifier and not set by the program ({@code __prog}); the method gets zero. */
        IGNORED(Passing.ZERO);

        private final Passing passing;

        Kind(Passing passing) {
            this.passing = passing;
        }

        /**
         * How the argument reaches the Java method.
         *
         * @return which parameters it becomes
         */
        public Passing passing() {
            return passing;
        }
    }

    /** Modifiers. */
    public enum Flag {
        /** NULL is accepted. */
        OR_NULL,
        /** The function only reads the memory. */
        RDONLY,
        /** The function writes the memory, which need not be initialised. */
        UNINIT,
        /** The function writes the memory. */
        WRITE,
        /** The memory must be aligned to its size. */
        ALIGNED,
        /** The call gives up the reference that this argument holds. */
        RELEASE,
        /** The dynptr must not be initialised yet; the call initialises it. */
        DYNPTR_UNINIT,
        /** The dynptr must be one over local memory ({@code bpf_dynptr_from_mem}). */
        DYNPTR_LOCAL,
        /** The dynptr must be one over a ring buffer record. */
        DYNPTR_RINGBUF,
        /** The dynptr must be one over a packet. */
        DYNPTR_SKB
    }

    /** Copies the flags. */
    public ArgType {
        flags = flags.isEmpty() ? Set.of() : Set.copyOf(flags);
    }

    /**
     * An argument without modifiers.
     *
     * @param kind the base type
     * @return the type
     */
    public static ArgType of(Kind kind) {
        return new ArgType(kind, Set.of(), 0, "");
    }

    /**
     * An argument with modifiers.
     *
     * @param kind the base type
     * @param first a modifier
     * @param rest more modifiers
     * @return the type
     */
    public static ArgType of(Kind kind, Flag first, Flag... rest) {
        return new ArgType(kind, EnumSet.of(first, rest), 0, "");
    }

    /**
     * A pointer to memory of fixed size.
     *
     * @param size bytes
     * @param first a modifier
     * @param rest more modifiers
     * @return the type
     */
    public static ArgType memory(int size, Flag first, Flag... rest) {
        return new ArgType(Kind.PTR_TO_MEM, EnumSet.of(first, rest), size, "");
    }

    /**
     * A pointer to a kernel object.
     *
     * @param struct name of its struct
     * @param modifiers modifiers
     * @return the type
     */
    public static ArgType object(String struct, Flag... modifiers) {
        return new ArgType(Kind.PTR_TO_BTF_ID, Set.of(modifiers), 0, struct);
    }

    /**
     * Whether a modifier is set.
     *
     * @param flag the modifier
     * @return whether it is set
     */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
