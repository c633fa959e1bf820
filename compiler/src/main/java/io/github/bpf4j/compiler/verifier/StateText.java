/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.runtime.helper.Kfunc;
import io.github.bpf4j.runtime.helper.KfuncTable;
import java.util.HashMap;
import java.util.Map;

/** Registers and stack frames in the notation of the kernel's verifier log: {@code R1=pkt(off=14,r=34) fp-8=mmmm????}. */
final class StateText {
    private static final String BYTE_TYPES = "?rm0dif";
    private static final long MAX_DECIMAL = 0xffff;
    /** By what {@link RegisterState#objectKind} of an iterator is. */
    private static final Map<Integer, String> ITERATORS = new HashMap<>();

    static {
        for (Kfunc kfunc : KfuncTable.rows()) {
            String name = kfunc.iterator();
            if (name != null) {
                ITERATORS.put(name.hashCode(), name);
            }
        }
    }

    private StateText() {}

    // ---- registers ----

    /** A register as seen from a frame; {@code ?} if nothing is known of it. */
    static String register(RegisterState state, int frame) {
        if (state.type == RegisterType.NOT_INIT) {
            return "?";
        }
        if (state.isScalar() && state.isConstant()) {
            return signed(state.bits.value());
        }
        String name = RegisterType.name(state.type) + state.struct;
        if (state.type == RegisterType.ARENA) {
            return name;
        }
        if (state.type == RegisterType.STACK) {
            name += state.frame == frame ? "" : "[" + state.frame + "]";
            if (state.isConstant()) {
                return name + signed(state.off + state.bits.value());
            }
        }
        StringBuilder out = new StringBuilder();
        attributes(state, out);
        if (!state.isConstant()) {
            ranges(state, out);
        } else if (state.bits.value() != 0) {
            attribute(out, "imm", signed(state.bits.value()));
        }
        return name + "(" + out + ")";
    }

    private static void attributes(RegisterState state, StringBuilder out) {
        if (state.id != 0) {
            attribute(out, "id", state.id + (state.deltaBits != 0 ? "%+d".formatted(state.off) : ""));
        }
        if (state.refObjId != 0) {
            attribute(out, "ref_obj_id", Integer.toString(state.refObjId));
        }
        MapObject map = state.map;
        if (map != null) {
            if (!map.definition.name().isEmpty()) {
                attribute(out, "map", map.definition.name());
            }
            attribute(out, "ks", Integer.toString(map.definition.keySize()));
            attribute(out, "vs", Integer.toString(map.definition.valueSize()));
        }
        if (state.isPointer() && state.off != 0) {
            attribute(out, "off", signed(state.off));
        }
        if (state.type == RegisterType.PACKET) {
            attribute(out, "r", unsigned(state.range));
        }
        if (state.baseType() == RegisterType.MEM) {
            attribute(out, "sz", unsigned(state.memSize));
        }
        if (state.type == RegisterType.DYNPTR) {
            attribute(out, "type", StackObjects.kindName(state.objectKind));
        }
    }

    private static void attribute(StringBuilder out, String name, String value) {
        out.append(out.isEmpty() ? "" : ",").append(name).append('=').append(value);
    }

    /** What is known of a scalar that is not a constant, or of the variable part of an offset. */
    static String ranges(ScalarRange range) {
        StringBuilder out = new StringBuilder();
        ranges(range, out);
        return out.toString();
    }

    /** Bounds that exclude something; least ones that are equal share a value, and so do greatest ones. */
    private static void ranges(ScalarRange range, StringBuilder out) {
        String[] names = {"smin", "smax", "umin", "umax", "smin32", "smax32", "umin32", "umax32"};
        long[] values = {
            range.smin,
            range.smax,
            range.umin,
            range.umax,
            range.s32min,
            range.s32max,
            range.u32min & 0xffff_ffffL,
            range.u32max & 0xffff_ffffL
        };
        long[] trivial = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 0xffff_ffffL};
        boolean[] done = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            if (done[i] || values[i] == trivial[i]) {
                continue;
            }
            boolean isSigned = names[i].charAt(0) == 's';
            boolean negative = isSigned && values[i] < 0;
            StringBuilder shared = new StringBuilder(names[i]);
            for (int k = i + 2; k < names.length; k += 2) {
                boolean alsoNegative = names[k].charAt(0) == 's' && values[k] < 0;
                if (values[k] == values[i] && values[k] != trivial[k] && alsoNegative == negative) {
                    done[k] = true;
                    shared.append('=').append(names[k]);
                }
            }
            attribute(out, shared.toString(), isSigned ? signed(values[i]) : unsigned(values[i]));
        }
        if (!range.bits.isUnknown()) {
            attribute(out, "var_off", range.bits.toString());
        }
    }

    private static String signed(long value) {
        return value >= Short.MIN_VALUE && value <= Short.MAX_VALUE
                ? Long.toString(value)
                : "0x" + Long.toHexString(value);
    }

    private static String unsigned(long value) {
        return value >= 0 && value <= MAX_DECIMAL ? Long.toString(value) : "0x" + Long.toHexString(value);
    }

    // ---- frames ----

    /** Some registers and stack slots of a frame that hold something, and what the program holds; begins with a blank. */
    static String frame(VerifierState state, int number, int registers, long slots) {
        FrameState frame = state.frame(number);
        StringBuilder out = new StringBuilder();
        if (number > 0) {
            out.append(" frame").append(number).append(':');
        }
        for (int r = 0; r <= 10; r++) {
            if ((registers & 1 << r) != 0 && frame.register(r).type != RegisterType.NOT_INIT) {
                out.append(" R").append(r).append('=').append(register(frame.register(r), number));
            }
        }
        for (int s = 0; s < frame.allocatedSlots(); s++) {
            if ((slots & 1L << s) != 0 && frame.slotType(s) != 0) {
                slot(frame, s, out);
            }
        }
        String separator = " refs=";
        for (Resources.Entry entry : state.resources.entries()) {
            out.append(separator).append(entry.id());
            separator = ",";
        }
        out.append(frame.callback ? " cb" : "").append(frame.asyncCallback ? " async_cb" : "");
        return out.toString();
    }

    private static void slot(FrameState frame, int s, StringBuilder out) {
        RegisterState object = frame.slot(s);
        String place = " fp" + -8 * (s + 1) + "=";
        switch (frame.byteType(s, 0)) {
            case FrameState.SPILL ->
                out.append(place).append(bytes(frame, s).replace("r", "")).append(register(object, frame.number));
            case FrameState.DYNPTR -> {
                if (object.firstSlot) {
                    StringBuilder attributes = new StringBuilder();
                    attribute(attributes, "id", Integer.toString(object.id));
                    if (object.refObjId != 0) {
                        attribute(attributes, "ref_id", Integer.toString(object.refObjId));
                    }
                    attribute(attributes, "dynptr_id", Integer.toString(object.id));
                    out.append(place).append("dynptr_").append(StackObjects.kindName(object.objectKind));
                    out.append('(').append(attributes).append(')');
                }
            }
            case FrameState.ITER -> {
                if (object.firstSlot) {
                    out.append(place).append("iter_").append(ITERATORS.getOrDefault(object.objectKind, "?"));
                    out.append("(ref_id=").append(object.refObjId).append(",state=");
                    out.append(object.objectState == StackObjects.ACTIVE ? "active" : "drained");
                    out.append(",depth=").append(object.depth).append(')');
                }
            }
            default -> out.append(place).append(bytes(frame, s));
        }
    }

    /** One letter per byte, that at the highest address first. */
    private static String bytes(FrameState frame, int s) {
        StringBuilder letters = new StringBuilder(8);
        for (int i = 7; i >= 0; i--) {
            letters.append(BYTE_TYPES.charAt(frame.byteType(s, i)));
        }
        return letters.toString();
    }
}
