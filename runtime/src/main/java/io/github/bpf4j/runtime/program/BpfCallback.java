/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

import org.jspecify.annotations.Nullable;

/**
 * A subprogram passed to a helper, such as the body of {@code bpf_loop}. Each eBPF argument is a pair: the number (a scalar, or a
 * pointer's offset in bytes) and the pointer's base object, null for scalars and null pointers.
 */
@FunctionalInterface
public interface BpfCallback {
    /**
     * Calls the subprogram.
     *
     * @param context the calling worker's state
     * @param r1 first argument's number
     * @param base1 first argument's base
     * @param r2 second argument's number
     * @param base2 second argument's base
     * @param r3 third argument's number
     * @param base3 third argument's base
     * @param r4 fourth argument's number
     * @param base4 fourth argument's base
     * @return {@code r0}
     */
    long call(
            ExecutionContext context,
            long r1,
            @Nullable Object base1,
            long r2,
            @Nullable Object base2,
            long r3,
            @Nullable Object base3,
            long r4,
            @Nullable Object base4);
}
