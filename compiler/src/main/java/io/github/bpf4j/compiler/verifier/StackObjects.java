/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

/** Objects that live on the stack and that programs handle through functions only: dynptrs, iterators and saved interrupt flags. */
final class StackObjects {
    /** State of an iterator that may have another element. */
    static final int ACTIVE = 1;
    /** State of an iterator that has none left. */
    static final int DRAINED = 2;

    /** Kinds of dynptr. */
    static final int DYNPTR_LOCAL = 1;

    static final int DYNPTR_RINGBUF = 2;
    static final int DYNPTR_SKB = 3;

    private static final int DYNPTR_SLOTS = 2;

    private final Analysis a;
    private final StackAccess stack;

    StackObjects(Analysis analysis, StackAccess stack) {
        this.a = analysis;
        this.stack = stack;
    }

    static String kindName(int kind) {
        return switch (kind) {
            case DYNPTR_LOCAL -> "local";
            case DYNPTR_RINGBUF -> "ringbuf";
            case DYNPTR_SKB -> "skb";
            default -> "";
        };
    }

    private VerifierException misuse(int register, String message) {
        return a.reject(register, new Rejection.StackObjectMisuse(register, message), message);
    }

    /** The slot at the lowest address of an object of {@code count} slots, or -1 if that is out of the frame. */
    private int slotOf(int register, RegisterState pointer, int count, String what) throws VerifierException {
        if (!pointer.hasConstantOffset()) {
            throw misuse(register, what + " has to be at a constant offset");
        }
        long off = pointer.off + pointer.bits.value();
        if (off % 8 != 0) {
            throw misuse(register, "cannot pass in " + what + " at an offset=" + off);
        }
        int slot = (int) ((-off - 1) / 8);
        if (off >= 0 || slot + 1 < count) {
            throw misuse(register, "cannot pass in " + what + " at an offset=" + off);
        }
        return slot >= FrameState.SLOTS ? -1 : slot;
    }

    /** Makes room: the stores a function does to initialise an object. */
    private FrameState claim(int register, RegisterState pointer, int count, int slot) throws VerifierException {
        long off = pointer.off + pointer.bits.value();
        stack.checkBounds(register, pointer, pointer.off, 8 * count, true);
        for (int i = 0; i < count; i++) {
            overwritten(a.state.ownFrame(pointer.frame), slot - i);
        }
        stack.clobber(pointer, off, 8 * count);
        stack.noteIndirect(pointer, off, 8 * count);
        for (int i = 0; i < count; i++) {
            a.state.markWritten(pointer.frame, slot - i);
        }
        return a.state.ownFrame(pointer.frame);
    }

    private void used(RegisterState pointer, int slot, int count) {
        long mask = 0;
        for (int i = 0; i < count; i++) {
            mask |= 1L << (slot - i);
        }
        a.state.markRead(pointer.frame, mask);
    }

    // ---- dynptrs ----

    /** Initialises a dynptr. {@code sharedReference} is that of the dynptr it is cloned from, or 0. */
    void createDynptr(int register, int kind, int sharedReference) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        if (pointer.type != STACK) {
            throw misuse(register, "Dynptr has to be an uninitialized dynptr");
        }
        int slot = slotOf(register, pointer, DYNPTR_SLOTS, "dynptr");
        if (slot < 0) {
            stack.checkBounds(register, pointer, pointer.off, 16, true);
        }
        FrameState frame = claim(register, pointer, DYNPTR_SLOTS, slot);
        int id = a.newId();
        int reference = 0;
        if (kind == DYNPTR_RINGBUF) {
            reference = sharedReference != 0 ? sharedReference : acquire();
        }
        for (int i = 0; i < DYNPTR_SLOTS; i++) {
            RegisterState object = new RegisterState();
            object.setPointer(DYNPTR);
            object.id = id;
            object.objectKind = kind;
            object.refObjId = reference;
            object.firstSlot = i == 0;
            frame.shareSlot(slot - i, object);
            frame.setSlotType(slot - i, FrameState.ALL * FrameState.DYNPTR);
        }
    }

    int acquire() {
        int id = a.newId();
        a.state.resources = a.state.resources.with(new Resources.Entry(Resources.Kind.REFERENCE, id, a.slot, null));
        return id;
    }

    /** An initialised dynptr handed to a function. {@code kind} is what the function wants, or 0. */
    RegisterState useDynptr(int register, int kind, boolean mutated) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        RegisterState object;
        int argument = register - 1;
        if (pointer.type == DYNPTR) {
            if (mutated) {
                throw misuse(register, "cannot pass pointer to const bpf_dynptr, the helper mutates it");
            }
            object = pointer;
        } else {
            int slot = slotOf(register, pointer, DYNPTR_SLOTS, "dynptr");
            FrameState frame = a.state.frame(pointer.frame);
            if (slot < 0
                    || frame.slotType(slot) != FrameState.ALL * FrameState.DYNPTR
                    || frame.slotType(slot - 1) != FrameState.ALL * FrameState.DYNPTR
                    || !frame.slot(slot).firstSlot) {
                throw misuse(register, "Expected an initialized dynptr as arg #" + argument);
            }
            object = frame.slot(slot);
            used(pointer, slot, DYNPTR_SLOTS);
            stack.noteIndirect(pointer, pointer.off + pointer.bits.value(), 16);
        }
        if (kind != 0 && object.objectKind != kind) {
            throw misuse(register, "Expected a dynptr of type " + kindName(kind) + " as arg #" + argument);
        }
        return object;
    }

    /** The program writes over a slot; a dynptr there is gone. */
    void overwritten(FrameState frame, int slot) throws VerifierException {
        if (frame.byteType(slot, 0) != FrameState.DYNPTR) {
            return;
        }
        int first = frame.slot(slot).firstSlot ? slot : slot + 1;
        RegisterState object = frame.slot(first);
        if (object.refObjId != 0 && copies(object.refObjId) <= 1) {
            throw misuse(-1, "cannot overwrite referenced dynptr");
        }
        int id = object.id;
        for (int i = 0; i < DYNPTR_SLOTS; i++) {
            frame.setSlotType(first - i, 0);
            frame.clearSlot(first - i);
        }
        invalidateSlices(id);
    }

    private int copies(int reference) {
        int count = 0;
        for (int f = 0; f <= a.state.current; f++) {
            FrameState frame = a.state.frame(f);
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                RegisterState object = frame.slot(s);
                if (frame.byteType(s, 0) == FrameState.DYNPTR && object.firstSlot && object.refObjId == reference) {
                    count++;
                }
            }
        }
        return count;
    }

    private void invalidateSlices(int dynptr) {
        VerifierState state = a.state;
        for (int f = 0; f <= state.current; f++) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                if (frame.register(r).dynptrId == dynptr) {
                    frame = state.ownFrame(f);
                    frame.fresh(r).setUnknownScalar();
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                if (frame.isSpill(s) && frame.slot(s).dynptrId == dynptr) {
                    frame = state.ownFrame(f);
                    frame.ownSlot(s).setUnknownScalar();
                }
            }
        }
    }

    /** A referenced dynptr is given up: it, its clones and their slices are void. */
    void releaseDynptr(int register) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        if (pointer.type == DYNPTR) {
            throw misuse(register, "cannot release unowned const bpf_dynptr");
        }
        RegisterState object = useDynptr(register, DYNPTR_RINGBUF, false);
        int reference = object.refObjId;
        if (reference == 0) {
            throw a.reject(
                    register,
                    new Rejection.InvalidRelease(register, "the dynptr holds no reference"),
                    "arg " + register + " is an unacquired reference");
        }
        a.state.resources = a.state.resources.without(Resources.Kind.REFERENCE, reference);
        for (int f = 0; f <= a.state.current; f++) {
            FrameState frame = a.state.frame(f);
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                RegisterState other = frame.slot(s);
                if (frame.byteType(s, 0) == FrameState.DYNPTR && other.refObjId == reference) {
                    frame = a.state.ownFrame(f);
                    int id = other.id;
                    boolean first = other.firstSlot;
                    frame.setSlotType(s, 0);
                    frame.clearSlot(s);
                    if (first) {
                        invalidateSlices(id);
                        frame = a.state.frame(f);
                    }
                }
            }
        }
    }

    // ---- iterators ----

    void createIterator(int register, String name, int size) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        requireStack(register, pointer, "an iterator");
        int count = Math.max(1, size / 8);
        int slot = slotOf(register, pointer, count, "iter");
        if (slot < 0) {
            stack.checkBounds(register, pointer, pointer.off, 8 * count, true);
        }
        FrameState frame = a.state.frame(pointer.frame);
        for (int i = 0; i < count; i++) {
            if (frame.byteType(slot - i, 0) == FrameState.ITER) {
                throw misuse(register, "expected uninitialized iter_" + name + " as arg #" + (register - 1));
            }
        }
        frame = claim(register, pointer, count, slot);
        int reference = acquire();
        for (int i = 0; i < count; i++) {
            RegisterState object = new RegisterState();
            object.setPointer(STACK);
            object.refObjId = i == 0 ? reference : 0;
            object.objectKind = name.hashCode();
            object.objectState = ACTIVE;
            object.firstSlot = i == 0;
            frame.shareSlot(slot - i, object);
            frame.setSlotType(slot - i, FrameState.ALL * FrameState.ITER);
        }
    }

    private void requireStack(int register, RegisterState pointer, String what) throws VerifierException {
        if (pointer.type != STACK) {
            throw misuse(register, "arg#" + (register - 1) + " expected pointer to " + what + " on stack");
        }
    }

    /** The first slot of an initialised iterator. */
    int useIterator(int register, String name, int size) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        requireStack(register, pointer, "an iterator");
        int count = Math.max(1, size / 8);
        int slot = slotOf(register, pointer, count, "iter");
        FrameState frame = a.state.frame(pointer.frame);
        for (int i = 0; i < count; i++) {
            boolean valid = slot >= 0
                    && frame.slotType(slot - i) == FrameState.ALL * FrameState.ITER
                    && frame.slot(slot - i).objectKind == name.hashCode()
                    && frame.slot(slot - i).firstSlot == (i == 0);
            if (!valid) {
                throw misuse(register, "expected an initialized iter_" + name + " as arg #" + (register - 1));
            }
        }
        used(pointer, slot, count);
        stack.noteIndirect(pointer, pointer.off + pointer.bits.value(), 8 * count);
        return slot;
    }

    /** Removes an iterator from the stack. Returns the reference that it was. */
    int destroyIterator(int register, String name, int size) throws VerifierException {
        int slot = useIterator(register, name, size);
        RegisterState pointer = a.frame().register(register);
        FrameState frame = a.state.ownFrame(pointer.frame);
        int reference = frame.slot(slot).refObjId;
        for (int i = 0; i < Math.max(1, size / 8); i++) {
            frame.setSlotType(slot - i, 0);
            frame.clearSlot(slot - i);
            a.state.markWritten(pointer.frame, slot - i);
        }
        return reference;
    }

    // ---- saved interrupt flags ----

    void saveIrq(int register, int kind) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        if (pointer.type != STACK) {
            throw misuse(register, "arg#" + (register - 1) + " doesn't point to an irq flag on stack");
        }
        int slot = slotOf(register, pointer, 1, "irq_flag");
        if (slot >= 0 && a.state.frame(pointer.frame).byteType(slot, 0) == FrameState.IRQ_FLAG) {
            throw misuse(register, "expected uninitialized irq flag as arg#" + (register - 1));
        }
        if (slot < 0) {
            stack.checkBounds(register, pointer, pointer.off, 8, true);
        }
        FrameState frame = claim(register, pointer, 1, slot);
        int id = a.newId();
        a.state.resources = a.state.resources.with(new Resources.Entry(Resources.Kind.IRQ, id, a.slot, null));
        RegisterState object = new RegisterState();
        object.setPointer(STACK);
        object.refObjId = id;
        object.objectKind = kind;
        frame.shareSlot(slot, object);
        frame.setSlotType(slot, FrameState.ALL * FrameState.IRQ_FLAG);
    }

    void restoreIrq(int register, int kind) throws VerifierException {
        RegisterState pointer = a.frame().register(register);
        if (pointer.type != STACK) {
            throw misuse(register, "arg#" + (register - 1) + " doesn't point to an irq flag on stack");
        }
        int slot = slotOf(register, pointer, 1, "irq_flag");
        if (slot < 0 || a.state.frame(pointer.frame).byteType(slot, 0) != FrameState.IRQ_FLAG) {
            throw misuse(register, "expected an initialized irq flag as arg#" + (register - 1));
        }
        FrameState frame = a.state.ownFrame(pointer.frame);
        RegisterState object = frame.slot(slot);
        if (object.objectKind != kind) {
            throw misuse(
                    register,
                    "irq flag acquired by " + irqKind(object.objectKind) + " kfuncs cannot be restored with "
                            + irqKind(kind) + " kfuncs");
        }
        if (a.state.resources.irqId() != object.refObjId) {
            throw misuse(
                    register,
                    "cannot restore irq state out of order, expected id=" + a.state.resources.irqId()
                            + " acquired at insn_idx=" + acquiredAt(a.state.resources.irqId()));
        }
        used(pointer, slot, 1);
        a.state.resources = a.state.resources.without(Resources.Kind.IRQ, object.refObjId);
        frame.setSlotType(slot, 0);
        frame.clearSlot(slot);
        a.state.markWritten(pointer.frame, slot);
    }

    private static String irqKind(int kind) {
        return kind == 0 ? "native" : "lock";
    }

    private int acquiredAt(int id) {
        for (Resources.Entry entry : a.state.resources.entries()) {
            if (entry.id() == id) {
                return entry.slot();
            }
        }
        return -1;
    }
}
