/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/**
 * Constants of programs of which the JIT compiler must not know that they are constant, because it would move them to where they do harm.
 * It computes them once, outside the loop over packets.
 */
public final class OpaqueConstant {
    /** Always zero; not {@code final}, or the JIT compiler would see through it. */
    private static int zero;

    private OpaqueConstant() {}

    /**
     * Hides a constant.
     *
     * @param value the constant
     * @return the same number
     */
    public static int of(int value) {
        return value ^ zero;
    }

    /**
     * Hides a constant.
     *
     * @param value the constant
     * @return the same number
     */
    public static long of(long value) {
        return value ^ zero;
    }
}
