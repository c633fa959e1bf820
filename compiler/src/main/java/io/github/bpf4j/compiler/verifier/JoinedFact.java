/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.EnumSet;
import java.util.Set;

/** What is known of one register at one instruction, joined over the paths seen so far. */
final class JoinedFact extends ScalarRange {
    private static final int NO_MAP = -2;

    /** An arena pointer is a number like others: the low half of an address, zero-extended. */
    private static final ScalarRange ARENA_POINTERS = new ScalarRange();

    static {
        ARENA_POINTERS.truncate(Integer.BYTES);
    }

    /** The base types that occurred, as a bit set. */
    int types;

    boolean maybeNull;
    int map = NO_MAP;
    int frame = NO_MAP;
    long minOffset;
    long maxOffset;
    /** How often the range grew, to end it. */
    int growth;

    boolean hasScalar() {
        return (types & 1 << RegisterType.SCALAR) != 0;
    }

    boolean isScalarOnly() {
        return types == 1 << RegisterType.SCALAR;
    }

    /** Adds a register's state on one path. {@code currentFrame} is the frame it is seen from. */
    void add(RegisterState state, int currentFrame) {
        int base = state.baseType();
        MapObject pointee = state.map;
        if (base == RegisterType.SCALAR) {
            addScalar(state);
            return;
        }
        if (base == RegisterType.ARENA) {
            addScalar(ARENA_POINTERS);
            return;
        }
        if (base == RegisterType.MAP_VALUE && pointee != null && NullMarking.holdsMaps(pointee)) {
            // Linux calls it a value until it is compared with NULL; it is a map, or NULL, all along.
            base = RegisterType.MAP;
            pointee = pointee.inner;
        }
        int bit = 1 << base;
        if (base == RegisterType.NOT_INIT) {
            types |= bit;
            return;
        }
        long min = state.minOffset();
        long max = state.maxOffset();
        // A value of local storage is memory of its own, not an offset in memory of the map.
        boolean ownMemory = base == RegisterType.MAP_VALUE
                && pointee != null
                && pointee.definition.type().isLocalStorage();
        int mapIndex = pointee == null || ownMemory ? -1 : pointee.index;
        int up = base == RegisterType.STACK ? currentFrame - state.frame : -1;
        boolean first = (types & ~(1 << RegisterType.SCALAR | 1 << RegisterType.NOT_INIT)) == 0;
        types |= bit;
        maybeNull |= state.maybeNull();
        if (first) {
            minOffset = min;
            maxOffset = max;
            map = mapIndex;
            frame = up;
        } else {
            minOffset = Math.min(minOffset, min);
            maxOffset = Math.max(maxOffset, max);
            map = map == mapIndex ? map : -1;
            frame = frame == up ? frame : -1;
        }
    }

    /** Adds a range. Returns whether anything changed. */
    boolean addScalar(ScalarRange range) {
        int bit = 1 << RegisterType.SCALAR;
        if ((types & bit) == 0) {
            types |= bit;
            copyRange(range);
            return true;
        }
        return join(range);
    }

    /** Takes over what is known before the previous instruction, which does not touch the register. */
    void copyFrom(JoinedFact other) {
        copyRange(other);
        types = other.types;
        maybeNull = other.maybeNull;
        map = other.map;
        frame = other.frame;
        minOffset = other.minOffset;
        maxOffset = other.maxOffset;
    }

    RegisterFact toFact() {
        int scalar = 1 << RegisterType.SCALAR;
        if (types == 0 || (types & 1 << RegisterType.NOT_INIT) != 0) {
            return RegisterFact.Unusable.INSTANCE;
        }
        if (types == scalar) {
            return new RegisterFact.Scalar(
                    smin, smax, umin, umax, s32min, s32max, u32min, u32max, bits.value(), bits.mask());
        }
        int pointers = types & ~scalar;
        boolean mixedRaw = (types & 1 << RegisterType.MIXED) != 0;
        if (Integer.bitCount(types) == 1 && !mixedRaw) {
            PointerKind kind = kind(Integer.numberOfTrailingZeros(pointers));
            return new RegisterFact.Pointer(kind, maybeNull, map, frame, minOffset, maxOffset);
        }
        if (mixedRaw) {
            return new RegisterFact.Mixed(true, EnumSet.of(PointerKind.RAW_MEM, PointerKind.STACK));
        }
        Set<PointerKind> kinds = EnumSet.noneOf(PointerKind.class);
        for (int base = 0; base < 32; base++) {
            if ((pointers & 1 << base) != 0) {
                kinds.add(kind(base));
            }
        }
        return new RegisterFact.Mixed((types & scalar) != 0, kinds);
    }

    private static PointerKind kind(int base) {
        return switch (base) {
            case RegisterType.CTX -> PointerKind.CTX;
            case RegisterType.STACK, RegisterType.DYNPTR -> PointerKind.STACK;
            case RegisterType.PACKET -> PointerKind.PACKET;
            case RegisterType.PACKET_END -> PointerKind.PACKET_END;
            case RegisterType.MAP -> PointerKind.MAP;
            case RegisterType.MAP_VALUE -> PointerKind.MAP_VALUE;
            case RegisterType.MAP_KEY -> PointerKind.MAP_KEY;
            case RegisterType.MEM -> PointerKind.MEM;
            case RegisterType.SOCK_COMMON -> PointerKind.SOCK_COMMON;
            case RegisterType.BTF_ID -> PointerKind.BTF_ID;
            case RegisterType.FUNC -> PointerKind.FUNC;
            case RegisterType.RAW_MEM -> PointerKind.RAW_MEM;
            default -> throw new AssertionError(base);
        };
    }
}
