/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Instruction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the scalars whose exact range a safety decision depends on. It walks the current path backwards, from a register or stack slot that must
 * be precise to the registers and slots it was computed from, and marks those in every checkpoint on the way. Checkpoints compare scalars
 * that are not marked as equal whatever their ranges are.
 */
final class Precision {
    private static final int ARGUMENTS = 0b111110;

    private final Analysis a;
    private final int[] registers = new int[VerifierState.MAX_FRAMES];
    private final long[] slots = new long[VerifierState.MAX_FRAMES];
    private int frame;

    Precision(Analysis analysis) {
        this.a = analysis;
    }

    /** Makes a register of the current frame precise. */
    void markRegister(int register) {
        if (a.raw || !a.frame().register(register).isScalar()) {
            return;
        }
        begin(a.state);
        registers[frame] = 1 << register;
        walk(a.state);
    }

    /** Makes a saved scalar on the stack precise. */
    void markSlot(int frameNumber, int slot) {
        if (a.raw) {
            return;
        }
        begin(a.state);
        slots[frameNumber] = 1L << slot;
        walk(a.state);
    }

    /** Makes precise in {@code state} and its past what {@code old}, found equal to it, needs precise. Returns whether marks were added. */
    boolean propagate(VerifierState old, VerifierState state, int slot) {
        begin(state);
        boolean any = false;
        for (int f = 0; f <= old.current; f++) {
            registers[f] = old.preciseRegisters[f];
            slots[f] = old.preciseSlots[f];
            any |= registers[f] != 0 || slots[f] != 0;
        }
        return any && walk(state, slot);
    }

    private void begin(VerifierState state) {
        for (int i = 0; i <= VerifierState.MAX_FRAMES - 1; i++) {
            registers[i] = 0;
            slots[i] = 0;
        }
        frame = state.current;
    }

    private void walk(VerifierState state) {
        walk(state, a.slot);
    }

    /** Returns whether a checkpoint got a mark it did not have. */
    private boolean walk(VerifierState state, int from) {
        boolean changed = false;
        VerifierState segment = state;
        int i = from;
        boolean first = true;
        int later = -1;
        while (true) {
            @Nullable HistoryStep step = segment.history;
            while (true) {
                @Nullable HistoryStep here = step != null && step.slot() == i ? step : null;
                if (first) {
                    first = false;
                } else if (!stepBack(i, later, here)) {
                    markEverything(state);
                    return true;
                }
                if (isDone()) {
                    return changed;
                }
                later = i;
                if (i == segment.firstSlot && (step == null || (step.previous() == null && step.slot() == i))) {
                    break;
                }
                if (here != null) {
                    i = here.previousSlot();
                    step = here.previous();
                } else {
                    i--;
                }
                if (i < 0) {
                    markEverything(state);
                    return true;
                }
            }
            VerifierState parent = segment.parent;
            if (parent == null) {
                return changed;
            }
            changed |= mark(parent);
            if (isDone()) {
                return changed;
            }
            later = segment.firstSlot;
            i = parent.lastSlot;
            segment = parent;
            if (i < 0) {
                return changed;
            }
        }
    }

    private boolean isDone() {
        for (int f = 0; f <= frame; f++) {
            if (registers[f] != 0 || slots[f] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Marks what is wanted in a checkpoint; what is marked already was followed further back then. */
    private boolean mark(VerifierState state) {
        boolean changed = false;
        for (int f = 0; f <= frame && f <= state.current; f++) {
            FrameState at = state.frame(f);
            int wanted = registers[f];
            for (int r = 0; r < 10 && wanted >>> r != 0; r++) {
                int bit = 1 << r;
                if ((wanted & bit) == 0) {
                    continue;
                }
                if (!at.register(r).isScalar() || (state.preciseRegisters[f] & bit) != 0) {
                    registers[f] &= ~bit;
                } else {
                    state.preciseRegisters[f] |= bit;
                    changed = true;
                }
            }
            long pending = slots[f];
            while (pending != 0) {
                int slot = Long.numberOfTrailingZeros(pending);
                long bit = 1L << slot;
                pending &= ~bit;
                if (!at.isSpill(slot) || !at.slot(slot).isScalar() || (state.preciseSlots[f] & bit) != 0) {
                    slots[f] &= ~bit;
                } else {
                    state.preciseSlots[f] |= bit;
                    changed = true;
                }
            }
        }
        return changed;
    }

    private static void markEverything(VerifierState state) {
        for (VerifierState s = state.parent; s != null; s = s.parent) {
            for (int f = 0; f <= s.current; f++) {
                s.preciseRegisters[f] = -1;
                s.preciseSlots[f] = -1;
            }
        }
    }

    private boolean wanted(int register) {
        return (registers[frame] & 1 << register) != 0;
    }

    private void want(int register) {
        if (register != 10) {
            registers[frame] |= 1 << register;
        }
    }

    private void drop(int register) {
        registers[frame] &= ~(1 << register);
    }

    private void want(Instruction.Operand operand) {
        if (operand.isRegister()) {
            want(operand.register());
        }
    }

    /**
     * Turns what is wanted after an instruction into what is wanted before it.
     *
     * @param later the instruction executed after it
     * @return false if the origin cannot be told
     */
    private boolean stepBack(int i, int later, @Nullable HistoryStep step) {
        if (step != null && step.linked() != 0) {
            wantLinked(step.linked());
        }
        boolean known = transfer(i, later, step);
        if (known && step != null && step.linked() != 0) {
            wantLinked(step.linked());
        }
        return known;
    }

    private boolean transfer(int i, int later, @Nullable HistoryStep step) {
        int access = step == null ? 0 : step.stackAccess();
        switch (a.code.kinds[i]) {
            case Code.ALU -> {
                Instruction.Alu alu = (Instruction.Alu) a.code.instructions[i];
                if (wanted(alu.dst())) {
                    want(alu.src());
                }
            }
            case Code.MOV -> {
                Instruction.Mov mov = (Instruction.Mov) a.code.instructions[i];
                if (wanted(mov.dst())) {
                    drop(mov.dst());
                    want(mov.src());
                }
            }
            case Code.ADDR_SPACE_CAST -> drop(((Instruction.AddrSpaceCast) a.code.instructions[i]).dst());
            case Code.LOAD -> loaded(((Instruction.Load) a.code.instructions[i]).dst(), access);
            case Code.LOAD_ACQUIRE -> loaded(((Instruction.LoadAcquire) a.code.instructions[i]).dst(), access);
            case Code.STORE -> {
                Instruction.Store store = (Instruction.Store) a.code.instructions[i];
                return stored(store.base(), store.src(), access);
            }
            case Code.STORE_RELEASE -> {
                Instruction.StoreRelease store = (Instruction.StoreRelease) a.code.instructions[i];
                return stored(store.base(), Instruction.Operand.register(store.src()), access);
            }
            case Code.ATOMIC -> {
                Instruction.Atomic atomic = (Instruction.Atomic) a.code.instructions[i];
                if (atomic.op() == Instruction.AtomicOp.CMPXCHG) {
                    loaded(0, access);
                } else if (atomic.fetch() || atomic.op() == Instruction.AtomicOp.XCHG) {
                    loaded(atomic.src(), access);
                }
                return !wanted(atomic.base());
            }
            case Code.LOAD_IMM64 -> drop(((Instruction.LoadImm64) a.code.instructions[i]).dst());
            case Code.LEGACY_LOAD -> {
                return !wanted(0);
            }
            case Code.BRANCH -> {
                Instruction.Branch branch = (Instruction.Branch) a.code.instructions[i];
                if (branch.src().isRegister()
                        && (wanted(branch.dst()) || wanted(branch.src().register()))) {
                    want(branch.dst());
                    want(branch.src());
                }
            }
            case Code.CALL_SUBPROGRAM -> calledSubprogram(i);
            case Code.CALL_HELPER, Code.CALL_KFUNC -> {
                if (a.functions.callsBack(i) && later != i + 1) {
                    registers[frame] = 0;
                    slots[frame] = 0;
                    frame--;
                } else if (a.functions.isTailCall(i) && later != i + 1) {
                    // The path came back from the program called instead, with that program's result.
                    drop(0);
                    frame++;
                    registers[frame] = 0;
                    slots[frame] = 0;
                } else {
                    drop(0);
                    registers[frame] &= ~ARGUMENTS;
                }
            }
            case Code.EXIT -> {
                if (later >= 0 && a.functions.callsBack(later)) {
                    registers[frame] &= ~ARGUMENTS;
                }
                boolean result = later >= 1 && a.code.kinds[later - 1] == Code.CALL_SUBPROGRAM && wanted(0);
                drop(0);
                frame++;
                registers[frame] = result ? 1 : 0;
                slots[frame] = 0;
            }
            default -> {}
        }
        return true;
    }

    private void calledSubprogram(int i) {
        if (a.graph.subprogramAt(a.code.targets[i]).global()) {
            drop(0);
            registers[frame] &= ~ARGUMENTS;
            return;
        }
        int arguments = registers[frame] & ARGUMENTS;
        registers[frame] = 0;
        slots[frame] = 0;
        frame--;
        registers[frame] |= arguments;
    }

    private void loaded(int dst, int access) {
        if (wanted(dst)) {
            drop(dst);
            if (access != 0) {
                slots[(access - 1) / FrameState.SLOTS] |= 1L << (access - 1) % FrameState.SLOTS;
            }
        }
    }

    private boolean stored(int base, Instruction.Operand src, int access) {
        if (wanted(base)) {
            // A difference of pointers; its origin is not followed.
            return false;
        }
        if (access != 0) {
            int f = (access - 1) / FrameState.SLOTS;
            long bit = 1L << (access - 1) % FrameState.SLOTS;
            if ((slots[f] & bit) != 0) {
                slots[f] &= ~bit;
                want(src);
            }
        }
        return true;
    }

    // ---- linked scalars: up to six of them, ten bits each, the count in the lowest four ----

    private static final int MAX_LINKED = 6;

    /** Packs the registers and slots whose scalars are equal or linked; those beyond the sixth lose the link. */
    static long pack(List<int[]> linked) {
        long packed = 0;
        for (int[] place : linked) {
            packed = packed << 10 | (long) place[0] << 7 | (long) place[1] << 1 | place[2];
        }
        return packed << 4 | linked.size();
    }

    /** All places with scalars of an id, as {frame, index, 1 for a register}. */
    static List<int[]> collect(VerifierState state, int id, List<int[]> places) {
        if (id == 0) {
            return places;
        }
        for (int f = state.current; f >= 0; f--) {
            FrameState frame = state.frame(f);
            for (int r = 0; r < 10; r++) {
                if (frame.register(r).isScalar() && frame.register(r).id == id) {
                    add(state, places, f, r, true);
                }
            }
            for (int s = 0; s < frame.allocatedSlots(); s++) {
                if (frame.isSpill(s) && frame.slot(s).isScalar() && frame.slot(s).id == id) {
                    add(state, places, f, s, false);
                }
            }
        }
        return places;
    }

    private static void add(VerifierState state, List<int[]> places, int f, int index, boolean register) {
        if (places.size() < MAX_LINKED) {
            places.add(new int[] {f, index, register ? 1 : 0});
        } else {
            FrameState frame = state.ownFrame(f);
            (register ? frame.own(index) : frame.ownSlot(index)).forgetId();
        }
    }

    private void wantLinked(long packed) {
        int count = (int) packed & 15;
        boolean some = false;
        List<int[]> places = new ArrayList<>(count);
        long rest = packed >>> 4;
        for (int i = 0; i < count; i++, rest >>>= 10) {
            int f = (int) (rest >>> 7) & 7;
            int index = (int) (rest >>> 1) & 63;
            boolean register = (rest & 1) != 0;
            places.add(new int[] {f, index, register ? 1 : 0});
            some |= register ? (registers[f] & 1 << index) != 0 : (slots[f] & 1L << index) != 0;
        }
        if (some) {
            for (int[] place : places) {
                if (place[2] == 1) {
                    registers[place[0]] |= 1 << place[1];
                } else {
                    slots[place[0]] |= 1L << place[1];
                }
            }
        }
    }
}
