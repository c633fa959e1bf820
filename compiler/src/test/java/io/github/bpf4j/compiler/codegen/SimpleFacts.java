/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.verifier.PointerKind;
import io.github.bpf4j.compiler.verifier.RegisterFact;
import io.github.bpf4j.compiler.verifier.RegisterFact.Mixed;
import io.github.bpf4j.compiler.verifier.RegisterFact.Pointer;
import io.github.bpf4j.compiler.verifier.RegisterFact.Scalar;
import io.github.bpf4j.compiler.verifier.RegisterFact.Unusable;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.InstructionFacts;
import io.github.bpf4j.compiler.verifier.VerifiedProgram.Subprogram;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Facts for code generation from a plain data flow: which registers are pointers, constants or any number. It proves nothing, so tests can
 * feed the generator programs that no verifier would accept, and programs about which little is known.
 */
final class SimpleFacts {
    static final Scalar ANY =
            new Scalar(Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1, 0, -1);

    private final Program program;
    private final List<Instruction> code;
    private final RegisterFact[][] before;
    private final Deque<Integer> work = new ArrayDeque<>();
    private final TreeSet<Integer> starts = new TreeSet<>();
    private final Set<Integer> callbacks = new TreeSet<>();

    private SimpleFacts(Program program) {
        this.program = program;
        this.code = program.instructions();
        this.before = new RegisterFact[code.size()][];
    }

    static Scalar range(long min, long max) {
        boolean low = min >= 0 && max <= Integer.MAX_VALUE || min == max;
        return new Scalar(
                min,
                max,
                min >= 0 || max < 0 ? min : 0,
                min >= 0 || max < 0 ? max : -1,
                low ? (int) min : Integer.MIN_VALUE,
                low ? (int) max : Integer.MAX_VALUE,
                low ? (int) min : 0,
                low ? (int) max : -1,
                min == max ? min : 0,
                min == max ? 0 : -1);
    }

    static VerifiedProgram of(ProgramType type, String text, BpfMap... maps) {
        return of(Program.of("test", type, Assembler.assemble(text).instructions(), List.of(maps)));
    }

    static VerifiedProgram withLines(
            String name, ProgramType type, String text, List<SourceLine> lines, BpfMap... maps) {
        return of(new Program(
                name, type, "GPL", Assembler.assemble(text).instructions(), List.of(maps), List.of(), lines));
    }

    static VerifiedProgram of(Program program) {
        return new SimpleFacts(program).run();
    }

    private static Pointer pointer(PointerKind kind, boolean maybeNull, int map, long min, long max) {
        return new Pointer(kind, maybeNull, map, 0, min, max);
    }

    private VerifiedProgram run() {
        starts.add(0);
        RegisterFact[] entry = empty();
        if (program.type() == ProgramType.RAW) {
            entry[1] = pointer(PointerKind.RAW_MEM, false, -1, 0, 0);
            entry[2] = range(0, Long.MAX_VALUE);
        } else {
            entry[1] = pointer(PointerKind.CTX, false, -1, 0, 0);
        }
        flow(0, entry);
        while (!work.isEmpty()) {
            step(work.remove());
        }
        List<InstructionFacts> facts = new ArrayList<>();
        for (RegisterFact[] state : before) {
            facts.add(state == null ? null : new InstructionFacts(List.of(state), true, true, false));
        }
        List<Subprogram> functions = new ArrayList<>();
        List<Integer> ordered = new ArrayList<>(starts);
        for (int i = 0; i < ordered.size(); i++) {
            int start = ordered.get(i);
            int end = i + 1 < ordered.size() ? ordered.get(i + 1) : code.size();
            BitSet memory = memory(start, end);
            functions.add(new Subprogram(
                    start, end, i == 0 ? program.name() : "sub" + i, callbacks.contains(start), 512, memory));
        }
        return new VerifiedProgram(program, functions, facts, new VerifiedProgram.Statistics(0, 0, 0, 0, 0));
    }

    private static RegisterFact[] empty() {
        RegisterFact[] state = new RegisterFact[11];
        Arrays.fill(state, Unusable.INSTANCE);
        state[10] = pointer(PointerKind.STACK, false, -1, 0, 0);
        return state;
    }

    /** All of the frame, unless every use of a stack pointer is a direct access or a pointer move. */
    private BitSet memory(int start, int end) {
        BitSet memory = new BitSet(512);
        for (int slot = start; slot < end; slot++) {
            if (before[slot] == null) {
                continue;
            }
            boolean escapes = switch (code.get(slot)) {
                case Instruction.Call call -> {
                    boolean any = false;
                    for (int r = 1; r <= 5; r++) {
                        any |= isStack(before[slot][r]);
                    }
                    yield any;
                }
                case Instruction.Store store ->
                    store.src().isRegister() && isStack(before[slot][store.src().register()])
                            || vague(before[slot][store.base()]);
                case Instruction.Load load -> vague(before[slot][load.base()]);
                case Instruction.Atomic atomic -> isStack(before[slot][atomic.base()]);
                default -> false;
            };
            if (escapes) {
                memory.set(0, 512);
            }
        }
        return memory;
    }

    private static boolean vague(RegisterFact fact) {
        return isStack(fact) && !(fact instanceof Pointer pointer && pointer.hasConstantOffset());
    }

    private static boolean isStack(RegisterFact fact) {
        return fact instanceof Pointer pointer && pointer.kind() == PointerKind.STACK
                || fact instanceof Mixed mixed && mixed.kinds().contains(PointerKind.STACK);
    }

    private void flow(int slot, RegisterFact[] state) {
        RegisterFact[] old = before[slot];
        if (old == null) {
            before[slot] = state.clone();
            work.add(slot);
            return;
        }
        boolean changed = false;
        for (int r = 0; r < 11; r++) {
            RegisterFact joined = join(old[r], state[r]);
            if (!joined.equals(old[r])) {
                old[r] = joined;
                changed = true;
            }
        }
        if (changed) {
            work.add(slot);
        }
    }

    private static RegisterFact join(RegisterFact a, RegisterFact b) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Unusable || b instanceof Unusable) {
            return Unusable.INSTANCE;
        }
        if (a instanceof Scalar x && b instanceof Scalar y) {
            return x.smin() >= 0 && y.smin() >= 0 && x.smax() <= 0xffffffffL && y.smax() <= 0xffffffffL
                    ? range(0, 0xffffffffL)
                    : ANY;
        }
        if (a instanceof Pointer p && b instanceof Pointer q && p.kind() == q.kind() && p.frame() == q.frame()) {
            return new Pointer(
                    p.kind(),
                    p.maybeNull() || q.maybeNull(),
                    p.map() == q.map() ? p.map() : -1,
                    p.frame(),
                    p.minOffset() == q.minOffset() && p.maxOffset() == q.maxOffset() ? p.minOffset() : -512,
                    p.minOffset() == q.minOffset() && p.maxOffset() == q.maxOffset() ? p.maxOffset() : 1 << 20);
        }
        Set<PointerKind> kinds = EnumSet.noneOf(PointerKind.class);
        boolean scalar = false;
        for (RegisterFact fact : List.of(a, b)) {
            switch (fact) {
                case Pointer pointer -> kinds.add(pointer.kind());
                case Mixed mixed -> {
                    kinds.addAll(mixed.kinds());
                    scalar |= mixed.mayBeScalar();
                }
                case Scalar number -> scalar = true;
                case Unusable unusable -> throw new AssertionError();
            }
        }
        if (!scalar && kinds.size() == 1) {
            return new Pointer(kinds.iterator().next(), true, -1, -1, -512, 1 << 20);
        }
        return new Mixed(scalar, kinds);
    }

    private void step(int slot) {
        RegisterFact[] state = before[slot].clone();
        switch (code.get(slot)) {
            case Instruction.Alu alu -> {
                RegisterFact src = alu.src().isRegister()
                        ? state[alu.src().register()]
                        : range(alu.src().immediate(), alu.src().immediate());
                state[alu.dst()] = alu(alu, state[alu.dst()], src);
            }
            case Instruction.Neg neg ->
                state[neg.dst()] = neg.width() == Instruction.Width.W32 ? range(0, 0xffffffffL) : ANY;
            case Instruction.Mov mov -> {
                if (mov.src().isRegister()) {
                    RegisterFact src = state[mov.src().register()];
                    state[mov.dst()] = mov.width() == Instruction.Width.W32
                            ? range(0, 0xffffffffL)
                            : mov.signExtendFrom() == 0 ? src : ANY;
                } else {
                    long value = mov.width() == Instruction.Width.W32
                            ? mov.src().immediate() & 0xffffffffL
                            : mov.src().immediate();
                    state[mov.dst()] = range(value, value);
                }
            }
            case Instruction.ByteSwap swap ->
                state[swap.dst()] = swap.bits() == 64 ? ANY : range(0, (1L << swap.bits()) - 1);
            case Instruction.Load load -> state[load.dst()] = load(load, state[load.base()]);
            case Instruction.LoadAcquire load -> state[load.dst()] = ANY;
            case Instruction.Atomic atomic -> {
                if (atomic.fetch()) {
                    state[atomic.op() == Instruction.AtomicOp.CMPXCHG ? 0 : atomic.src()] =
                            atomic.size() == Instruction.Size.W ? range(0, 0xffffffffL) : ANY;
                }
            }
            case Instruction.LoadImm64 load -> state[load.dst()] = constant(slot, load);
            case Instruction.Call call -> call(slot, call, state);
            default -> {
                // no register changes
            }
        }
        next(slot, state);
    }

    private RegisterFact constant(int slot, Instruction.LoadImm64 load) {
        return switch (load.kind()) {
            case MAP_FD -> pointer(PointerKind.MAP, false, load.imm(), 0, 0);
            case MAP_VALUE -> pointer(PointerKind.MAP_VALUE, false, load.imm(), load.nextImm(), load.nextImm());
            case FUNC -> {
                int start = slot + 1 + load.imm();
                starts.add(start);
                callbacks.add(start);
                RegisterFact[] entry = empty();
                for (int r = 1; r <= 4; r++) {
                    entry[r] = new Mixed(true, EnumSet.allOf(PointerKind.class));
                }
                entry[1] = ANY;
                flow(start, entry);
                yield pointer(PointerKind.FUNC, false, -1, 0, 0);
            }
            default -> range(load.value(), load.value());
        };
    }

    private RegisterFact load(Instruction.Load load, RegisterFact base) {
        if (base instanceof Pointer pointer && pointer.kind() == PointerKind.CTX) {
            if (load.offset() == 76) {
                return pointer(PointerKind.PACKET, false, -1, 0, 0);
            }
            if (load.offset() == 80) {
                return pointer(PointerKind.PACKET_END, false, -1, 0, 0);
            }
        }
        if (isStack(base) && load.size() == Instruction.Size.DW) {
            return new Mixed(true, EnumSet.allOf(PointerKind.class));
        }
        if (load.signed()) {
            return ANY;
        }
        return switch (load.size()) {
            case B -> range(0, 255);
            case H -> range(0, 65535);
            case W -> range(0, 0xffffffffL);
            case DW -> ANY;
        };
    }

    private static RegisterFact alu(Instruction.Alu alu, RegisterFact dst, RegisterFact src) {
        if (alu.width() == Instruction.Width.W32) {
            return range(0, 0xffffffffL);
        }
        boolean addition = alu.op() == Instruction.AluOp.ADD;
        boolean difference = alu.op() == Instruction.AluOp.SUB;
        if (dst instanceof Pointer pointer && src instanceof Scalar scalar && (addition || difference)) {
            long by = addition ? scalar.tnumValue() : -scalar.tnumValue();
            return scalar.isConstant()
                    ? new Pointer(
                            pointer.kind(),
                            pointer.maybeNull(),
                            pointer.map(),
                            pointer.frame(),
                            pointer.minOffset() + by,
                            pointer.maxOffset() + by)
                    : new Pointer(pointer.kind(), pointer.maybeNull(), pointer.map(), pointer.frame(), -512, 1 << 20);
        }
        if (src instanceof Pointer pointer && dst instanceof Scalar && addition) {
            return new Pointer(pointer.kind(), pointer.maybeNull(), pointer.map(), pointer.frame(), -512, 1 << 20);
        }
        if ((dst instanceof Mixed || src instanceof Mixed) && (addition || difference)) {
            return new Mixed(true, EnumSet.allOf(PointerKind.class));
        }
        return ANY;
    }

    private void call(int slot, Instruction.Call call, RegisterFact[] state) {
        RegisterFact map = state[1];
        RegisterFact[] caller = state.clone();
        for (int r = 0; r <= 5; r++) {
            state[r] = Unusable.INSTANCE;
        }
        state[0] = ANY;
        if (call.kind() == Instruction.CallKind.SUBPROGRAM) {
            int start = slot + 1 + call.target();
            starts.add(start);
            RegisterFact[] entry = empty();
            for (int r = 1; r <= 5; r++) {
                entry[r] = caller[r] instanceof Pointer pointer && pointer.kind() == PointerKind.STACK
                        ? new Pointer(PointerKind.STACK, false, -1, 1, pointer.minOffset(), pointer.maxOffset())
                        : caller[r];
            }
            flow(start, entry);
        } else if (call.target() == 1) {
            state[0] = pointer(PointerKind.MAP_VALUE, true, ((Pointer) map).map(), 0, 0);
        }
    }

    private void next(int slot, RegisterFact[] state) {
        switch (code.get(slot)) {
            case Instruction.Jump jump -> flow(slot + 1 + jump.offset(), state);
            case Instruction.MayGoto may -> {
                flow(slot + 1 + may.offset(), state);
                flow(slot + 1, state);
            }
            case Instruction.Branch branch -> {
                RegisterFact dst = state[branch.dst()];
                RegisterFact[] taken = state.clone();
                RegisterFact[] not = state.clone();
                if (dst instanceof Pointer pointer
                        && pointer.maybeNull()
                        && !branch.src().isRegister()
                        && branch.src().immediate() == 0) {
                    boolean takenIsNull = branch.condition() == Instruction.Condition.EQ;
                    (takenIsNull ? taken : not)[branch.dst()] = range(0, 0);
                    (takenIsNull ? not : taken)[branch.dst()] = new Pointer(
                            pointer.kind(),
                            false,
                            pointer.map(),
                            pointer.frame(),
                            pointer.minOffset(),
                            pointer.maxOffset());
                }
                flow(slot + 1 + branch.offset(), taken);
                flow(slot + 1, not);
            }
            case Instruction.Exit exit -> {
                // leaves
            }
            case Instruction.LoadImm64 load -> flow(slot + 2, state);
            default -> flow(slot + 1, state);
        }
    }
}
