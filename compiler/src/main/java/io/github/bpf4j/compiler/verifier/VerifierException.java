/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.List;

/** A program is rejected. */
public final class VerifierException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Rejection reason;
    private final int slot;
    private final int register;
    private final String registerState;
    private final transient List<PathStep> path;
    private final int pathStart;

    /**
     * A decision on the path to the rejected instruction.
     *
     * @param slot a conditional jump, call or exit
     * @param taken for a conditional jump, whether the path takes it; else true
     */
    public record PathStep(int slot, boolean taken) {}

    /**
     * Creates the exception.
     *
     * @param reason why
     * @param slot the rejected instruction, -1 if none in particular
     * @param register the register that is wrong, -1 if none in particular
     * @param registerState what is known of that register in the kernel's notation, or empty
     * @param message the kernel's words
     * @param path the decisions that lead to the instruction, oldest first
     * @param pathStart the slot the path starts at, -1 if its start is not known
     */
    VerifierException(
            Rejection reason,
            int slot,
            int register,
            String registerState,
            String message,
            List<PathStep> path,
            int pathStart) {
        super(message);
        this.pathStart = pathStart;
        this.reason = reason;
        this.slot = slot;
        this.register = register;
        this.registerState = registerState;
        this.path = List.copyOf(path);
    }

    /**
     * Why the program is rejected.
     *
     * @return the typed reason
     */
    public Rejection reason() {
        return reason;
    }

    /**
     * Where.
     *
     * @return the instruction's slot, -1 if none in particular
     */
    public int slot() {
        return slot;
    }

    /**
     * The register that is wrong.
     *
     * @return 0 to 10, or -1 if none in particular
     */
    public int register() {
        return register;
    }

    /**
     * What is known of {@link #register()} before the instruction.
     *
     * @return the kernel's notation, such as {@code pkt(id=0,off=14,r=10)}; empty if there is no register
     */
    public String registerState() {
        return registerState;
    }

    /**
     * Where the path starts: 0, or the first instruction of a function that is verified on its own.
     *
     * @return the slot, -1 if not known
     */
    public int pathStart() {
        return pathStart;
    }

    /**
     * The path that leads to the instruction.
     *
     * @return decisions, oldest first; empty if the rejection concerns no path. Long paths keep their last decisions only
     */
    public List<PathStep> path() {
        return path;
    }
}
