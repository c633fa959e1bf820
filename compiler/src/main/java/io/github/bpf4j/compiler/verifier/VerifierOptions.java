/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/**
 * Limits of one verification. The defaults are Linux's for a privileged loader. Immutable.
 *
 * @param instructionBudget most instructions interpreted over all paths
 * @param pendingBranches most branches waiting to be explored
 * @param allowUnimplemented whether calls of helpers and kfuncs that Linux has but this runtime does not implement are checked and accepted, to
 *     learn what Linux would say; the program cannot be compiled then
 */
public record VerifierOptions(int instructionBudget, int pendingBranches, boolean allowUnimplemented) {
    /** Linux's limits: one million instructions, 8,192 pending branches. */
    public static final VerifierOptions DEFAULT = new VerifierOptions(1_000_000, 8192, false);

    /** Checks the limits. */
    public VerifierOptions {
        if (instructionBudget < 1 || pendingBranches < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
