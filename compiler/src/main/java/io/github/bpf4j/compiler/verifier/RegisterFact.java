/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** What is known of a register before an instruction, on every path that leads there. */
public sealed interface RegisterFact {
    /** Not written on some path, so the program never reads it from here on; code need not keep it. */
    record Unusable() implements RegisterFact {
        /** The only instance needed. */
        public static final Unusable INSTANCE = new Unusable();
    }

    /**
     * A number.
     *
     * @param smin least signed 64-bit value
     * @param smax greatest signed 64-bit value
     * @param umin least unsigned 64-bit value
     * @param umax greatest unsigned 64-bit value
     * @param s32min least signed value of the low 32 bits
     * @param s32max greatest signed value of the low 32 bits
     * @param u32min least unsigned value of the low 32 bits
     * @param u32max greatest unsigned value of the low 32 bits
     * @param tnumValue bits known to be one
     * @param tnumMask bits not known
     */
    record Scalar(
            long smin,
            long smax,
            long umin,
            long umax,
            int s32min,
            int s32max,
            int u32min,
            int u32max,
            long tnumValue,
            long tnumMask)
            implements RegisterFact {
        /**
         * Whether there is only one possible value.
         *
         * @return whether it is a constant
         */
        public boolean isConstant() {
            return tnumMask == 0;
        }
    }

    /**
     * A pointer of one kind on every path.
     *
     * @param kind what it points to
     * @param maybeNull whether it may be NULL
     * @param map index of the map it belongs to, for MAP, MAP_VALUE and MAP_KEY; -1 if it differs, is an inner map, or is a map of
     *     local storage, whose values do not lie in {@code BpfMap.values()}
     * @param frame for STACK, how many frames above the current one the stack belongs to (0 is the current frame); -1 if it differs
     * @param minOffset least offset in bytes from the start of the object: from {@code r10} for the stack, from {@code data} for packets
     * @param maxOffset greatest such offset; equal to {@code minOffset} if the offset is a constant
     */
    record Pointer(PointerKind kind, boolean maybeNull, int map, int frame, long minOffset, long maxOffset)
            implements RegisterFact {
        /**
         * Whether the offset is the same on every path.
         *
         * @return whether it is a constant
         */
        public boolean hasConstantOffset() {
            return minOffset == maxOffset;
        }
    }

    /**
     * A number on some paths and a pointer on others, or pointers of different kinds. If the program dereferences it, each path's kind
     * is a memory kind (never CTX).
     *
     * @param mayBeScalar whether it is a number on some path
     * @param kinds the pointer kinds that occur
     */
    record Mixed(boolean mayBeScalar, java.util.Set<PointerKind> kinds) implements RegisterFact {
        /** Copies the set. */
        public Mixed {
            kinds = java.util.Set.copyOf(kinds);
        }
    }
}
