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
        invoke("load" + suffix(load.size()), "(J)" + primitive(load.size()));
        if (load.size() == Size.DW) {
            values.popLong(load.dst());
            return;
        }
        if (!load.signed() && load.size() == Size.B) {
            code.iconst(0xff).op(IAND);
        } else if (!load.signed() && load.size() == Size.H) {
            code.op(I2C);
        }
        values.popInt(load.dst(), load.signed());
    }

    private void store(Instruction.Store store) {
        pushArena();
        pushAddress(store.base(), store.offset());
        if (store.size() == Size.DW) {
            values.pushLong(store.src());
        } else {
            values.pushInt(store.src());
            if (store.size() == Size.B) {
                code.op(I2B);
            } else if (store.size() == Size.H) {
                code.op(I2S);
            }
        }
        invoke("store" + suffix(store.size()), "(J" + primitive(store.size()) + ")V");
    }

    private void atomic(Instruction.Atomic atomic) {
        pushArena();
        boolean isLong = atomic.size() == Size.DW;
        if (atomic.op() == Instruction.AtomicOp.CMPXCHG) {
            pushAddress(atomic.base(), atomic.offset());
            values.pushLong(0);
            if (isLong) {
                values.pushLong(atomic.src());
            } else {
                values.pushInt(atomic.src());
            }
            invoke("compareAndExchange" + suffix(atomic.size()), isLong ? "(JJJ)J" : "(JJI)J");
            values.popLong(0);
            return;
        }
        code.iconst(atomic.op().number());
        pushAddress(atomic.base(), atomic.offset());
        values.pushLong(atomic.src());
        invoke("update" + suffix(atomic.size()), "(IJJ)J");
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

    private static String suffix(Size size) {
        return switch (size) {
            case B -> "Byte";
            case H -> "Short";
            case W -> "Int";
            case DW -> "Long";
        };
    }

    private static String primitive(Size size) {
        return switch (size) {
            case B -> "B";
            case H -> "S";
            case W -> "I";
            case DW -> "J";
        };
    }
}
