/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;

/**
 * The JVM locals of one method: a few with a fixed meaning that hold a value from the method's start to its end, then one per variable and
 * form of its representations, given out when first needed.
 */
final class Locals {
    /** No such local in this method. */
    static final int NONE = -1;

    /**
     * A local that holds a value all through the method.
     *
     * @param local its index
     * @param type its type in frames
     */
    private record Fixed(int local, Object type) {}

    private final List<Fixed> fixed = new ArrayList<>();
    private final int[] ints = filled();
    private final int[] longs = filled();
    private final int[] bases = filled();
    private int next;

    /** The {@code ExecutionContext}. */
    int context = NONE;

    /** The {@code SkBuff}; none in raw programs and where {@link #wholeArray}. */
    private int skb = NONE;

    /** Whether the packet is the whole array {@link #packet}, without an {@code SkBuff}. */
    private boolean wholeArray;

    private boolean missesSkb;

    /** {@code r10} as an {@code int}; {@link #NONE} if it is {@link #frame}. */
    int framePointer = NONE;

    /** {@code r10} where it is a constant. */
    int frame;

    /** The packet's memory. */
    int packet = NONE;

    /** The worker's stack memory. */
    int stack = NONE;

    /** Slot of the instruction that runs, for traps. */
    int position = NONE;

    /** Iterations that {@code may_goto} still allows. */
    int budget = NONE;

    /** Gives out the local of the {@code SkBuff}. */
    int fixSkb() {
        skb = fixed(Types.SKB);
        return skb;
    }

    /** Gives out the local of the packet as an array without an {@code SkBuff}. */
    int fixWholeArray() {
        wholeArray = true;
        packet = fixed("[B");
        return packet;
    }

    /** The local of the {@code SkBuff}, for code that cannot do without. */
    int skb() {
        if (skb == NONE) {
            missesSkb = true;
            return 0;
        }
        return skb;
    }

    /** Whether the packet is the whole array {@link #packet}, without an {@code SkBuff}. */
    boolean wholeArray() {
        return wholeArray;
    }

    /** Whether code was written that needs an {@code SkBuff} in a method without one, and so is of no use. */
    boolean missesSkb() {
        return missesSkb;
    }

    private static int[] filled() {
        int[] locals = new int[Long.SIZE];
        Arrays.fill(locals, NONE);
        return locals;
    }

    /** Gives out a local that holds a value all through the method. */
    int fixed(Object frameType) {
        int local = next;
        fixed.add(new Fixed(local, frameType));
        next += frameType.equals(Opcodes.LONG) ? 2 : 1;
        return local;
    }

    /** Starts with the fixed locals of an enclosing scope. */
    void copyFixed(Locals outer) {
        fixed.addAll(outer.fixed);
        next = outer.next;
    }

    /** Gives out a local without a type at block boundaries. */
    int temporary(int size) {
        int local = next;
        next += size;
        return local;
    }

    /** Gives out the {@code long}s of all registers as locals that hold a value all through the method, for a debugger. */
    void fixRegisters() {
        for (int register = 0; register < 10; register++) {
            longs[register] = fixed(Opcodes.LONG);
        }
    }

    int intOf(int variable) {
        if (ints[variable] == NONE) {
            ints[variable] = next++;
        }
        return ints[variable];
    }

    int longOf(int variable) {
        if (longs[variable] == NONE) {
            longs[variable] = next;
            next += 2;
        }
        return longs[variable];
    }

    int baseOf(int variable) {
        if (bases[variable] == NONE) {
            bases[variable] = next++;
        }
        return bases[variable];
    }

    int numberOf(int variable, Rep rep) {
        return rep.isInt() ? intOf(variable) : longOf(variable);
    }

    /** Writes a label and the frame of a point where these variables are live. */
    void frame(Code code, Label label, long live, java.util.function.IntFunction<Rep> reps, Object... stack) {
        for (long rest = live; rest != 0; rest &= rest - 1) {
            int variable = Long.numberOfTrailingZeros(rest);
            Rep rep = reps.apply(variable);
            if (rep.number() != Rep.NumberLocal.NONE) {
                numberOf(variable, rep);
            }
            if (rep.hasBase()) {
                baseOf(variable);
            }
        }
        Object[] types = new Object[next];
        Arrays.fill(types, Opcodes.TOP);
        for (Fixed value : fixed) {
            types[value.local] = value.type;
        }
        for (long rest = live; rest != 0; rest &= rest - 1) {
            int variable = Long.numberOfTrailingZeros(rest);
            Rep rep = reps.apply(variable);
            if (rep.number() != Rep.NumberLocal.NONE) {
                types[numberOf(variable, rep)] = rep.isInt() ? Opcodes.INTEGER : Opcodes.LONG;
            }
            if (rep.hasBase()) {
                types[baseOf(variable)] = rep.baseType();
            }
        }
        List<Object> entries = new ArrayList<>();
        for (int i = 0; i < types.length; i += types[i].equals(Opcodes.LONG) ? 2 : 1) {
            entries.add(types[i]);
        }
        while (!entries.isEmpty() && entries.get(entries.size() - 1).equals(Opcodes.TOP)) {
            entries.remove(entries.size() - 1);
        }
        code.frame(label, entries.toArray(), stack);
    }
}
