/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.helper.ArgType.Flag;
import io.github.bpf4j.runtime.helper.ArgType.Kind;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row of the helper table. Without other words a helper may be called from all four LWT types, needs no GPL license and leaves
 * packet pointers valid.
 */
final class HelperRow extends FunctionRow<HelperRow, Helper> {
    static final ArgType ANYTHING = ArgType.of(Kind.ANYTHING);
    static final ArgType ADDRESS = ArgType.of(Kind.ADDRESS);
    static final ArgType UNCHECKED = ArgType.of(Kind.UNCHECKED);
    static final ArgType CTX = ArgType.of(Kind.PTR_TO_CTX);
    static final ArgType MAP = ArgType.of(Kind.CONST_MAP_PTR);
    static final ArgType MAP_KEY = ArgType.of(Kind.PTR_TO_MAP_KEY);
    static final ArgType MAP_VALUE = ArgType.of(Kind.PTR_TO_MAP_VALUE);
    static final ArgType MAP_VALUE_OR_NULL = ArgType.of(Kind.PTR_TO_MAP_VALUE, Flag.OR_NULL);
    static final ArgType UNINIT_MAP_VALUE = ArgType.of(Kind.PTR_TO_MAP_VALUE, Flag.UNINIT, Flag.WRITE);
    static final ArgType MEM = ArgType.of(Kind.PTR_TO_MEM, Flag.RDONLY);
    static final ArgType MEM_OR_NULL = ArgType.of(Kind.PTR_TO_MEM, Flag.OR_NULL, Flag.RDONLY);
    static final ArgType WRITABLE_MEM = ArgType.of(Kind.PTR_TO_MEM, Flag.WRITE);
    static final ArgType WRITABLE_MEM_OR_NULL = ArgType.of(Kind.PTR_TO_MEM, Flag.OR_NULL, Flag.WRITE);
    static final ArgType UNINIT_MEM = ArgType.of(Kind.PTR_TO_MEM, Flag.UNINIT, Flag.WRITE);
    static final ArgType UNINIT_LONG = ArgType.memory(Long.BYTES, Flag.UNINIT, Flag.WRITE, Flag.ALIGNED);
    static final ArgType SIZE = ArgType.of(Kind.CONST_SIZE);
    static final ArgType SIZE_OR_ZERO = ArgType.of(Kind.CONST_SIZE_OR_ZERO);
    static final ArgType ALLOC_SIZE = ArgType.of(Kind.CONST_ALLOC_SIZE_OR_ZERO);
    static final ArgType RINGBUF_MEM = ArgType.of(Kind.PTR_TO_RINGBUF_MEM, Flag.RELEASE);
    static final ArgType SPIN_LOCK = ArgType.of(Kind.PTR_TO_SPIN_LOCK);
    static final ArgType TIMER = ArgType.of(Kind.PTR_TO_TIMER);
    static final ArgType FUNC = ArgType.of(Kind.PTR_TO_FUNC);
    static final ArgType STACK_OR_NULL = ArgType.of(Kind.PTR_TO_STACK, Flag.OR_NULL);
    static final ArgType CONST_STR = ArgType.of(Kind.PTR_TO_CONST_STR);
    static final ArgType DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR, Flag.RDONLY);
    static final ArgType RINGBUF_DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR, Flag.DYNPTR_RINGBUF, Flag.RELEASE);
    static final ArgType UNINIT_LOCAL_DYNPTR = ArgType.of(Kind.PTR_TO_DYNPTR, Flag.DYNPTR_UNINIT, Flag.DYNPTR_LOCAL);
    static final ArgType UNINIT_RINGBUF_DYNPTR =
            ArgType.of(Kind.PTR_TO_DYNPTR, Flag.DYNPTR_UNINIT, Flag.DYNPTR_RINGBUF);
    static final ArgType SOCK_COMMON = ArgType.of(Kind.PTR_TO_SOCK_COMMON);
    static final ArgType BTF_ID = ArgType.of(Kind.PTR_TO_BTF_ID);
    static final ArgType BTF_ID_OR_NULL = ArgType.of(Kind.PTR_TO_BTF_ID, Flag.OR_NULL);
    static final ArgType TASK = ArgType.object("task_struct");
    static final ArgType TASK_OR_NULL = ArgType.object("task_struct", Flag.OR_NULL);
    static final ArgType CGROUP_OR_NULL = ArgType.object("cgroup", Flag.OR_NULL);
    static final ArgType KPTR_OR_NULL = ArgType.of(Kind.PTR_TO_BTF_ID, Flag.OR_NULL, Flag.RELEASE);
    static final ArgType KPTR_XCHG_DEST = ArgType.of(Kind.KPTR_XCHG_DEST);
    static final ArgType PERCPU_BTF_ID = ArgType.of(Kind.PTR_TO_PERCPU_BTF_ID);

    private final int id;
    private String returnedStruct = "";
    private Set<ProgramType> types = ProgramType.LWT;
    private boolean gplOnly;
    private boolean packetAccess;
    private boolean changesPacketData;
    private boolean mightSleep;

    private HelperRow(int id, String name) {
        super(name);
        this.id = id;
    }

    static HelperRow helper(int id, String name) {
        return new HelperRow(id, name);
    }

    @Override
    HelperRow self() {
        return this;
    }

    /** Says that a pointer to a kernel object of this struct is returned, never NULL. */
    HelperRow returnsObject(String struct) {
        returnedStruct = struct;
        return returns(ReturnType.BTF_ID);
    }

    HelperRow onlyIn(ProgramType first, ProgramType... rest) {
        types = EnumSet.of(first, rest);
        return this;
    }

    HelperRow gplOnly() {
        gplOnly = true;
        return this;
    }

    HelperRow packetAccess() {
        packetAccess = true;
        return this;
    }

    HelperRow changesPacketData() {
        changesPacketData = true;
        return this;
    }

    HelperRow mightSleep() {
        mightSleep = true;
        return this;
    }

    @Override
    Helper build(Support support, @Nullable Implementation implementation, String note) {
        return new Helper(
                id,
                name,
                returns,
                returnedStruct,
                args,
                types,
                gplOnly,
                packetAccess,
                changesPacketData,
                mightSleep,
                support,
                implementation,
                xmit,
                note);
    }
}
