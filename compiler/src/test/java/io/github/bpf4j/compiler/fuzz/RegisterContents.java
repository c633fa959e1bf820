/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import java.util.Arrays;

/** What {@code r0} to {@code r9} hold at one point of a program that is being generated, as far as its generator keeps track of that. */
final class RegisterContents {
    /** Registers but the frame pointer. */
    static final int COUNT = 10;

    /** What a register holds. */
    enum Kind {
        UNSET,
        SCALAR,
        PACKET,
        VALUE,
        MAYBE_VALUE,
        STACK
    }

    private final Kind[] kinds = new Kind[COUNT];
    private final int[] sizes = new int[COUNT];
    private final int[] limits = new int[COUNT];
    private int storedSlots;

    /** Nothing known of any register. */
    RegisterContents() {
        Arrays.fill(kinds, Kind.UNSET);
    }

    RegisterContents copy() {
        RegisterContents copy = new RegisterContents();
        copy.become(this);
        return copy;
    }

    /** Takes over all that another point knows. */
    void become(RegisterContents other) {
        System.arraycopy(other.kinds, 0, kinds, 0, COUNT);
        System.arraycopy(other.sizes, 0, sizes, 0, COUNT);
        System.arraycopy(other.limits, 0, limits, 0, COUNT);
        storedSlots = other.storedSlots;
    }

    /** Keeps what holds on another way to this point as well. */
    void join(RegisterContents other) {
        for (int register = 0; register < COUNT; register++) {
            if (kinds[register] != other.kinds[register]) {
                set(register, Kind.UNSET);
            } else {
                sizes[register] = Math.min(sizes[register], other.sizes[register]);
                limits[register] = limits[register] == 0 || other.limits[register] == 0
                        ? 0
                        : Math.max(limits[register], other.limits[register]);
            }
        }
        storedSlots = Math.min(storedSlots, other.storedSlots);
    }

    /**
     * Forgets all but the two scalars that a subprogram gets. Sizes of former pointers stay: only programs that get things wrong come to ask for
     * them, and those are meant to reach through registers of the caller.
     */
    void beginSubprogram() {
        Arrays.fill(kinds, Kind.UNSET);
        kinds[1] = Kind.SCALAR;
        kinds[2] = Kind.SCALAR;
        forgetLimits();
        storedSlots = 0;
    }

    boolean holds(int register, Kind kind) {
        return kinds[register] == kind;
    }

    /** The register holds something new, of which no more is known than its kind. */
    void set(int register, Kind kind) {
        set(register, kind, 0);
    }

    /** The register holds a pointer behind which so many bytes may be reached. */
    void set(int register, Kind kind, int size) {
        kinds[register] = kind;
        sizes[register] = size;
        limits[register] = 0;
    }

    void copyRegister(int from, int to) {
        kinds[to] = kinds[from];
        sizes[to] = sizes[from];
        limits[to] = limits[from];
    }

    /** {@code r0} to {@code r5} hold nothing after a call. */
    void clobber() {
        for (int register = 0; register < 6; register++) {
            set(register, Kind.UNSET);
        }
    }

    /** Bytes that may be reached through a pointer. */
    int size(int register) {
        return sizes[register];
    }

    /** What a scalar that is not negative is below; 0 for all others. */
    int limit(int register) {
        return limits[register];
    }

    boolean isBounded(int register) {
        return kinds[register] == Kind.SCALAR && limits[register] > 0;
    }

    void setLimit(int register, int limit) {
        limits[register] = limit;
    }

    void forgetLimits() {
        Arrays.fill(limits, 0);
    }

    /** How many stack slots were stored one after the other, from a fixed one downwards, for reads at variable places. */
    int storedSlots() {
        return storedSlots;
    }

    void setStoredSlots(int slots) {
        storedSlots = slots;
    }
}
