/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one register, or of eight bytes of stack that hold a saved register, a dynptr, an iterator or saved interrupt flags. The
 * range is the value of a scalar, or the variable part of a pointer's offset. Instances are shared between states; whoever changes one
 * owns it (see {@link FrameState#own}).
 */
final class RegisterState extends ScalarRange {
    int type = RegisterType.NOT_INIT;
    /** Fixed part of a pointer's offset; for a scalar with {@link #deltaBits}, its distance from the scalars with the same id. */
    int off;
    /** Equal for pointers derived from one nullable or packet pointer, and for equal or linked scalars; 0 for none. */
    int id;
    /** The reference this pointer holds, 0 for none. */
    int refObjId;
    /**
     * 0 if a scalar equals those of its id; 64 if it is {@link #off} above them; 32 if it is the low half of such a sum, with nothing above, and
     * they fit 32 bits.
     */
    int deltaBits;
    /** Of MAP, MAP_VALUE and MAP_KEY. */
    @Nullable
    MapObject map;
    /** Name of the kernel's struct that a BTF_ID pointer points to; empty if it is not known, and for others. */
    String struct = "";
    /** Distinguishes inner maps that came from different lookups. */
    int mapUid;
    /** Bytes behind a packet pointer's fixed offset origin that are known to exist, or a marker of {@link RegisterType}. */
    int range;
    /** Bytes behind a MEM pointer, unsigned. */
    int memSize;
    /** Number of the frame a STACK pointer points into. */
    int frame;
    /** Subprogram of a FUNC pointer. */
    int subprogram;
    /** The dynptr whose slice this is, or the identity of a dynptr; 0 for none. */
    int dynptrId;
    /** Whether this is a slice of the packet, void when the packet moves. */
    boolean packetSlice;
    /** Kind of dynptr, iterator or interrupt flag. */
    int objectKind;
    /** State of an iterator. */
    int objectState;
    /** How often an iterator advanced. */
    int depth;
    /** Whether this is the lower-numbered slot of a dynptr or iterator. */
    boolean firstSlot;

    RegisterState copy() {
        RegisterState c = new RegisterState();
        c.assign(this);
        return c;
    }

    void assign(RegisterState o) {
        copyRange(o);
        type = o.type;
        off = o.off;
        id = o.id;
        refObjId = o.refObjId;
        deltaBits = o.deltaBits;
        map = o.map;
        struct = o.struct;
        mapUid = o.mapUid;
        range = o.range;
        memSize = o.memSize;
        frame = o.frame;
        subprogram = o.subprogram;
        dynptrId = o.dynptrId;
        packetSlice = o.packetSlice;
        objectKind = o.objectKind;
        objectState = o.objectState;
        depth = o.depth;
        firstSlot = o.firstSlot;
    }

    private void clear(int newType) {
        type = newType;
        off = 0;
        id = 0;
        refObjId = 0;
        deltaBits = 0;
        map = null;
        struct = "";
        mapUid = 0;
        range = 0;
        memSize = 0;
        frame = 0;
        subprogram = 0;
        dynptrId = 0;
        packetSlice = false;
        objectKind = 0;
        objectState = 0;
        depth = 0;
        firstSlot = false;
    }

    void setNotInit() {
        clear(RegisterType.NOT_INIT);
        setUnknown();
    }

    void setUnknownScalar() {
        clear(RegisterType.SCALAR);
        setUnknown();
    }

    void setKnownScalar(long value) {
        clear(RegisterType.SCALAR);
        setConstant(value);
    }

    /** A pointer to the start of an object. */
    void setPointer(int newType) {
        clear(newType);
        setConstant(0);
    }

    boolean isScalar() {
        return type == RegisterType.SCALAR;
    }

    boolean isPointer() {
        return RegisterType.isPointer(type);
    }

    int baseType() {
        return type & RegisterType.BASE;
    }

    boolean maybeNull() {
        return (type & RegisterType.MAYBE_NULL) != 0;
    }

    void forgetId() {
        id = 0;
        if (deltaBits != 0) {
            deltaBits = 0;
            off = 0;
        }
    }

    /** Least and greatest offset from the object's start, fixed part included. */
    long minOffset() {
        return saturatedSum(off, smin);
    }

    long maxOffset() {
        return saturatedSum(off, smax);
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return AluTransfer.addOverflows(a, b, sum) ? a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE : sum;
    }

    boolean hasConstantOffset() {
        return bits.isConstant();
    }

    /** In the notation of the kernel's log: {@code pkt(off=14,r=34)}. */
    @Override
    public String toString() {
        return StateText.register(this, frame);
    }
}
