/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.diagnosis;

import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.verifier.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rejection in a form a person can act on. Immutable.
 *
 * @param program the program's name
 * @param reason the typed reason
 * @param title one line that says what is wrong
 * @param why why that is unsafe, or not allowed
 * @param fix what usually fixes it
 * @param location where; null if the rejection concerns the program as a whole
 * @param register the register that is wrong, such as {@code r1}; empty if none in particular
 * @param registerState what is known of it, in words; empty if there is no register
 * @param path the steps that matter on the way to the instruction, oldest first
 * @param example a packet on which the access goes out of bounds; null if none was found or none was sought
 * @param proofMissing whether an example was sought in vain, so that the program may be right and only the proof is missing
 * @param kernelMessage the message in the kernel's words
 */
public record Diagnosis(
        String program,
        Rejection reason,
        String title,
        String why,
        String fix,
        @Nullable Location location,
        String register,
        String registerState,
        List<Step> path,
        @Nullable Counterexample example,
        boolean proofMissing,
        String kernelMessage) {
    /** Copies the path. */
    public Diagnosis {
        path = List.copyOf(path);
    }

    /**
     * A place in the program.
     *
     * @param slot the instruction's slot
     * @param instruction the instruction as text
     * @param function the C function it belongs to, or empty
     * @param line the source line; null without line information
     */
    public record Location(
            int slot,
            String instruction,
            String function,
            @Nullable SourceLine line) {}

    /**
     * A step on the way.
     *
     * @param location where
     * @param event what happens there, in words
     */
    public record Step(Location location, String event) {}

    /**
     * The same diagnosis with an example that was found.
     *
     * @param found the example; null if none was found
     * @return the completed diagnosis
     */
    Diagnosis withExample(@Nullable Counterexample found) {
        return new Diagnosis(
                program,
                reason,
                title,
                why,
                fix,
                location,
                register,
                registerState,
                path,
                found,
                found == null,
                kernelMessage);
    }
}
