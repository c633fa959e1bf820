/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

/**
 * An instruction, or the way instructions are put together, breaks a rule of the instruction set (RFC 9669). Where Linux has the same
 * rule, the message is Linux's.
 */
public final class InstructionFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Which rule was broken. */
    public enum Reason {
        /** The code is not a whole number of 8-byte slots. */
        TRUNCATED_CODE,
        /** The program has no instruction. */
        EMPTY_PROGRAM,
        /** No instruction has this opcode. */
        UNKNOWN_OPCODE,
        /** A field that the instruction does not use is not zero, or a modifier has no meaning. */
        RESERVED_FIELD,
        /** A register number above 10. */
        INVALID_REGISTER,
        /** {@code r10} is written. */
        FRAME_POINTER_WRITE,
        /** The second slot of a 64-bit constant is missing or is an instruction. */
        INCOMPLETE_LD_IMM64,
        /** The {@code src} field of a 64-bit constant has no meaning. */
        UNKNOWN_LD_IMM64_SOURCE,
        /** The immediate of an atomic instruction names no operation. */
        UNKNOWN_ATOMIC,
        /** The atomic operation has no form of this width. */
        ATOMIC_SIZE,
        /** Division or remainder by the constant zero. */
        DIVISION_BY_ZERO,
        /** A constant shift by at least the operand's width. */
        SHIFT_RANGE,
        /** A jump leaves its function. */
        JUMP_RANGE,
        /** A jump or call leads to the second slot of a 64-bit constant. */
        JUMP_INTO_LD_IMM64,
        /** A call leads outside the program. */
        CALL_RANGE,
        /** A function does not end with an instruction that leaves it. */
        FALLS_THROUGH,
        /** No path leads to the instruction. */
        UNREACHABLE,
        /** More than 256 functions. */
        TOO_MANY_SUBPROGRAMS
    }

    private final int slot;
    private final Reason reason;

    /**
     * Creates the exception.
     *
     * @param slot index of the 8-byte slot, from 0
     * @param reason the rule
     * @param message what is wrong, without the slot
     */
    public InstructionFormatException(int slot, Reason reason, String message) {
        super(message);
        this.slot = slot;
        this.reason = reason;
    }

    /**
     * Where it is.
     *
     * @return index of the 8-byte slot, from 0
     */
    public int slot() {
        return slot;
    }

    /**
     * Which rule was broken.
     *
     * @return the rule
     */
    public Reason reason() {
        return reason;
    }
}
