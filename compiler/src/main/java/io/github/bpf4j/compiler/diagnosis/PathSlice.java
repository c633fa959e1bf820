/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.diagnosis.Trace.Entry;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.CallKind;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.helper.ArgType;
import io.github.bpf4j.runtime.helper.Helper;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.helper.ReturnType;
import io.github.bpf4j.runtime.program.ContextField;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of a trace that a register's value depends on: followed backwards through copies, arithmetic and the stack, with the
 * branches that compare it or, for packet pointers, compare anything with the end of the packet.
 */
final class PathSlice {
    private static final int DATA = 76;
    private static final int DATA_END = 80;

    /**
     * An instruction that matters.
     *
     * @param slot its slot
     * @param event what happens there, in words
     */
    record Event(int slot, String event) {}

    private final Program program;
    private final List<Entry> trace;
    private final List<Event> events = new ArrayList<>();
    private String staleAfter = "";
    private String releasedBy = "";
    private boolean fromPacket;
    private boolean fromReserve;

    private PathSlice(Program program, List<Entry> trace) {
        this.program = program;
        this.trace = trace;
    }

    /**
     * Slices a trace.
     *
     * @param program the program
     * @param trace the executed instructions, the rejected one last
     * @param register the register that is wrong, or -1 to keep every branch
     * @return the slice
     */
    static PathSlice of(Program program, List<Entry> trace, int register) {
        PathSlice slice = new PathSlice(program, trace);
        slice.walk(register);
        return slice;
    }

    /**
     * What matters on the way.
     *
     * @return events, oldest first
     */
    List<Event> events() {
        return events.reversed();
    }

    /**
     * The function that made the register's packet pointer void.
     *
     * @return its name, or empty if the register holds no packet pointer from before such a call
     */
    String staleAfter() {
        return fromPacket ? staleAfter : "";
    }

    /**
     * The function that released the memory the register points to.
     *
     * @return its name, or empty if the register holds no pointer that was released
     */
    String releasedBy() {
        return fromReserve ? releasedBy : "";
    }

    private void walk(int register) {
        BitSet comparesEnd = branchesOnPacketEnd();
        Set<Integer> wanted = new HashSet<>();
        if (register >= 0 && register < 10) {
            wanted.add(register);
        }
        for (int i = trace.size() - 2; i >= 0; i--) {
            step(i, wanted, register < 0 || comparesEnd.get(i));
        }
    }

    private void step(int index, Set<Integer> wanted, boolean keepBranch) {
        Entry entry = trace.get(index);
        int slot = entry.slot();
        switch (program.instructions().get(slot)) {
            case Instruction.Alu alu -> {
                if (wanted.contains(alu.dst())) {
                    want(wanted, alu.src());
                }
            }
            case Instruction.Mov mov -> {
                if (wanted.remove(mov.dst())) {
                    want(wanted, mov.src());
                }
            }
            case Instruction.LoadImm64 load -> wanted.remove(load.dst());
            case Instruction.Load load -> {
                if (wanted.remove(load.dst())) {
                    loaded(slot, load, wanted);
                }
            }
            case Instruction.Store store -> {
                if (store.base() == 10 && wanted.remove(stackKey(store.offset()))) {
                    want(wanted, store.src());
                }
            }
            case Instruction.Branch branch -> {
                if (keepBranch
                        || wanted.contains(branch.dst())
                        || branch.src().isRegister()
                                && wanted.contains(branch.src().register())) {
                    events.add(
                            new Event(slot, entry.taken() ? "this condition jumps" : "this condition falls through"));
                }
            }
            case Instruction.Call call -> called(slot, call, wanted);
            default -> {}
        }
    }

    private void loaded(int slot, Instruction.Load load, Set<Integer> wanted) {
        if (load.base() == 10) {
            wanted.add(stackKey(load.offset()));
        } else if (load.size() == Instruction.Size.W && load.offset() == DATA) {
            fromPacket = true;
            events.add(new Event(slot, "r" + load.dst() + " is set to skb->data"));
        } else {
            events.add(new Event(slot, "r" + load.dst() + " is read from memory"));
        }
    }

    private void called(int slot, Instruction.Call call, Set<Integer> wanted) {
        Helper helper = call.kind() == CallKind.HELPER ? HelperTable.byId(call.target()) : null;
        if (helper != null && helper.changesPacketData() && !wanted.isEmpty() && staleAfter.isEmpty()) {
            staleAfter = helper.name();
            events.add(new Event(slot, helper.name() + " voids all packet pointers"));
        }
        if (helper != null
                && !wanted.isEmpty()
                && releasedBy.isEmpty()
                && helper.args().stream().anyMatch(arg -> arg.has(ArgType.Flag.RELEASE))) {
            releasedBy = helper.name();
            events.add(new Event(slot, helper.name() + " releases it"));
        }
        if (wanted.remove(0)) {
            fromReserve |= helper != null && helper.returns() == ReturnType.RINGBUF_MEM_OR_NULL;
            String name = helper == null ? "the call" : helper.name();
            events.add(new Event(slot, "r0 is what " + name + " returns"));
        }
    }

    /** Which branches of the trace compare something with {@code skb->data_end}. */
    private BitSet branchesOnPacketEnd() {
        BitSet branches = new BitSet();
        Set<Integer> ends = new HashSet<>();
        for (int i = 0; i < trace.size(); i++) {
            switch (program.instructions().get(trace.get(i).slot())) {
                case Instruction.Load load -> {
                    boolean isEnd = load.base() == 10
                            ? ends.contains(stackKey(load.offset()))
                            : load.offset() == DATA_END
                                    && load.size() == Instruction.Size.W
                                    && ContextField.at(DATA_END) != null;
                    mark(ends, load.dst(), isEnd);
                }
                case Instruction.Mov mov ->
                    mark(
                            ends,
                            mov.dst(),
                            mov.src().isRegister() && ends.contains(mov.src().register()));
                case Instruction.Store store -> {
                    if (store.base() == 10) {
                        mark(
                                ends,
                                stackKey(store.offset()),
                                ends.contains(store.src().register()));
                    }
                }
                case Instruction.LoadImm64 load -> ends.remove(load.dst());
                case Instruction.Branch branch -> {
                    if (ends.contains(branch.dst())
                            || ends.contains(branch.src().register())) {
                        branches.set(i);
                    }
                }
                default -> {}
            }
        }
        return branches;
    }

    private static void mark(Set<Integer> set, int key, boolean member) {
        if (member) {
            set.add(key);
        } else {
            set.remove(key);
        }
    }

    private static void want(Set<Integer> wanted, Operand operand) {
        if (operand.isRegister() && operand.register() < 10) {
            wanted.add(operand.register());
        }
    }

    private static int stackKey(int offset) {
        return 1000 + offset / 8;
    }
}
