/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.program.ContextField;

/** Writes loads and stores of {@code __sk_buff} fields as calls of the {@code SkBuff}'s accessors. */
final class ContextCode {
    private final Values values;
    private final Code code;

    ContextCode(Values values, Code code) {
        this.values = values;
        this.code = code;
    }

    private ContextField field(int offset) {
        ContextField field = ContextField.at(offset);
        if (field == null) {
            throw new CodeGenerationException("instruction " + values.slot() + " accesses the context at offset "
                    + offset + ", where no field is");
        }
        return field;
    }

    void load(Instruction.Load load) {
        int offset = load.offset();
        int bytes = load.size().bytes();
        ContextField.Value value = field(offset).value();
        if (value == ContextField.Value.PACKET || value == ContextField.Value.PACKET_END) {
            pushBound(value);
            if (values.definedRep().hasBase()) {
                code.op(I2L)
                        .aload(values.locals().skb())
                        .invokeVirtual(Types.SKB, "memory", "()" + Types.field(Types.SEGMENT));
                values.popReference(load.dst(), values.definedRep());
            } else {
                values.popInt(load.dst(), false);
            }
        } else if (value == ContextField.Value.SOCKET) {
            code.lconst(0).aload(values.locals().skb());
            code.invokeStatic(Types.MEMORY, "socket", "(" + Types.field(Types.SKB) + ")" + Types.field(Types.OBJECT));
            values.popReference(load.dst(), values.definedRep());
        } else if (bytes == 8) {
            pushWord(offset + 4);
            code.op(I2L).iconst(32).op(LSHL);
            pushWord(offset);
            code.op(I2L).zeroExtend().op(LOR);
            values.popLong(load.dst());
        } else {
            pushWord(offset & -4);
            int shift = field(offset).shift(offset, bytes);
            if (shift != 0) {
                code.iconst(shift).op(IUSHR);
            }
            switch (load.size()) {
                case B -> {
                    if (load.signed()) {
                        code.op(I2B);
                    } else {
                        code.iconst(0xff).op(IAND);
                    }
                }
                case H -> code.op(load.signed() ? I2S : I2C);
                case W, DW -> {
                    // the whole word
                }
            }
            values.popInt(load.dst(), load.signed());
        }
    }

    /** Pushes the index of the packet's first byte, or of the one behind its last. */
    private void pushBound(ContextField.Value value) {
        boolean start = value == ContextField.Value.PACKET;
        if (!values.locals().wholeArray()) {
            code.aload(values.locals().skb()).invokeVirtual(Types.SKB, start ? "data" : "dataEnd", "()I");
        } else if (start) {
            code.iconst(0);
        } else {
            code.aload(values.locals().packet).op(ARRAYLENGTH);
        }
    }

    /** Pushes the word of four bytes at an aligned offset. */
    private void pushWord(int offset) {
        ContextField field = field(offset);
        if (values.locals().wholeArray() && field.name().equals("len")) {
            code.aload(values.locals().packet).op(ARRAYLENGTH);
            return;
        }
        code.aload(values.locals().skb());
        if (field.index() >= 0) {
            code.iconst(field.index());
        }
        code.invokeVirtual(Types.SKB, accessor(field), field.index() >= 0 ? "(I)I" : "()I");
    }

    private String accessor(ContextField field) {
        String name = field.accessor();
        if (name == null) {
            throw new CodeGenerationException(
                    "instruction " + values.slot() + " accesses the context field " + field.name() + " as a number");
        }
        return name;
    }

    private String setter(ContextField field) {
        String name = accessor(field);
        return "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** Pops a word, with the buffer and for an array the index below it, into a field. */
    private void popWord(ContextField field) {
        code.invokeVirtual(Types.SKB, setter(field), field.index() >= 0 ? "(II)V" : "(I)V");
    }

    private void pushPlace(ContextField field) {
        code.aload(values.locals().skb());
        if (field.index() >= 0) {
            code.iconst(field.index());
        }
    }

    void store(Instruction.Store store) {
        int offset = store.offset();
        ContextField field = field(offset);
        switch (store.size()) {
            case DW -> {
                pushPlace(field);
                values.pushInt(store.src());
                popWord(field);
                ContextField upper = field(offset + 4);
                pushPlace(upper);
                values.pushLong(store.src());
                code.iconst(32).op(LUSHR, L2I);
                popWord(upper);
            }
            case W -> {
                pushPlace(field);
                values.pushInt(store.src());
                popWord(field);
            }
            case B, H -> {
                int shift = 8 * (offset & 3);
                int mask = (1 << (8 * store.size().bytes())) - 1;
                pushPlace(field);
                values.pushInt(store.src());
                code.iconst(mask).op(IAND).iconst(shift).op(ISHL);
                pushWord(offset & -4);
                code.iconst(~(mask << shift)).op(IAND, IOR);
                popWord(field);
            }
        }
    }
}
