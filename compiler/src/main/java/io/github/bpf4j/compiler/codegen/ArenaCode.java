/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.objectweb.asm.Opcodes.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.Size;

/**
 * Writes what acts on the program's arena: calls of its {@code ArenaMemory}, a constant of the class. Pointers into the arena are numbers and kept
 * as such.
 */
final class ArenaCode {
    /** The field that holds the program's arena; a program has one at most. */
    static final String FIELD = "arena";

    private final Values values;
    private final Code code;

    ArenaCode(Values values, Code code) {
        this.values = values;
        this.code = code;
    }

    private void pushArena() {
        code.getStatic(values.owner(), FIELD, Types.field(Types.ARENA));
    }

    private void pushAddress(int base, int offset) {
        values.pushLong(base);
        if (offset != 0) {
            code.lconst(offset).op(LADD);
        }
    }

    private void invoke(String name, String descriptor) {
        code.invokeVirtual(Types.ARENA, name, descriptor);
    }

    /** Writes a load, store or atomic operation. Returns false if the instruction is none of them. */
    boolean access(Instruction instruction) {
        switch (instruction) {
            case Instruction.Load load -> load(load);
            case Instruction.Store store -> store(store);
            case Instruction.Atomic atomic -> atomic(atomic);
            case Instruction.LoadAcquire load -> {
                pushArena();
                pushAddress(load.base(), load.offset());
                code.iconst(load.size().bytes());
                values.pushLong(load.dst());
                invoke("loadAcquire", "(JIJ)J");
                values.popLong(load.dst());
            }
            case Instruction.StoreRelease store -> {
                pushArena();
                pushAddress(store.base(), store.offset());
                code.iconst(store.size().bytes());
                values.pushLong(store.src());
                invoke("storeRelease", "(JIJ)V");
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void load(Instruction.Load load) {
        pushArena();
        pushAddress(load.base(), load.offset());
        code.iconst(load.size().bytes());
        invoke("load", "(JI)J");
        if (load.size() == Size.DW) {
            values.popLong(load.dst());
            return;
        }
        code.op(L2I);
        if (load.signed() && load.size() == Size.B) {
            code.op(I2B);
        } else if (load.signed() && load.size() == Size.H) {
            code.op(I2S);
        }
        values.popInt(load.dst(), load.signed());
    }

    private void store(Instruction.Store store) {
        pushArena();
        pushAddress(store.base(), store.offset());
        code.iconst(store.size().bytes());
        values.pushLong(store.src());
        invoke("store", "(JIJ)V");
    }

    private void atomic(Instruction.Atomic atomic) {
        pushArena();
        boolean isLong = atomic.size() == Size.DW;
        String width = isLong ? "Long" : "Int";
        if (atomic.op() == Instruction.AtomicOp.CMPXCHG) {
            pushAddress(atomic.base(), atomic.offset());
            values.pushLong(0);
            if (isLong) {
                values.pushLong(atomic.src());
            } else {
                values.pushInt(atomic.src());
            }
            invoke("compareAndExchange" + width, isLong ? "(JJJ)J" : "(JJI)J");
            values.popLong(0);
            return;
        }
        code.iconst(atomic.op().number());
        pushAddress(atomic.base(), atomic.offset());
        values.pushLong(atomic.src());
        invoke("update" + width, "(IJJ)J");
        if (atomic.fetch()) {
            values.popLong(atomic.src());
        } else {
            code.op(POP2);
        }
    }

    /** {@code dst = addr_space_cast(src, 1, 0)}. */
    void toUser(Instruction.AddrSpaceCast cast) {
        pushArena();
        values.pushInt(cast.src());
        invoke("toUser", "(I)J");
        values.popLong(cast.dst());
    }

    /** The user address of a place in the arena. */
    void address(Instruction.LoadImm64 load) {
        pushArena();
        code.lconst(Integer.toUnsignedLong(load.nextImm()));
        invoke("addressOf", "(J)J");
        values.popLong(load.dst());
    }
}
