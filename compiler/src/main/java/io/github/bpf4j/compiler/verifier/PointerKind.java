/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

/** What a pointer points to: the kernel's {@code enum bpf_reg_type}. */
public enum PointerKind {
    /** The context. */
    CTX,
    /** A stack frame. */
    STACK,
    /** Packet data. */
    PACKET,
    /** The end of packet data. */
    PACKET_END,
    /** A map itself. */
    MAP,
    /** A value of a map. */
    MAP_VALUE,
    /** A key of a map, inside a {@code bpf_for_each_map_elem} callback. */
    MAP_KEY,
    /** Memory of known size. */
    MEM,
    /** A ring buffer record. */
    RINGBUF_MEM,
    /** The buffer of a raw program, checked when accessed. */
    RAW_MEM,
    /** A socket. */
    SOCK_COMMON,
    /** A kernel object. */
    BTF_ID,
    /** A subprogram. */
    FUNC
}
