/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.Symbols;
import io.github.bpf4j.compiler.load.SourceLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a verification does, as the kernel's verifier does at log level 2: each instruction on each path with the registers and stack
 * slots it read or changed behind it, whole states where a path goes on elsewhere, and source lines. Left out are the kernel's lines on
 * precision tracking and liveness, which describe its own workings.
 */
final class VerifierLog {
    private static final int ALL_REGISTERS = 0x7ff;
    private static final long ALL_SLOTS = -1L;
    private static final int STATE_COLUMN = 40;
    private static final int TAB = 8;

    private final Analysis a;
    private final Consumer<String> lines;
    private final Disassembler disassembler;
    private final byte[] code;

    /** The line of the last instruction, while its state may still be put behind it. */
    private @Nullable String open;

    private @Nullable SourceLine lastSource;
    /** Whether the next instruction comes from elsewhere, so that the whole state is due. */
    private boolean jumped;
    /** What was read or changed and is not written yet. */
    private int registers = ALL_REGISTERS;

    private long slots = ALL_SLOTS;
    private @Nullable FrameState before;
    private final List<String> notes = new ArrayList<>();

    VerifierLog(Analysis analysis, Consumer<String> lines) {
        this.a = analysis;
        this.lines = lines;
        disassembler = new Disassembler(
                Disassembler.Style.KERNEL,
                Symbols.ofMaps(a.program.maps().stream()
                        .map(map -> map.definition().name())
                        .toList()));
        code = InstructionEncoder.encode(a.program.instructions());
        for (ControlFlowGraph.Subprogram function : a.graph.subprograms) {
            line("func#" + function.index() + " @" + function.start());
        }
    }

    /** Any line of its own. */
    void line(String text) {
        flush();
        text.lines().forEach(lines);
    }

    /** A line to follow the message of the rejection that is about to happen. */
    void note(String text) {
        notes.add(text);
    }

    /** The program is rejected. */
    void rejected(String message) {
        line(message);
        notes.forEach(this::line);
    }

    /** The end, accepted or not. */
    void finish(VerifiedProgram.Statistics cost) {
        line("processed %d insns (limit %d) max_states_per_insn %d total_states %d peak_states %d mark_read 0"
                .formatted(
                        cost.processedInstructions(),
                        a.options.instructionBudget(),
                        cost.maxStatesPerInstruction(),
                        cost.totalStates(),
                        cost.peakStates()));
    }

    private void flush() {
        if (open != null) {
            lines.accept(open);
            open = null;
        }
    }

    // ---- paths ----

    /** The current instruction's state is covered by one seen before. */
    void pruned() {
        if (jumped) {
            line(from() + " safe");
        } else {
            line(a.slot + ": safe");
        }
    }

    /** Another path goes on at the current instruction. */
    void resumed() {
        flush();
        jumped = true;
        touchAll();
    }

    /** A path of another function begins. */
    void begun() {
        jumped = false;
        touchAll();
    }

    private String from() {
        flush();
        lines.accept("");
        return "from " + a.previousSlot + " to " + a.slot + ":";
    }

    // ---- instructions ----

    /** Before the current instruction. */
    void visit() {
        if (jumped) {
            line(from() + whole(a.state.current));
            jumped = false;
        }
        state();
        flush();
        source();
        int opcode = code[a.slot * 8] & 0xff;
        open = "%d: (%02x) %s".formatted(a.slot, opcode, disassembler.text(a.code.instructions[a.slot]));
        before = a.frame().copy();
    }

    private void source() {
        SourceLine source = a.program.lineAt(a.slot);
        if (source == null || source.text().isBlank() || source.equals(lastSource)) {
            return;
        }
        boolean sameLine = lastSource != null
                && source.line() == lastSource.line()
                && source.file().equals(lastSource.file());
        lastSource = source;
        if (!sameLine) {
            String file = source.file().substring(source.file().lastIndexOf('/') + 1);
            line("; " + source.text().strip() + " @ " + file + ":" + source.line());
        }
    }

    /** Behind an instruction that did not end its path. */
    void done(int slot) {
        FrameState old = java.util.Objects.requireNonNull(before);
        FrameState now = a.frame();
        byte kind = a.code.kinds[slot];
        if (now.number != old.number) {
            return; // a call or return has written whole frames
        }
        boolean call = kind == Code.CALL_HELPER || kind == Code.CALL_KFUNC;
        int read = call ? (1 << a.functions.argumentCount(slot) + 1) - 2 : a.code.reads(slot);
        registers |= (kind == Code.CALL_SUBPROGRAM ? 0 : read) | a.code.writes(slot);
        slots |= call ? changed(old, now) : accessed(slot, old);
        if (call || kind == Code.CALL_SUBPROGRAM) {
            slots |= handedDynptrs(old);
        }
        if (kind == Code.BRANCH) {
            state();
        }
    }

    private static long changed(FrameState old, FrameState now) {
        long changed = 0;
        for (int s = 0; s < now.allocatedSlots(); s++) {
            if (now.slotType(s) != old.slotType(s) || now.slot(s) != old.slot(s)) {
                changed |= 1L << s;
            }
        }
        return changed;
    }

    /** The stack slots of its own frame that an instruction may read or write. */
    private long accessed(int slot, FrameState old) {
        return switch (a.code.instructions[slot]) {
            case Instruction.Load i -> accessed(old, i.base(), i.offset(), i.size());
            case Instruction.LoadAcquire i -> accessed(old, i.base(), i.offset(), i.size());
            case Instruction.Store i -> accessed(old, i.base(), i.offset(), i.size());
            case Instruction.Atomic i -> accessed(old, i.base(), i.offset(), i.size());
            case Instruction.StoreRelease i -> accessed(old, i.base(), i.offset(), i.size());
            default -> 0;
        };
    }

    private static long accessed(FrameState old, int base, int offset, Instruction.Size size) {
        RegisterState pointer = old.register(base);
        if (pointer.type != RegisterType.STACK || pointer.frame != old.number) {
            return 0;
        }
        int lowest = Math.clamp(pointer.minOffset() + offset, -8 * FrameState.SLOTS, -1);
        int highest = Math.clamp(pointer.maxOffset() + offset + size.bytes() - 1, -8 * FrameState.SLOTS, -1);
        long touched = 0;
        for (int s = (-highest - 1) / 8; s <= (-lowest - 1) / 8; s++) {
            touched |= 1L << s;
        }
        return touched;
    }

    /** The stack slots of dynptrs that a call gets. */
    private static long handedDynptrs(FrameState old) {
        long handed = 0;
        for (int r = 1; r <= 5; r++) {
            long slot = accessed(old, r, 0, Instruction.Size.B);
            int number = Long.numberOfTrailingZeros(slot);
            if (slot != 0 && old.byteType(number, 0) == FrameState.DYNPTR) {
                handed |= slot | slot >>> 1;
            }
        }
        return handed;
    }

    private void touchAll() {
        registers = ALL_REGISTERS;
        slots = ALL_SLOTS;
    }

    /** Writes what was touched: behind the instruction, or on a line of its own if other lines came between. */
    private void state() {
        if (registers == 0 && slots == 0) {
            return;
        }
        String text = StateText.frame(a.state, a.state.current, registers, slots);
        registers = 0;
        slots = 0;
        if (open == null) {
            lines.accept(a.slot + ":" + text);
            return;
        }
        int length = open.length() + 1;
        int column = Math.max(length + TAB / 2, STATE_COLUMN);
        column = (column + TAB - 1) / TAB * TAB - 2;
        lines.accept(open + " ".repeat(column - open.length()) + ";" + text);
        open = null;
    }

    private String whole(int frame) {
        return StateText.frame(a.state, frame, ALL_REGISTERS, ALL_SLOTS);
    }

    // ---- functions ----

    /** A subprogram was entered. */
    void called() {
        line("caller:");
        line(whole(a.state.current - 1));
        line("callee:");
        line(whole(a.state.current));
        touchAll();
    }

    /** The subprogram of the innermost frame is about to return to a slot. */
    void returning() {
        line("returning from callee:");
        line(whole(a.state.current));
    }

    /** The subprogram returned to a slot. */
    void returned(int slot) {
        line("to caller at " + slot + ":");
        line(whole(a.state.current));
        jumped = true;
    }
}
