/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.interpreter;

/** The program did something that a safe program never does. */
public final class InterpreterTrapException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What it did. */
    public enum Reason {
        /** A load or store outside the object its pointer points into. */
        OUT_OF_BOUNDS,
        /** A load or store through a number. */
        NOT_A_POINTER,
        /** A store into memory that may only be read, or a pointer stored where only numbers fit. */
        FORBIDDEN_STORE,
        /** A register was read before it was written. */
        UNINITIALIZED_REGISTER,
        /** The helper does not exist, is not implemented or cannot take these arguments. */
        BAD_CALL,
        /** More than 8 frames. */
        CALL_DEPTH,
        /** An instruction that only programs inside Linux can use. */
        UNSUPPORTED,
        /** More instructions than the caller allowed. */
        BUDGET
    }

    private final int slot;
    private final Reason reason;

    InterpreterTrapException(int slot, Reason reason, String message) {
        super("insn " + slot + ": " + message);
        this.slot = slot;
        this.reason = reason;
    }

    /**
     * Where it happened.
     *
     * @return the instruction's slot
     */
    public int slot() {
        return slot;
    }

    /**
     * What the program did.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
