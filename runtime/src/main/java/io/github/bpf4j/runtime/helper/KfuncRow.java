/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.helper.ArgType.Flag;
import io.github.bpf4j.runtime.helper.ArgType.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one row of the kfunc table. Without other words a kfunc has no flags. */
final class KfuncRow extends FunctionRow<KfuncRow, Kfunc> {
    static final ArgType SCALAR = ArgType.of(Kind.SCALAR);
    static final ArgType CONSTANT = ArgType.of(Kind.CONST_SCALAR);
    static final ArgType MUTABLE_DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR);
    static final ArgType UNINIT_DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR, Flag.DYNPTR_UNINIT);
    static final ArgType UNINIT_SKB_DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR, Flag.DYNPTR_UNINIT, Flag.DYNPTR_SKB);
    static final ArgType RES_SPIN_LOCK = ArgType.of(Kind.PTR_TO_RES_SPIN_LOCK);
    static final ArgType IRQ_FLAG = ArgType.of(Kind.PTR_TO_IRQ_FLAG, Flag.RELEASE);
    static final ArgType UNINIT_IRQ_FLAG = ArgType.of(Kind.PTR_TO_IRQ_FLAG, Flag.UNINIT);
    static final ArgType WORKQUEUE = ArgType.of(Kind.PTR_TO_WORKQUEUE);
    static final ArgType TASK_WORK = ArgType.of(Kind.PTR_TO_TASK_WORK);
    static final ArgType IGNORED = ArgType.of(Kind.IGNORED);

    private int returnSize;
    private Set<Kfunc.Flag> flags = Set.of();

    private KfuncRow(String name) {
        super(name);
    }

    static KfuncRow kfunc(String name) {
        return new KfuncRow(name);
    }

    static ArgType iterator(int size) {
        return new ArgType(Kind.PTR_TO_ITER, Set.of(), size, "");
    }

    static ArgType newIterator(int size) {
        return new ArgType(Kind.PTR_TO_ITER, Set.of(Flag.UNINIT), size, "");
    }

    static ArgType memory(int size) {
        return ArgType.memory(size, Flag.WRITE);
    }

    @Override
    KfuncRow self() {
        return this;
    }

    KfuncRow returns(ReturnType returns, int size) {
        returnSize = size;
        return returns(returns);
    }

    KfuncRow flags(Kfunc.Flag first, Kfunc.Flag... rest) {
        flags = EnumSet.of(first, rest);
        return this;
    }

    @Override
    Kfunc build(Support support, @Nullable Implementation implementation, String note) {
        return new Kfunc(0, name, returns, returnSize, args, flags, support, implementation, xmit, note);
    }
}
