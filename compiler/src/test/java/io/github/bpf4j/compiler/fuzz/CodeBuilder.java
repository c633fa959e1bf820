/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.*;
import java.util.ArrayList;
import java.util.List;

/** Instructions with jumps to labels that are placed later. */
final class CodeBuilder {
    private final List<Instruction> code = new ArrayList<>();
    /** Slots of the jumps to each label, and the label's own slot once it is placed. */
    private final List<Label> labels = new ArrayList<>();

    /** A place to jump to. */
    static final class Label {
        private final List<Integer> jumps = new ArrayList<>();
        private int slot = -1;
    }

    int size() {
        return code.size();
    }

    void add(Instruction instruction) {
        code.add(instruction);
    }

    Label label() {
        Label label = new Label();
        labels.add(label);
        return label;
    }

    void place(Label label) {
        label.slot = code.size();
    }

    void branch(Condition condition, Width width, int dst, Operand src, Label target) {
        target.jumps.add(code.size());
        add(new Branch(condition, width, dst, src, 0));
    }

    void jump(Label target) {
        target.jumps.add(code.size());
        add(new Jump(0, false));
    }

    void mayGoto(Label target) {
        target.jumps.add(code.size());
        add(new MayGoto(0));
    }

    void callSubprogram(Label target) {
        target.jumps.add(code.size());
        add(new Call(CallKind.SUBPROGRAM, 0, 0));
    }

    void functionAddress(int dst, Label target) {
        target.jumps.add(code.size());
        add(new LoadImm64(Imm64Kind.FUNC, dst, 0, 0));
        add(new SecondSlot());
    }

    /** The program, all labels placed. */
    List<Instruction> finish() {
        for (Label label : labels) {
            for (int slot : label.jumps) {
                code.set(slot, to(code.get(slot), label.slot - slot - 1));
            }
        }
        return code;
    }

    private static Instruction to(Instruction jump, int offset) {
        return switch (jump) {
            case Branch b -> new Branch(b.condition(), b.width(), b.dst(), b.src(), offset);
            case Jump _ -> new Jump(offset, false);
            case MayGoto _ -> new MayGoto(offset);
            case Call c -> new Call(c.kind(), offset, 0);
            case LoadImm64 c -> new LoadImm64(c.kind(), c.dst(), offset, 0);
            default -> throw new IllegalStateException("not a jump: " + jump);
        };
    }
}
