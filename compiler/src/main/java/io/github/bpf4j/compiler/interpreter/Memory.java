/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

import io.github.bpf4j.compiler.interpreter.InterpreterTrapException.Reason;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.compiler.load.KernelField;
import io.github.bpf4j.compiler.load.MapStructure;
import io.github.bpf4j.runtime.map.ArenaMemory;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.StorageOwner;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores, each checked against the bounds of the object its pointer points into. A pointer cannot be stored in bytes: stored to
 * the stack, its base stays in {@link ExecutionContext#stackReferences()} beside the slot.
 */
final class Memory {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ExecutionContext context;

    /** The pointers in stack slots, with their bounds; as valid as the slot's entry in {@code stackReferences}. */
    private final @Nullable Value[] spilled;

    Memory(ExecutionContext context) {
        this.context = context;
        this.spilled = new @Nullable Value[context.stackReferences().length];
    }

    Value load(int slot, Value pointer, int offset, Size size, boolean signed) {
        if (pointer.base() instanceof SkBuff skb) {
            Value field = ContextAccess.load(slot, skb, pointer.number() + offset, size.bytes());
            return signed && !field.isPointer()
                    ? Value.scalar(Arithmetic.signExtend(field.number(), size.bytes() * Byte.SIZE))
                    : field;
        }
        if (pointer.base() instanceof BpfMap map && size.bytes() == MapStructure.BYTES) {
            MapStructure field = MapStructure.at(pointer.number() + offset);
            if (field != null) {
                int number = field.valueIn(map.definition());
                return Value.scalar(signed ? number : number & 0xffff_ffffL);
            }
        }
        if (pointer.base() instanceof ArenaMemory arena) {
            return ArenaAccess.load(arena, pointer.number() + offset, size, signed);
        }
        if (pointer.base() instanceof StorageOwner object && size.bytes() == KernelField.BYTES) {
            KernelField field = KernelField.at(pointer.number() + offset);
            if (field != null) {
                return switch (field) {
                    case CGROUPS -> Value.pointer(object, 0, 0);
                    case DFL_CGRP -> Value.pointer(context.cgroup(), 0, 0);
                };
            }
        }
        MemorySegment memory = check(slot, pointer, offset, size.bytes());
        long at = pointer.number() + offset;
        if (size == Size.DW && memory.equals(context.stack()) && at % Long.BYTES == 0) {
            int index = (int) (at / Long.BYTES);
            Value value = spilled[index];
            if (value != null
                    && Objects.equals(context.stackReferences()[index], reference(value))
                    && memory.get(U64, at) == value.number()) {
                return value;
            }
        }
        long number = get(memory, at, size);
        return Value.scalar(signed ? Arithmetic.signExtend(number, size.bytes() * Byte.SIZE) : number);
    }

    void store(int slot, Value pointer, int offset, Size size, Value value) {
        if (pointer.base() instanceof SkBuff skb) {
            ContextAccess.store(slot, skb, pointer.number() + offset, size.bytes(), value.asNumber());
            return;
        }
        if (pointer.base() instanceof ArenaMemory arena) {
            arena.store(pointer.number() + offset, size.bytes(), value.asNumber());
            return;
        }
        MemorySegment memory = check(slot, pointer, offset, size.bytes());
        long at = pointer.number() + offset;
        boolean onStack = memory.equals(context.stack());
        if (onStack) {
            forget(at, size.bytes());
        }
        if (value.base() != null && onStack && size == Size.DW && at % Long.BYTES == 0) {
            int index = (int) (at / Long.BYTES);
            spilled[index] = value;
            context.stackReferences()[index] = reference(value);
            memory.set(U64, at, value.number());
        } else {
            set(memory, at, size, value.asNumber());
        }
    }

    /** What the stack holds beside a value: the base of a pointer, and nothing for a number, which a pointer into an arena is. */
    private static @Nullable Object reference(Value value) {
        return value.isPointer() ? value.base() : null;
    }

    /** Memory may have been written by a helper: what was a pointer there is none any more. */
    private void forget(long at, int bytes) {
        for (long index = at / Long.BYTES; index <= (at + bytes - 1) / Long.BYTES; index++) {
            spilled[(int) index] = null;
            context.stackReferences()[(int) index] = null;
        }
    }

    /** The old value of a read-modify-write. */
    long exchange(int slot, Value pointer, int offset, Size size, java.util.function.LongUnaryOperator update) {
        MemorySegment memory = check(slot, pointer, offset, size.bytes());
        long at = pointer.number() + offset;
        if (memory.equals(context.stack())) {
            forget(at, size.bytes());
        }
        long old = get(memory, at, size);
        set(memory, at, size, update.applyAsLong(old));
        return old;
    }

    /** The memory of a pointer that reaches {@code size} bytes from {@code offset} on. */
    MemorySegment check(int slot, Value pointer, long offset, long size) {
        if (!(pointer.base() instanceof MemorySegment memory)) {
            Object base = pointer.base();
            String what = base == null
                    ? "the number " + pointer.number()
                    : base instanceof BpfMap map ? "the map " + map.definition().name() : "a kernel object";
            throw new InterpreterTrapException(slot, Reason.NOT_A_POINTER, what + " is not memory");
        }
        long at = pointer.number() + offset;
        if (size < 0 || at < pointer.low() || at > pointer.high() - size) {
            throw new InterpreterTrapException(
                    slot,
                    Reason.OUT_OF_BOUNDS,
                    "access to %d bytes at %d of an object of %d bytes"
                            .formatted(size, at - pointer.low(), pointer.high() - pointer.low()));
        }
        Objects.checkFromIndexSize(at, size, memory.byteSize());
        return memory;
    }

    private static long get(MemorySegment memory, long at, Size size) {
        return switch (size) {
            case B -> memory.get(ValueLayout.JAVA_BYTE, at) & 0xffL;
            case H -> memory.get(U16, at) & 0xffffL;
            case W -> memory.get(U32, at) & 0xffff_ffffL;
            case DW -> memory.get(U64, at);
        };
    }

    private static void set(MemorySegment memory, long at, Size size, long value) {
        switch (size) {
            case B -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
            case H -> memory.set(U16, at, (short) value);
            case W -> memory.set(U32, at, (int) value);
            case DW -> memory.set(U64, at, value);
        }
    }
}
