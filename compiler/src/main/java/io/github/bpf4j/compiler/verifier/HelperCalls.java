/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.PrintFormat;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.helper.Support;
import io.github.bpf4j.runtime.map.BpfMap;

/** Helper calls: who may call, whether the arguments fit, and what the call leaves behind. */
final class HelperCalls {
    private static final int MAX_ERRNO = 4095;
    private static final int SPIN_UNLOCK = 94;
    /** Most CPUs a kernel is built for, and more than a machine has workers. */
    private static final int MAX_CPUS = 8192;

    private static final int SNPRINTF_FORMAT = 3;
    private static final int SNPRINTF_DATA_SIZE = 5;

    private final Analysis a;
    private final MemoryAccess memory;
    private final CallArguments arguments;
    private final StackObjects objects;
    private final Callbacks callbacks;

    HelperCalls(
            Analysis analysis,
            MemoryAccess memory,
            CallArguments arguments,
            StackObjects objects,
            Callbacks callbacks) {
        this.objects = objects;
        this.callbacks = callbacks;
        this.a = analysis;
        this.memory = memory;
        this.arguments = arguments;
    }

    void call(int slot) throws VerifierException {
        int id = ((Instruction.Call) a.code.instructions[slot]).target();
        if (a.state.resources.locks() > 0 && id != SPIN_UNLOCK) {
            throw a.reject(
                    -1,
                    new Rejection.RegionMisuse("lock", "calls"),
                    "function calls are not allowed while holding a lock");
        }
        Helper helper = checkAllowed(id, a.functions.helper(slot));
        String name = helper.name();
        CallArguments.Facts call = arguments.check(name + "#" + id, helper.args(), helper.packetAccess());
        MapUse.check(a, id, name, call.map);
        if (name.equals("bpf_snprintf")) {
            checkFormat();
        }
        if (call.filledRegister != 0) {
            for (int i = 0; i < call.filledSize; i++) {
                memory.storeUnknown(call.filledRegister, i, 1);
            }
        }
        if (name.equals("bpf_tail_call")) {
            checkNothingHeld("tail_call");
        }
        if (call.releaseRegister != 0) {
            RegisterState released = a.frame().register(call.releaseRegister);
            if (released.refObjId != 0) {
                release(released);
            } else if (!released.isScalar()) {
                objects.releaseDynptr(call.releaseRegister);
            }
        }
        if (helper.support() == Support.REJECTED && !a.options.allowUnimplemented()) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotImplemented(name, helper.note()),
                    "helper " + name + "#" + id + " is not implemented: " + helper.note());
        }
        if (call.callback >= 0) {
            if (a.functions.callsBack(slot)) {
                callbacks.during(name, call.callback, call.map);
            } else if (a.functions.callsLater(slot)) {
                callbacks.later(call.callback, java.util.Objects.requireNonNull(call.map));
            }
        }
        FrameState frame = a.frame();
        for (int r = 1; r <= 5; r++) {
            frame.fresh(r).setNotInit();
        }
        result(helper, call, frame.fresh(0));
        boolean writesPacket = name.equals("bpf_dynptr_write") && call.dynptrKind == StackObjects.DYNPTR_SKB;
        if (helper.changesPacketData() || writesPacket) {
            PacketRanges.invalidate(a.state);
        }
    }

    private Helper checkAllowed(int id, @org.jspecify.annotations.Nullable Helper helper) throws VerifierException {
        if (helper == null) {
            String missing = a.program.unresolved().get(a.slot);
            if (missing != null) {
                throw a.reject(-1, new Rejection.UnresolvedRelocation(missing), missing);
            }
            String known = HelperTable.nameOf(id);
            if (id <= 0 || known == null) {
                throw a.reject(-1, new Rejection.UnknownFunction(id), "invalid func unknown#" + id);
            }
            throw notAllowed(known, id);
        }
        if (!a.raw && !helper.programTypes().contains(a.program.type())) {
            throw notAllowed(helper.name(), id);
        }
        if (helper.gplOnly() && !Licenses.isGplCompatible(a.program.license())) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotAllowed(helper.name(), "the license is not GPL compatible"),
                    "cannot call GPL-restricted function from non-GPL compatible program");
        }
        if (helper.mightSleep()) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotAllowed(helper.name(), "it may sleep"),
                    "helper call might sleep in a non-sleepable prog");
        }
        return helper;
    }

    /** The format of {@code bpf_snprintf} is a constant, so it is checked once and for all. */
    private void checkFormat() throws VerifierException {
        RegisterState format = a.frame().register(SNPRINTF_FORMAT);
        long bytes = a.frame().register(SNPRINTF_DATA_SIZE).bits.value();
        if (bytes % Long.BYTES != 0) {
            String message = "data_len " + bytes + " is not a multiple of 8";
            throw a.reject(
                    SNPRINTF_DATA_SIZE,
                    new Rejection.ArgumentSize(SNPRINTF_DATA_SIZE, "bpf_snprintf#165", message),
                    message);
        }
        BpfMap map = java.util.Objects.requireNonNull(MemoryAccess.mapOf(format).map);
        long offset = format.off + format.bits.value();
        if (PrintFormat.check(map.values(), offset, (int) (bytes / Long.BYTES)) != 0) {
            throw a.reject(
                    SNPRINTF_FORMAT,
                    new Rejection.InvalidFormat(SNPRINTF_FORMAT, bytes / Long.BYTES),
                    "Invalid format string");
        }
    }

    private VerifierException notAllowed(String name, int id) {
        return a.reject(
                -1,
                new Rejection.HelperNotAllowed(name, "programs of type " + a.program.type() + " cannot use it"),
                "program of this type cannot use helper " + name + "#" + id);
    }

    private void result(Helper helper, CallArguments.Facts call, RegisterState r0) {
        switch (helper.returns()) {
            case VOID -> r0.setNotInit();
            case INTEGER -> integer(helper, call, r0);
            case MAP_VALUE_OR_NULL -> {
                MapObject map = java.util.Objects.requireNonNull(call.map);
                boolean present = helper.name().equals("bpf_map_lookup_elem")
                        && call.constantKey >= 0
                        && call.constantKey < (map.definition.maxEntries() & 0xffff_ffffL);
                r0.setPointer(present ? MAP_VALUE : MAP_VALUE | MAYBE_NULL);
                r0.map = map;
                r0.mapUid = call.mapUid;
                if (!present || map.hasLock) {
                    r0.id = a.newId();
                }
            }
            case RINGBUF_MEM_OR_NULL -> {
                r0.setPointer(MEM | RINGBUF | MAYBE_NULL);
                r0.memSize = (int) call.allocationSize;
                a.newId();
                acquire(r0);
            }
            case DYNPTR_MEM_OR_NULL -> {
                r0.setPointer(MEM | MAYBE_NULL);
                r0.memSize = (int) call.allocationSize;
                r0.id = a.newId();
                r0.dynptrId = call.dynptrId;
                r0.packetSlice = call.dynptrKind == StackObjects.DYNPTR_SKB;
                r0.refObjId = call.dynptr == null ? 0 : call.dynptr.refObjId;
            }
            case MEM_OR_NULL, RDONLY_MEM_OR_NULL -> {
                r0.setPointer(MEM | MAYBE_NULL | (helper.returns() == ReturnType.RDONLY_MEM_OR_NULL ? RDONLY : 0));
                r0.id = a.newId();
            }
            case RDONLY_MEM -> r0.setPointer(MEM | RDONLY);
            case BTF_ID, BTF_ID_OR_NULL -> {
                boolean nullable = helper.returns() == ReturnType.BTF_ID_OR_NULL;
                r0.setPointer(BTF_ID | TRUSTED | (nullable ? MAYBE_NULL : 0));
                r0.struct = helper.returnedStruct();
                r0.id = nullable ? a.newId() : 0;
                if (call.exchanged != null) {
                    r0.setPointer(BTF_ID | MAYBE_NULL);
                    r0.struct = call.exchanged.struct();
                    acquire(r0);
                }
            }
            case SOCK_COMMON_OR_NULL -> {
                r0.setPointer(SOCK_COMMON | MAYBE_NULL);
                r0.id = a.newId();
            }
        }
    }

    private void acquire(RegisterState r0) {
        int id = a.newId();
        r0.id = id;
        r0.refObjId = id;
        a.state.resources = a.state.resources.with(new Resources.Entry(Resources.Kind.REFERENCE, id, a.slot, null));
    }

    private static void integer(Helper helper, CallArguments.Facts call, RegisterState r0) {
        r0.setUnknownScalar();
        switch (helper.name()) {
            case "bpf_get_task_stack", "bpf_probe_read_kernel_str", "bpf_probe_read_user_str" -> {
                if (call.maxSize >= 0 && call.maxSize <= Integer.MAX_VALUE) {
                    r0.smin = -MAX_ERRNO;
                    r0.smax = call.maxSize;
                    r0.s32min = -MAX_ERRNO;
                    r0.s32max = (int) call.maxSize;
                    r0.sync();
                }
            }
            case "bpf_get_smp_processor_id" -> {
                r0.umax = MAX_CPUS - 1;
                r0.u32max = MAX_CPUS - 1;
                r0.smin = 0;
                r0.smax = MAX_CPUS - 1;
                r0.s32min = 0;
                r0.s32max = MAX_CPUS - 1;
                r0.sync();
            }
            default -> {}
        }
    }

    /** Gives up the reference an argument holds: every copy of the pointer is void. */
    private void release(RegisterState pointer) throws VerifierException {
        release(a, pointer.refObjId);
    }

    /** Gives up a reference. */
    static void release(Analysis a, int id) throws VerifierException {
        Resources fewer = a.state.resources.without(Resources.Kind.REFERENCE, id);
        if (!a.state.resources.holds(Resources.Kind.REFERENCE, id)) {
            throw a.reject(-1, new Rejection.InvalidRelease(-1, "already released"), "release of unacquired reference");
        }
        a.state.resources = fewer;
        VerifierState state = a.state;
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                if (frame.register(r).refObjId == id) {
                    frame = state.ownFrame(f);
                    frame.fresh(r).setUnknownScalar();
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                if (frame.isSpill(s) && frame.slot(s).refObjId == id) {
                    frame = state.ownFrame(f);
                    frame.ownSlot(s).setUnknownScalar();
                }
            }
        }
    }

    /** Where the program ends or leaves for good, nothing may be held. */
    void checkNothingHeld(String where) throws VerifierException {
        Resources held = a.state.resources;
        if (held.locks() > 0) {
            String message = where + " cannot be used inside bpf_spin_lock-ed region";
            throw a.reject(-1, new Rejection.RegionMisuse("lock", message), message);
        }
        if (held.irqId() != 0) {
            String message = where + " cannot be used inside bpf_local_irq_save-ed region";
            throw a.reject(-1, new Rejection.RegionMisuse("irq", message), message);
        }
        if (held.rcuDepth() > 0) {
            String message = where + " cannot be used inside bpf_rcu_read_lock-ed region";
            throw a.reject(-1, new Rejection.RegionMisuse("rcu", message), message);
        }
        if (held.preemptDepth() > 0) {
            String message = where + " cannot be used inside bpf_preempt_disable-ed region";
            throw a.reject(-1, new Rejection.RegionMisuse("preempt", message), message);
        }
        for (Resources.Entry entry : held.entries()) {
            if (entry.kind() == Resources.Kind.REFERENCE) {
                if (a.log != null) {
                    a.log.note(where + " would lead to reference leak");
                }
                throw a.reject(
                        -1,
                        new Rejection.UnreleasedReference(entry.id(), entry.slot()),
                        "Unreleased reference id=" + entry.id() + " alloc_insn=" + entry.slot());
            }
        }
    }
}
