/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

/** How far a helper or kfunc of this runtime does what Linux's does. */
public enum Support {
    /** Same arguments, results, error codes, packet bytes and side effects as in Linux. */
    SAME_AS_LINUX,
    /** The result comes from an object that the embedding application may supply, such as a clock. */
    PROVIDED,
    /** The result is a documented constant, because it means something inside a kernel only. */
    CONSTANT,
    /** Linux accepts the call, this runtime refuses the program when it is loaded and says why. */
    REJECTED
}
