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
 */
public record VerifierOptions(int instructionBudget, int pendingBranches) {
    /** Linux's limits: one million instructions, 8,192 pending branches. */
    public static final VerifierOptions DEFAULT = new VerifierOptions(1_000_000, 8192);

    /** Checks the limits. */
    public VerifierOptions {
        if (instructionBudget < 1 || pendingBranches < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
