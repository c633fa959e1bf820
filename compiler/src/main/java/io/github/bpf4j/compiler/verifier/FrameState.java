/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.Arrays;

/**
 * Registers and stack of one function call. Copies share the register objects and copy one when they first change it.
 *
 * <p>The stack is eight-byte slots, slot {@code i} covering {@code r10 - 8 * (i + 1)} onwards. Each of its bytes has a type; the eight types
 * of a slot stand in one {@code long}, the lowest address in the lowest byte.
 */
final class FrameState {
    static final int INVALID = 0;
    static final int SPILL = 1;
    static final int MISC = 2;
    static final int ZERO = 3;
    static final int DYNPTR = 4;
    static final int ITER = 5;
    static final int IRQ_FLAG = 6;
    /** Repeats a byte type over a slot. */
    static final long ALL = 0x0101_0101_0101_0101L;

    static final int SLOTS = 64;
    private static final RegisterState[] NO_SPILLS = {};
    private static final long[] NO_SLOTS = {};
    private static final RegisterState UNSET = new RegisterState();

    final int number;
    final int subprogram;
    /** The calling instruction, -1 for the entry. */
    final int callSite;
    /** Whether a helper calls this function. */
    boolean callback;
    /** Whether it runs later and elsewhere, as a timer does. */
    boolean asyncCallback;
    /** Allowed return values of a callback. */
    int returnMin;

    int returnMax;
    /** How often the callback this frame calls has been simulated. */
    int callbackDepth;

    private final RegisterState[] registers;
    private int ownedRegisters;
    private long[] slotTypes = NO_SLOTS;
    private RegisterState[] slots = NO_SPILLS;
    private long ownedSlots;

    FrameState(int number, int subprogram, int callSite) {
        this.number = number;
        this.subprogram = subprogram;
        this.callSite = callSite;
        this.registers = new RegisterState[11];
        Arrays.fill(registers, UNSET);
    }

    private FrameState(FrameState o) {
        number = o.number;
        subprogram = o.subprogram;
        callSite = o.callSite;
        callback = o.callback;
        asyncCallback = o.asyncCallback;
        returnMin = o.returnMin;
        returnMax = o.returnMax;
        callbackDepth = o.callbackDepth;
        registers = o.registers.clone();
        slotTypes = o.slotTypes.length == 0 ? NO_SLOTS : o.slotTypes.clone();
        slots = o.slots.length == 0 ? NO_SPILLS : o.slots.clone();
        o.ownedRegisters = 0;
        o.ownedSlots = 0;
    }

    /** A copy that shares the register objects; both sides copy before they write from now on. */
    FrameState copy() {
        return new FrameState(this);
    }

    /** The register, to look at only. */
    RegisterState register(int r) {
        return registers[r];
    }

    /** The register, to change. */
    RegisterState own(int r) {
        RegisterState state = registers[r];
        if ((ownedRegisters & 1 << r) == 0) {
            state = state.copy();
            registers[r] = state;
            ownedRegisters |= 1 << r;
        }
        return state;
    }

    /** The register, to overwrite: like {@link #own} without the old contents. */
    RegisterState fresh(int r) {
        if ((ownedRegisters & 1 << r) == 0) {
            RegisterState state = new RegisterState();
            registers[r] = state;
            ownedRegisters |= 1 << r;
            return state;
        }
        return registers[r];
    }

    /** Makes a register hold the same as {@code state}, sharing the object. */
    void share(int r, RegisterState state) {
        registers[r] = state;
        ownedRegisters &= ~(1 << r);
    }

    /** Gives up the ownership of a register that another place shares from now on. */
    RegisterState release(int r) {
        ownedRegisters &= ~(1 << r);
        return registers[r];
    }

    /** Slots in use so far. */
    int allocatedSlots() {
        return slotTypes.length;
    }

    void allocate(int slotCount) {
        if (slotCount > slotTypes.length) {
            int old = slots.length;
            slotTypes = Arrays.copyOf(slotTypes, slotCount);
            slots = Arrays.copyOf(slots, slotCount);
            Arrays.fill(slots, old, slotCount, UNSET);
        }
    }

    long slotType(int slot) {
        return slot < slotTypes.length ? slotTypes[slot] : 0;
    }

    void setSlotType(int slot, long types) {
        slotTypes[slot] = types;
    }

    /** Type of one byte of a slot, byte 0 at the lowest address. */
    int byteType(int slot, int index) {
        return slot < slotTypes.length ? (int) (slotTypes[slot] >>> (index * 8)) & 0xff : INVALID;
    }

    void setByteType(int slot, int index, int type) {
        int shift = index * 8;
        slotTypes[slot] = (slotTypes[slot] & ~(0xffL << shift)) | ((long) type << shift);
    }

    /** What the slot holds, to look at only; meaningful if the slot is not just bytes. */
    RegisterState slot(int slot) {
        return slot < slots.length ? slots[slot] : UNSET;
    }

    RegisterState ownSlot(int slot) {
        RegisterState state = slots[slot];
        if ((ownedSlots & 1L << slot) == 0) {
            state = state.copy();
            slots[slot] = state;
            ownedSlots |= 1L << slot;
        }
        return state;
    }

    void shareSlot(int slot, RegisterState state) {
        slots[slot] = state;
        ownedSlots &= ~(1L << slot);
    }

    void clearSlot(int slot) {
        shareSlot(slot, UNSET);
    }

    /** Whether the slot holds a saved register, whole or its low part. */
    boolean isSpill(int slot) {
        return byteType(slot, 0) == SPILL;
    }

    /** Bytes of the saved register, counted from the lowest address. */
    int spillSize(int slot) {
        int size = 0;
        while (size < 8 && byteType(slot, size) == SPILL) {
            size++;
        }
        return size;
    }

    /** Turns what remains of a saved register into plain bytes. */
    void scrub(int slot) {
        for (int i = 0; i < 8; i++) {
            if (byteType(slot, i) == SPILL) {
                setByteType(slot, i, MISC);
            }
        }
        clearSlot(slot);
    }
}
