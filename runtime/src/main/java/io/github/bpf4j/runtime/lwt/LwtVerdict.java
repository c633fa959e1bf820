/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.lwt;

/** Return codes of LWT programs: {@code enum bpf_ret_code} in {@code linux/bpf.h}. Only the lower 32 bits of {@code r0} count. */
public final class LwtVerdict {
    /** {@code BPF_OK}: go on. */
    public static final int OK = 0;
    /** {@code BPF_DROP}: drop the packet. */
    public static final int DROP = 2;
    /** {@code BPF_REDIRECT}: to the device that {@code bpf_redirect} chose. */
    public static final int REDIRECT = 7;
    /** {@code BPF_LWT_REROUTE}: look up the route again. */
    public static final int REROUTE = 128;

    private LwtVerdict() {}
}
