/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import org.jspecify.annotations.Nullable;

/** Loads from and stores to stack frames: saved registers, plain bytes, and bounds. */
final class StackAccess {
    private static final int STACK_SIZE = 512;

    private final Analysis a;
    private final Precision precision;
    private final FactsBuilder facts;
    private @Nullable StackObjects objects;

    StackAccess(Analysis analysis, Precision precision, FactsBuilder facts) {
        this.a = analysis;
        this.precision = precision;
        this.facts = facts;
    }

    void setObjects(StackObjects objects) {
        this.objects = objects;
    }

    private StackObjects objects() {
        return java.util.Objects.requireNonNull(objects);
    }

    /** Checks that the whole access lies in the frame; {@code off} includes the pointer's fixed offset. */
    void checkBounds(int register, RegisterState pointer, long off, int size, boolean write) throws VerifierException {
        String direction = write ? " write to" : " read from";
        long min = off + pointer.smin;
        long max;
        if (pointer.hasConstantOffset()) {
            max = min + size;
        } else {
            if (pointer.smax >= MAX_OFFSET || pointer.smin <= -MAX_OFFSET) {
                throw a.reject(
                        register,
                        new Rejection.StackOutOfBounds(register, pointer.smin, pointer.smax, size),
                        "invalid unbounded variable-offset" + direction + " stack R" + register);
            }
            max = off + pointer.smax + size;
        }
        if (min < -STACK_SIZE || max > 0 || max - size >= 0) { // not even nothing can be read at the frame's end
            String message = pointer.hasConstantOffset()
                    ? "invalid" + direction + " stack R" + register + " off=" + min + " size=" + size
                    : "invalid variable-offset" + direction + " stack R" + register + " var_off=" + pointer.bits
                            + " off=" + off + " size=" + size;
            throw a.reject(register, new Rejection.StackOutOfBounds(register, min, max - size, size), message);
        }
        int depth = (int) ((-min + 7) / 8);
        if (min < 0) {
            a.state.ownFrame(pointer.frame).allocate(depth);
            facts.stackUsed(a.state.frame(pointer.frame).subprogram, (int) -min);
        }
    }

    private static int slotOf(long off) {
        return (int) ((-off - 1) / 8);
    }

    private static int byteOf(long off) {
        return (int) (off & 7);
    }

    /** Marks the bytes of a direct access that must live in memory. */
    void noteAccess(RegisterState pointer, long off, int size) {
        if (pointer.frame != a.state.current || !pointer.hasConstantOffset()) {
            facts.stackInMemory(a.state.frame(pointer.frame).subprogram, off + pointer.smin, off + pointer.smax + size);
        }
    }

    /** Marks bytes that a function reaches. */
    void noteIndirect(RegisterState pointer, long off, int size) {
        facts.stackInMemory(a.state.frame(pointer.frame).subprogram, off, off + size);
    }

    // ---- stores ----

    /** A store of a register, or of a constant if {@code value} is null. */
    void store(
            int register,
            RegisterState pointer,
            long off,
            int size,
            int valueRegister,
            long constant,
            boolean hasConstant)
            throws VerifierException {
        noteAccess(pointer, off, size);
        if (pointer.hasConstantOffset()) {
            storeFixed(pointer, off + pointer.bits.value(), size, valueRegister, constant, hasConstant);
        } else {
            storeVariable(pointer, off, size, valueRegister, constant, hasConstant);
        }
    }

    private void storeFixed(
            RegisterState pointer, long off, int size, int valueRegister, long constant, boolean hasConstant)
            throws VerifierException {
        FrameState target = a.state.ownFrame(pointer.frame);
        int slot = slotOf(off);
        target.allocate(slot + 1);
        objects().overwritten(target, slot);
        boolean aligned = byteOf(off) == 0;
        RegisterState value = valueRegister >= 0 ? a.frame().register(valueRegister) : null;
        if (value != null && aligned && value.isScalar()) {
            boolean fits = bitsOf(value) <= size * 8;
            if (fits) {
                assignId(a.frame(), valueRegister);
            }
            target.shareSlot(slot, a.frame().release(valueRegister));
            if (!fits) {
                target.ownSlot(slot).forgetId();
            }
            markSpill(target, slot, size);
        } else if (value == null && hasConstant && aligned) {
            RegisterState known = new RegisterState();
            known.setKnownScalar(constant);
            target.shareSlot(slot, known);
            markSpill(target, slot, size);
        } else if (value != null && value.isPointer()) {
            if (size != 8) {
                throw a.reject(
                        valueRegister,
                        new Rejection.StackContents(valueRegister, off, size),
                        "invalid size of register spill");
            }
            if (pointer.frame != a.state.current && value.type == STACK) {
                throw a.reject(
                        valueRegister,
                        new Rejection.StackContents(valueRegister, off, size),
                        "cannot spill pointers to stack into stack frame of the caller");
            }
            target.shareSlot(slot, a.frame().release(valueRegister));
            target.setSlotType(slot, FrameState.ALL * FrameState.SPILL);
        } else {
            int type = FrameState.MISC;
            if (isSpecial(target, slot)) {
                scrubAll(target, slot);
            }
            target.clearSlot(slot);
            if ((value != null && value.isScalar() && value.isZero())
                    || (value == null && hasConstant && constant == 0)) {
                // Readers may count on these zeros, so the value they came from has to stay what it is.
                if (valueRegister >= 0) {
                    precision.markRegister(valueRegister);
                }
                type = FrameState.ZERO;
            }
            for (int i = 0; i < size; i++) {
                target.setByteType(slot, byteOf(off) + i, type);
            }
        }
        if (size == 8) {
            a.state.markWritten(pointer.frame, slot);
        }
        a.state.record(a.slot, a.previousSlot, stackAccess(pointer.frame, slot), 0);
    }

    static int stackAccess(int frame, int slot) {
        return 1 + frame * FrameState.SLOTS + slot;
    }

    private static void markSpill(FrameState frame, int slot, int size) {
        long types = 0;
        for (int i = 0; i < 8; i++) {
            int type = FrameState.SPILL;
            if (i >= size) {
                // What was there keeps being zero or unset; anything else is plain bytes now.
                int old = frame.byteType(slot, i);
                type = old == FrameState.ZERO || old == FrameState.INVALID ? old : FrameState.MISC;
            }
            types |= (long) type << (i * 8);
        }
        frame.setSlotType(slot, types);
    }

    static int bitsOf(RegisterState value) {
        return Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(value.umax));
    }

    /** Gives a scalar an identity so that its copies are refined together. */
    void assignId(FrameState frame, int register) {
        RegisterState value = frame.register(register);
        if (value.deltaBits != 0) {
            value = frame.own(register);
            value.forgetId();
        }
        if (value.id == 0 && !value.isConstant()) {
            frame.own(register).id = a.newId();
        }
    }

    private static boolean isSpecial(FrameState frame, int slot) {
        int type = frame.byteType(slot, 0);
        return type == FrameState.SPILL || type >= FrameState.DYNPTR;
    }

    private static void scrubAll(FrameState frame, int slot) {
        for (int i = 0; i < 8; i++) {
            int type = frame.byteType(slot, i);
            if (type == FrameState.SPILL || type >= FrameState.DYNPTR) {
                frame.setByteType(slot, i, FrameState.MISC);
            }
        }
    }

    private void storeVariable(
            RegisterState pointer, long off, int size, int valueRegister, long constant, boolean hasConstant)
            throws VerifierException {
        long min = pointer.smin + off;
        long max = pointer.smax + off + size;
        FrameState target = a.state.ownFrame(pointer.frame);
        RegisterState value = valueRegister >= 0 ? a.frame().register(valueRegister) : null;
        boolean zero = (value != null && value.isScalar() && value.isZero())
                || (value == null && hasConstant && constant == 0);
        boolean zeroUsed = false;
        for (int slot = slotOf(max - 1); slot <= slotOf(min); slot++) {
            objects().overwritten(target, slot);
        }
        for (long at = min; at < max; at++) {
            int slot = slotOf(at);
            int index = byteOf(at);
            int type = target.byteType(slot, index);
            if (zero && type == FrameState.SPILL) {
                RegisterState saved = target.slot(slot);
                if (saved.isScalar() && saved.isZero()) {
                    zeroUsed = true;
                    continue;
                }
            }
            if (isSpecial(target, slot)) {
                scrubAll(target, slot);
            }
            target.clearSlot(slot);
            int newType = FrameState.MISC;
            if (zero && type == FrameState.ZERO) {
                newType = FrameState.ZERO;
                zeroUsed = true;
            }
            target.setByteType(slot, index, newType);
        }
        if (zeroUsed && valueRegister >= 0) {
            precision.markRegister(valueRegister);
        }
    }

    /** Bytes that a helper fills, or that a call leaves undefined. */
    void clobber(RegisterState pointer, long off, int size) throws VerifierException {
        FrameState target = a.state.ownFrame(pointer.frame);
        for (long at = off; at < off + size; at++) {
            int slot = slotOf(at);
            objects().overwritten(target, slot);
            if (isSpecial(target, slot)) {
                scrubAll(target, slot);
            }
            target.clearSlot(slot);
            target.setByteType(slot, byteOf(at), FrameState.MISC);
        }
    }

    // ---- loads ----

    /** A load into a register, or for its checks only if {@code dst} is negative. */
    void load(int register, RegisterState pointer, long off, int size, int dst) throws VerifierException {
        noteAccess(pointer, off, size);
        if (pointer.hasConstantOffset()) {
            loadFixed(register, pointer, off + pointer.bits.value(), size, dst);
        } else {
            checkReadable(register, pointer, off, size, false, false);
            if (dst >= 0) {
                loadBytes(pointer.frame, pointer.smin + off, pointer.smax + off + size, dst);
            }
        }
    }

    private void loadFixed(int register, RegisterState pointer, long off, int size, int dst) throws VerifierException {
        int frameNumber = pointer.frame;
        FrameState source = a.state.frame(frameNumber);
        int slot = slotOf(off);
        int first = byteOf(off);
        a.state.markRead(frameNumber, 1L << slot);
        RegisterState saved = source.slot(slot);
        boolean trackAccess = true;
        if (source.isSpill(slot)) {
            int spillSize = source.spillSize(slot);
            if (size != 8 || spillSize != 8) {
                if (!saved.isScalar()) {
                    throw a.reject(
                            register,
                            new Rejection.StackContents(register, off, size),
                            "invalid size of register fill");
                }
                if (dst < 0) {
                    return;
                }
                if (size <= spillSize && first == 0) {
                    RegisterState result = a.frame().fresh(dst);
                    result.assign(saved);
                    if (bitsOf(saved) > size * 8) {
                        result.forgetId();
                    }
                } else {
                    trackAccess = loadParts(source, register, slot, first, size, off, dst);
                }
            } else if (dst >= 0) {
                RegisterState result = a.frame().fresh(dst);
                result.assign(saved);
            }
        } else {
            trackAccess = false;
            for (int i = 0; i < size; i++) {
                if (source.byteType(slot, first + i) >= FrameState.DYNPTR) {
                    throw a.reject(
                            register,
                            new Rejection.StackContents(register, off, size),
                            "invalid read from stack off " + off + "+" + i + " size " + size);
                }
            }
            if (dst >= 0) {
                loadBytes(frameNumber, off, off + size, dst);
            }
        }
        if (trackAccess) {
            a.state.record(a.slot, a.previousSlot, stackAccess(frameNumber, slot), 0);
        }
    }

    /** Bytes that are not the low part of a saved register. Returns whether the result still depends on the saved value. */
    private boolean loadParts(FrameState source, int register, int slot, int first, int size, long off, int dst)
            throws VerifierException {
        int spilled = 0;
        int zeros = 0;
        for (int i = 0; i < size; i++) {
            int type = source.byteType(slot, first + i);
            if (type == FrameState.SPILL) {
                spilled++;
            } else if (type == FrameState.ZERO) {
                zeros++;
            } else if (type >= FrameState.DYNPTR) {
                throw a.reject(
                        register,
                        new Rejection.StackContents(register, off, size),
                        "invalid read from stack off " + off + "+" + i + " size " + size);
            }
        }
        RegisterState result = a.frame().fresh(dst);
        if (spilled == size && source.slot(slot).isZero()) {
            result.setKnownScalar(0);
            return true;
        }
        if (zeros == size) {
            result.setKnownScalar(0);
        } else {
            result.setUnknownScalar();
        }
        return false;
    }

    private void loadBytes(int frameNumber, long min, long max, int dst) {
        FrameState source = a.state.frame(frameNumber);
        boolean zero = true;
        for (long at = min; at < max && zero; at++) {
            int slot = slotOf(at);
            int type = source.byteType(slot, byteOf(at));
            zero = type == FrameState.ZERO;
        }
        if (zero) {
            a.frame().fresh(dst).setKnownScalar(0);
        } else {
            a.frame().fresh(dst).setUnknownScalar();
        }
    }

    /**
     * Memory on the stack is handed to a function, or read at a variable offset.
     *
     * @param off includes the pointer's fixed offset
     * @param clobber whether the function changes it
     * @param indirect whether a function accesses it
     */
    void checkReadable(int register, RegisterState pointer, long off, int size, boolean clobber, boolean indirect)
            throws VerifierException {
        checkBounds(register, pointer, off, size, clobber);
        long min = off + pointer.smin;
        long max = off + pointer.smax + size;
        if (indirect) {
            facts.stackInMemory(a.state.frame(pointer.frame).subprogram, min, max);
        }
        FrameState source = clobber ? a.state.ownFrame(pointer.frame) : a.state.frame(pointer.frame);
        long read = 0;
        for (long at = min; at < max; at++) {
            int slot = slotOf(at);
            int index = byteOf(at);
            read |= 1L << slot;
            int type = source.byteType(slot, index);
            if (type == FrameState.MISC) {
                continue;
            }
            if (type == FrameState.ZERO || type == FrameState.INVALID) {
                if (clobber) {
                    source.setByteType(slot, index, FrameState.MISC);
                }
                continue;
            }
            if (type == FrameState.SPILL) {
                if (clobber) {
                    source.scrub(slot);
                }
                continue;
            }
            String message = pointer.hasConstantOffset()
                    ? "invalid read from stack R" + register + " off " + min + "+" + (at - min) + " size " + size
                    : "invalid read from stack R" + register + " var_off " + pointer.bits + "+" + (at - min) + " size "
                            + size;
            throw a.reject(register, new Rejection.StackContents(register, min, size), message);
        }
        a.state.markRead(pointer.frame, read);
    }

    /** Memory on the stack that a function fills. What was there does not matter, but for dynptrs: the function may be reading one. */
    void checkWritable(int register, RegisterState pointer, long off, int size) throws VerifierException {
        checkBounds(register, pointer, off, size, true);
        long min = off + pointer.smin;
        facts.stackInMemory(a.state.frame(pointer.frame).subprogram, min, off + pointer.smax + size);
        if (!pointer.hasConstantOffset()) {
            checkReadable(register, pointer, off, size, true, true);
            return;
        }
        FrameState frame = a.state.frame(pointer.frame);
        for (long at = min; at < min + size; at++) {
            if (frame.byteType(slotOf(at), byteOf(at)) == FrameState.DYNPTR) {
                throw a.reject(
                        register,
                        new Rejection.StackContents(register, min, size),
                        "potential write to dynptr at off=" + at + " disallowed");
            }
        }
    }
}
