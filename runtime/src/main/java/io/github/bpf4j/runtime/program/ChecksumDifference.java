/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.program;

/** What {@code bpf_csum_diff} returns, which changed between Linux 6.12 and 6.13. */
public enum ChecksumDifference {
    /** The difference folded to 16 bits, for memory of any size: current Linux. */
    FOLDED,
    /** 32 bits, for sizes that are multiples of 4 and together at most 512: Linux before 6.13. */
    UNFOLDED
}
