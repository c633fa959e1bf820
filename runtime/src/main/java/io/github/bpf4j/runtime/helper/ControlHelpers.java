/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import io.github.bpf4j.runtime.Errno;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfCallback;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Helpers that call back into the program. */
public final class ControlHelpers {
    /** Most iterations of one loop: {@code BPF_MAX_LOOPS}. */
    public static final int MAX_LOOPS = 1 << 23;

    private ControlHelpers() {}

    /**
     * {@code bpf_loop}: calls a subprogram with 0, 1, 2, … until it returns something other than 0.
     *
     * @param ctx the worker
     * @param iterations most calls
     * @param callback the subprogram; its arguments are the number of the call and the callback context
     * @param base base of the callback context, or null
     * @param offset the callback context
     * @param flags must be 0
     * @return calls made; {@code -EINVAL} for flags; {@code -E2BIG} for more than {@link #MAX_LOOPS}, zero-extended as by the code that
     *     Linux puts in place of a call whose flags are the constant 0; with flags that it cannot foresee, Linux extends the sign
     */
    public static long loop(
            ExecutionContext ctx,
            long iterations,
            BpfCallback callback,
            @Nullable MemorySegment base,
            long offset,
            long flags) {
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(iterations, MAX_LOOPS) > 0) {
            return -Errno.E2BIG & 0xffff_ffffL;
        }
        for (int i = 0; i < iterations; i++) {
            if (callback.call(ctx, i, null, offset, base, 0, null, 0, null) != 0) {
                return i + 1L;
            }
        }
        return iterations;
    }

    /**
     * {@code bpf_tail_call} where it goes nowhere: bad index, empty element, too many tail calls. A tail call that has a target ends the
     * calling function, which a method cannot do to its caller: generated code and the interpreter jump themselves.
     *
     * @param ctx the worker
     * @param skb the packet
     * @param map the program array
     * @param index the element
     */
    public static void tailCall(ExecutionContext ctx, SkBuff skb, BpfMap map, long index) {
        // the program goes on behind the call
    }
}
