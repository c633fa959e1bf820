/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.ArgType.Flag;
import io.github.bpf4j.runtime.helper.ArgType.Kind;
import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.helper.Support;
import java.util.Set;

/** Calls of kernel functions: iterators, regions, locks, dynptrs and the rest of the kfunc table. */
final class KfuncCalls {
    private static final int MAX_ERRNO = 4095;
    private static final int NATIVE_IRQ = 0;
    private static final int LOCK_IRQ = 1;
    /** Functions that may be called while a lock is held. */
    private static final Set<String> UNDER_LOCK = Set.of(
            "bpf_iter_num_new",
            "bpf_iter_num_next",
            "bpf_iter_num_destroy",
            "bpf_res_spin_lock",
            "bpf_res_spin_unlock",
            "bpf_res_spin_lock_irqsave",
            "bpf_res_spin_unlock_irqrestore");

    private final Analysis a;
    private final CallArguments arguments;
    private final StackObjects objects;
    private final Callbacks callbacks;
    private final StatePruning pruning;

    KfuncCalls(
            Analysis analysis,
            CallArguments arguments,
            StackObjects objects,
            Callbacks callbacks,
            StatePruning pruning) {
        this.a = analysis;
        this.arguments = arguments;
        this.objects = objects;
        this.callbacks = callbacks;
        this.pruning = pruning;
    }

    void call(int slot) throws VerifierException {
        int id = ((Instruction.Call) a.code.instructions[slot]).target();
        Kfunc kfunc = checkAllowed(id, a.functions.kfunc(slot));
        String name = kfunc.name();
        CallArguments.Facts call = arguments.check("kfunc " + name, plainArguments(kfunc), true);
        stackObjects(kfunc);
        regions(name);
        if (kfunc.support() == Support.REJECTED && !a.options.allowUnimplemented()) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotImplemented(name, kfunc.note()),
                    "kernel function " + name + " is not implemented: " + kfunc.note());
        }
        if (call.callback >= 0 && a.functions.callsLater(slot)) {
            callbacks.later(call.callback, java.util.Objects.requireNonNull(call.map));
        }
        int iterator = iteratorReference(kfunc);
        RegisterState iteratorPointer = a.frame().register(1).copy();
        if (name.startsWith("bpf_res_spin_lock")) {
            lockMayFail(slot, name);
        }
        FrameState frame = a.frame();
        for (int r = 1; r <= 5; r++) {
            frame.fresh(r).setNotInit();
        }
        result(kfunc, call, frame.fresh(0), iterator);
        if (kfunc.has(Kfunc.Flag.ITER_NEXT)) {
            next(slot, iteratorPointer);
        }
    }

    private Kfunc checkAllowed(int id, @org.jspecify.annotations.Nullable Kfunc kfunc) throws VerifierException {
        if (kfunc == null) {
            throw a.reject(-1, new Rejection.UnknownFunction(id), "kernel function #" + id + " is not known");
        }
        String name = kfunc.name();
        if (!Licenses.isGplCompatible(a.program.license())) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotAllowed(name, "the license is not GPL compatible"),
                    "cannot call kernel function from non-GPL compatible program");
        }
        if (a.state.resources.locks() > 0 && !UNDER_LOCK.contains(name)) {
            throw a.reject(
                    -1,
                    new Rejection.RegionMisuse("lock", "calls"),
                    "function calls are not allowed while holding a lock");
        }
        if (kfunc.has(Kfunc.Flag.SLEEPABLE)) {
            throw a.reject(
                    -1,
                    new Rejection.HelperNotAllowed(name, "it may sleep"),
                    "program must be sleepable to call sleepable kfunc " + name);
        }
        return kfunc;
    }

    /** Iterators and interrupt flags are handled here, after all other arguments. */
    private static java.util.List<ArgType> plainArguments(Kfunc kfunc) {
        boolean special = false;
        for (ArgType arg : kfunc.args()) {
            special |= arg.kind() == Kind.PTR_TO_ITER || arg.kind() == Kind.PTR_TO_IRQ_FLAG;
        }
        if (!special) {
            return kfunc.args();
        }
        return kfunc.args().stream()
                .map(arg -> arg.kind() == Kind.PTR_TO_ITER || arg.kind() == Kind.PTR_TO_IRQ_FLAG
                        ? ArgType.of(Kind.ANYTHING)
                        : arg)
                .toList();
    }

    private void stackObjects(Kfunc kfunc) throws VerifierException {
        String iterator = kfunc.iterator();
        for (int i = 0; i < kfunc.args().size(); i++) {
            ArgType arg = kfunc.args().get(i);
            int register = i + 1;
            if (arg.kind() == Kind.PTR_TO_ITER && iterator != null) {
                if (kfunc.has(Kfunc.Flag.ITER_NEW)) {
                    objects.createIterator(register, iterator, arg.size());
                } else if (kfunc.has(Kfunc.Flag.ITER_NEXT)) {
                    objects.useIterator(register, iterator, arg.size());
                } else {
                    HelperCalls.release(a, objects.destroyIterator(register, iterator, arg.size()));
                }
            } else if (arg.kind() == Kind.PTR_TO_IRQ_FLAG) {
                int kind = kfunc.name().contains("spin") ? LOCK_IRQ : NATIVE_IRQ;
                if (arg.has(Flag.UNINIT)) {
                    objects.saveIrq(register, kind);
                } else {
                    objects.restoreIrq(register, kind);
                }
            }
        }
    }

    private int iteratorReference(Kfunc kfunc) {
        if (!kfunc.has(Kfunc.Flag.ITER_NEXT)) {
            return 0;
        }
        return iteratorSlot(a.state, a.frame().register(1)).refObjId;
    }

    private static RegisterState iteratorSlot(VerifierState state, RegisterState pointer) {
        long off = pointer.off + pointer.bits.value();
        return state.frame(pointer.frame).slot((int) ((-off - 1) / 8));
    }

    /** The iterator gives an element on a path explored later, and none on this one. */
    private void next(int slot, RegisterState pointer) throws VerifierException {
        long off = pointer.off + pointer.bits.value();
        int index = (int) ((-off - 1) / 8);
        if (iteratorSlot(a.state, pointer).objectState == ACTIVE) {
            VerifierState previous = pruning.previousTurn(slot);
            VerifierState turn = a.push(slot + 1);
            RegisterState iterator = turn.ownFrame(pointer.frame).ownSlot(index);
            iterator.depth++;
            if (previous != null && !a.raw) {
                Widening.apply(previous, turn);
            }
            RegisterState element = turn.frame().own(0);
            element.type &= ~MAYBE_NULL;
            element.id = 0;
        }
        a.state.ownFrame(pointer.frame).ownSlot(index).objectState = StackObjects.DRAINED;
        a.frame().fresh(0).setKnownScalar(0);
    }

    private static final int ACTIVE = StackObjects.ACTIVE;

    private VerifierException region(String kind, String message) {
        return a.reject(-1, new Rejection.RegionMisuse(kind, message), message);
    }

    private void regions(String name) throws VerifierException {
        Resources held = a.state.resources;
        switch (name) {
            case "bpf_rcu_read_lock" -> {
                if (held.rcuDepth() > 0) {
                    throw region("rcu", "nested rcu read lock (kernel function " + name + ")");
                }
                a.state.resources = held.withRcu(1);
            }
            case "bpf_rcu_read_unlock" -> {
                if (held.rcuDepth() == 0) {
                    throw region("rcu", "unmatched rcu read unlock (kernel function " + name + ")");
                }
                a.state.resources = held.withRcu(0);
                endProtection();
            }
            case "bpf_preempt_disable" -> a.state.resources = held.withPreempt(held.preemptDepth() + 1);
            case "bpf_preempt_enable" -> {
                if (held.preemptDepth() == 0) {
                    throw region("preempt", "unmatched attempt to enable preemption (kernel function " + name + ")");
                }
                a.state.resources = held.withPreempt(held.preemptDepth() - 1);
            }
            default -> {}
        }
    }

    /** Pointers that were valid because of the section that ends here can only be read with fault checks from now on. */
    private void endProtection() {
        VerifierState state = a.state;
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                if ((frame.register(r).type & RCU) != 0) {
                    frame = state.ownFrame(f);
                    distrust(frame.own(r));
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                if (frame.isSpill(s) && (frame.slot(s).type & RCU) != 0) {
                    frame = state.ownFrame(f);
                    distrust(frame.ownSlot(s));
                }
            }
        }
    }

    private static void distrust(RegisterState pointer) {
        pointer.type = pointer.type & ~(RCU | MAYBE_NULL) | UNTRUSTED;
    }

    /** The lock may not be taken: then the call gives an error, and what it acquired is undone. */
    private void lockMayFail(int slot, String name) throws VerifierException {
        VerifierState failed = a.push(slot + 1);
        Resources.Entry[] entries = failed.resources.entries();
        for (int i = entries.length - 1; i >= 0; i--) {
            if (entries[i].slot() == slot
                    && (entries[i].kind() == Resources.Kind.RES_LOCK
                            || entries[i].kind() == Resources.Kind.RES_LOCK_IRQ
                            || entries[i].kind() == Resources.Kind.IRQ)) {
                failed.resources = failed.resources.without(entries[i].kind(), entries[i].id());
            }
        }
        if (name.endsWith("irqsave")) {
            RegisterState pointer = failed.frame().register(2);
            long off = pointer.off + pointer.bits.value();
            FrameState frame = failed.ownFrame(pointer.frame);
            int index = (int) ((-off - 1) / 8);
            frame.setSlotType(index, 0);
            frame.clearSlot(index);
        }
        FrameState frame = failed.frame();
        for (int r = 1; r <= 5; r++) {
            frame.fresh(r).setNotInit();
        }
        RegisterState error = frame.fresh(0);
        error.setUnknownScalar();
        error.smin = -MAX_ERRNO;
        error.smax = -1;
        error.sync();
    }

    private void result(Kfunc kfunc, CallArguments.Facts call, RegisterState r0, int iterator)
            throws VerifierException {
        ReturnType returns = kfunc.returns();
        switch (returns) {
            case VOID -> r0.setNotInit();
            case INTEGER -> {
                if (kfunc.name().startsWith("bpf_res_spin_lock")) {
                    r0.setKnownScalar(0);
                } else {
                    r0.setUnknownScalar();
                }
            }
            case DYNPTR_MEM_OR_NULL -> {
                boolean writable = kfunc.name().equals("bpf_dynptr_slice_rdwr");
                if (writable
                        && call.dynptrKind == StackObjects.DYNPTR_SKB
                        && !a.program.type().mayWritePacket()) {
                    throw a.reject(-1, new Rejection.PacketWrite(), "the prog does not allow writes to packet data");
                }
                r0.setPointer(MEM | MAYBE_NULL | (writable ? 0 : RDONLY));
                r0.memSize = (int) call.allocationSize;
                r0.id = a.newId();
                r0.dynptrId = call.dynptrId;
                r0.packetSlice = call.dynptrKind == StackObjects.DYNPTR_SKB;
            }
            case MEM_OR_NULL, RDONLY_MEM_OR_NULL -> {
                r0.setPointer(MEM | RDONLY | MAYBE_NULL);
                r0.memSize = kfunc.returnSize();
                r0.id = a.newId();
                r0.refObjId = iterator;
            }
            case RDONLY_MEM -> {
                r0.setPointer(MEM | RDONLY);
                r0.memSize = kfunc.returnSize();
            }
            case BTF_ID, BTF_ID_OR_NULL -> {
                boolean nullable = returns == ReturnType.BTF_ID_OR_NULL;
                boolean untrusted = kfunc.name().equals("bpf_rdonly_cast");
                r0.setPointer(BTF_ID | (untrusted ? UNTRUSTED : TRUSTED) | (nullable ? MAYBE_NULL : 0));
                r0.id = nullable ? a.newId() : 0;
            }
            case MAP_VALUE_OR_NULL, RINGBUF_MEM_OR_NULL, SOCK_COMMON_OR_NULL ->
                throw a.reject(
                        -1,
                        new Rejection.Unsupported("kernel objects"),
                        "kernel function " + kfunc.name() + " returns a kernel object");
        }
    }
}
