/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.isa.Instruction.Atomic;
import io.github.bpf4j.compiler.isa.Instruction.AtomicOp;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.runtime.map.ArenaMap;
import io.github.bpf4j.runtime.map.ArenaMemory;
import io.github.bpf4j.runtime.map.BpfMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Access to the arena of a program, for pointers that are {@link Value#isArena}. */
final class ArenaAccess {
    private ArenaAccess() {}

    /** The arena that a program uses, or null. */
    static @Nullable ArenaMap of(List<BpfMap> maps) {
        for (BpfMap map : maps) {
            if (map instanceof ArenaMap arena) {
                return arena;
            }
        }
        return null;
    }

    static Value load(ArenaMemory arena, long address, Size size, boolean signed) {
        long number = arena.load(address, size.bytes());
        return Value.scalar(signed ? Arithmetic.signExtend(number, size.bytes() * Byte.SIZE) : number);
    }

    /** What the register that a read-modify-write fetches into holds afterwards. */
    static long exchange(ArenaMemory arena, long address, Atomic atomic, long operand, long r0) {
        boolean isLong = atomic.size() == Size.DW;
        if (atomic.op() == AtomicOp.CMPXCHG) {
            return isLong
                    ? arena.compareAndExchangeLong(address, r0, operand)
                    : arena.compareAndExchangeInt(address, r0, (int) operand);
        }
        int operation = atomic.op().number();
        return isLong ? arena.updateLong(operation, address, operand) : arena.updateInt(operation, address, operand);
    }
}
