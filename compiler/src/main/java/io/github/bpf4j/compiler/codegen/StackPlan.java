/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Which parts of a function's stack frame become JVM locals: those only ever reached by loads and stores of the function itself with a
 * constant offset. A part, called a unit, is as wide as its widest access; narrower ones take or replace some of its bits. Immutable.
 */
final class StackPlan {
    /** Most units; with the registers they fit the bits of a {@code long}. */
    static final int MAX_UNITS = 50;

    private static final int FRAME = 512;
    private static final int NONE = -1;

    /**
     * A part of the frame.
     *
     * @param offset its first byte, from the frame's lowest address: 0 is {@code r10 - 512}
     * @param size 1, 2, 4 or 8 bytes
     */
    record Unit(int offset, int size) {}

    private final List<Unit> units = new ArrayList<>();
    private final int[] unitAtByte = new int[FRAME];

    StackPlan(FlowGraph graph, BitSet memoryBytes) {
        int[] accesses = new int[FRAME];
        int[] width = new int[FRAME];
        BitSet memory = (BitSet) memoryBytes.clone();
        for (FlowGraph.Block block : graph.blocks()) {
            for (int slot = block.first(); slot <= block.last(); slot = graph.after(slot)) {
                int offset = frameOffset(graph, slot);
                if (offset == NONE) {
                    continue;
                }
                int size = size(graph.instruction(slot));
                if (offset % size != 0 || isAtomic(graph.instruction(slot))) {
                    memory.set(offset & -8, Math.min(FRAME, (offset + size + 7) & -8));
                    continue;
                }
                width[offset] = Math.max(width[offset], size);
                accesses[offset]++;
            }
        }
        choose(width, accesses, memory);
    }

    private static boolean isAtomic(Instruction instruction) {
        return instruction instanceof Instruction.Atomic
                || instruction instanceof Instruction.LoadAcquire
                || instruction instanceof Instruction.StoreRelease;
    }

    private void choose(int[] width, int[] accesses, BitSet memory) {
        record Candidate(Unit unit, int count) {}
        List<Candidate> candidates = new ArrayList<>();
        boolean[] covered = new boolean[FRAME];
        for (int size = 8; size >= 1; size >>= 1) {
            for (int offset = 0; offset < FRAME; offset += size) {
                if (width[offset] != size || covered[offset]) {
                    continue;
                }
                Arrays.fill(covered, offset, offset + size, true);
                int inMemory = memory.nextSetBit(offset);
                if (inMemory < 0 || inMemory >= offset + size) {
                    int count = Arrays.stream(accesses, offset, offset + size).sum();
                    candidates.add(new Candidate(new Unit(offset, size), count));
                }
            }
        }
        Arrays.fill(unitAtByte, NONE);
        candidates.sort(Comparator.comparingInt(Candidate::count).reversed());
        for (Candidate candidate : candidates.subList(0, Math.min(MAX_UNITS, candidates.size()))) {
            Unit unit = candidate.unit;
            Arrays.fill(unitAtByte, unit.offset, unit.offset + unit.size, units.size());
            units.add(unit);
        }
    }

    List<Unit> units() {
        return units;
    }

    /** The unit that the memory access at {@code slot} reaches, or -1 if it does not reach one. */
    int unitOf(FlowGraph graph, int slot) {
        int offset = frameOffset(graph, slot);
        return offset == NONE ? NONE : unitAtByte[offset];
    }

    /** The unit that holds a byte of the frame, or -1 if it lies in memory. */
    int unitAt(int frameOffset) {
        return unitAtByte[frameOffset];
    }

    /** Where in the frame an access with a constant offset starts, or -1 if it is no such access. */
    static int frameOffset(FlowGraph graph, int slot) {
        Instruction instruction = graph.instruction(slot);
        int base;
        int offset;
        switch (instruction) {
            case Instruction.Load load -> {
                base = load.base();
                offset = load.offset();
            }
            case Instruction.Store store -> {
                base = store.base();
                offset = store.offset();
            }
            case Instruction.Atomic atomic -> {
                base = atomic.base();
                offset = atomic.offset();
            }
            case Instruction.LoadAcquire load -> {
                base = load.base();
                offset = load.offset();
            }
            case Instruction.StoreRelease store -> {
                base = store.base();
                offset = store.offset();
            }
            default -> {
                return NONE;
            }
        }
        if (graph.facts(slot).registers().get(base) instanceof RegisterFact.Pointer pointer
                && pointer.kind() == PointerKind.STACK
                && pointer.frame() == 0
                && !pointer.maybeNull()
                && pointer.hasConstantOffset()) {
            long at = FRAME + pointer.minOffset() + offset;
            if (at >= 0 && at + size(instruction) <= FRAME) {
                return (int) at;
            }
        }
        return NONE;
    }

    /** The constant that a memory access adds to its base. */
    static int offset(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load load -> load.offset();
            case Instruction.Store store -> store.offset();
            case Instruction.Atomic atomic -> atomic.offset();
            case Instruction.LoadAcquire load -> load.offset();
            case Instruction.StoreRelease store -> store.offset();
            default -> 0;
        };
    }

    /** Bytes that a memory access moves. */
    static int size(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Load load -> load.size().bytes();
            case Instruction.Store store -> store.size().bytes();
            case Instruction.Atomic atomic -> atomic.size().bytes();
            case Instruction.LoadAcquire load -> load.size().bytes();
            case Instruction.StoreRelease store -> store.size().bytes();
            default -> 0;
        };
    }
}
