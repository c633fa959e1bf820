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
    /** Fixed part of a pointer's offset; for a scalar with {@link #hasDelta}, its distance from the scalars with the same id. */
    int off;
    /** Equal for pointers derived from one nullable or packet pointer, and for equal or linked scalars; 0 for none. */
    int id;
    /** The reference this pointer holds, 0 for none. */
    int refObjId;
    /** Whether a scalar is {@link #off} above the scalars of its id. */
    boolean hasDelta;
    /** Of MAP, MAP_VALUE and MAP_KEY. */
    @Nullable
    MapObject map;
    /** Distinguishes inner maps that came from different lookups. */
    int mapUid;
    /** Bytes behind a packet pointer's fixed offset origin that are known to exist, or a marker of {@link RegisterType}. */
    int range;
    /** Bytes behind a MEM pointer. */
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
        hasDelta = o.hasDelta;
        map = o.map;
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
        hasDelta = false;
        map = null;
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
        if (hasDelta) {
            hasDelta = false;
            off = 0;
        }
    }

    /** Least and greatest offset from the object's start, fixed part included. */
    long minOffset() {
        return off + smin;
    }

    long maxOffset() {
        return off + smax;
    }

    boolean hasConstantOffset() {
        return bits.isConstant();
    }

    /** In the style of the kernel's log: {@code pkt(id=0,off=14,r=34)}. */
    @Override
    public String toString() {
        if (type == RegisterType.NOT_INIT) {
            return "?";
        }
        if (isScalar() && isConstant()) {
            return Long.toString(bits.value());
        }
        if (type == RegisterType.STACK && isConstant()) {
            return "fp" + (off + bits.value() == 0 ? "0" : String.valueOf(off + bits.value()))
                    + (frame == 0 ? "" : "[" + frame + "]");
        }
        StringBuilder out = new StringBuilder(RegisterType.name(type)).append('(');
        String separator = "";
        if (id != 0) {
            out.append("id=").append(id).append(hasDelta ? "+" + off : "");
            separator = ",";
        }
        if (refObjId != 0) {
            out.append(separator).append("ref_obj_id=").append(refObjId);
            separator = ",";
        }
        if (map != null) {
            out.append(separator).append("map=").append(map.definition.name());
            out.append(",ks=").append(map.definition.keySize()).append(",vs=").append(map.definition.valueSize());
            separator = ",";
        }
        if (isPointer() && off != 0) {
            out.append(separator).append("off=").append(off);
            separator = ",";
        }
        if (type == RegisterType.PACKET) {
            out.append(separator).append("r=").append(range);
            separator = ",";
        }
        if (baseType() == RegisterType.MEM) {
            out.append(separator).append("sz=").append(memSize);
            separator = ",";
        }
        if (isScalar() || !isConstant()) {
            String text = describeRange();
            if (!text.isEmpty()) {
                out.append(separator).append(text);
            }
        } else if (bits.value() != 0) {
            out.append(separator).append("imm=").append(bits.value());
        }
        return out.append(')').toString();
    }
}
