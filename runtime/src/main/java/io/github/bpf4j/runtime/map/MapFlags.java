/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.map;

/** The flags of map creation and element access, with the values of {@code linux/bpf.h}. */
public final class MapFlags {
    /** {@code BPF_ANY}: create the element or replace it. */
    public static final long BPF_ANY = 0;

    /** {@code BPF_NOEXIST}: only create. */
    public static final long BPF_NOEXIST = 1;

    /** {@code BPF_EXIST}: only replace. */
    public static final long BPF_EXIST = 2;

    /** {@code BPF_F_LOCK}: copy under the value's {@code bpf_spin_lock}. */
    public static final long BPF_F_LOCK = 4;

    /** {@code BPF_F_NO_PREALLOC}. */
    public static final int NO_PREALLOC = 1;

    /** {@code BPF_F_NO_COMMON_LRU}: one LRU list per CPU. */
    public static final int NO_COMMON_LRU = 1 << 1;

    /** {@code BPF_F_NUMA_NODE}: accepted, without effect. */
    public static final int NUMA_NODE = 1 << 2;

    /** {@code BPF_F_RDONLY}: Java may only read. */
    public static final int RDONLY = 1 << 3;

    /** {@code BPF_F_WRONLY}: Java may only write. */
    public static final int WRONLY = 1 << 4;

    /** {@code BPF_F_STACK_BUILD_ID}. */
    public static final int STACK_BUILD_ID = 1 << 5;

    /** {@code BPF_F_ZERO_SEED}: hash without a random seed. */
    public static final int ZERO_SEED = 1 << 6;

    /** {@code BPF_F_RDONLY_PROG}: programs may only read. */
    public static final int RDONLY_PROG = 1 << 7;

    /** {@code BPF_F_WRONLY_PROG}: programs may only write. */
    public static final int WRONLY_PROG = 1 << 8;

    /** {@code BPF_F_CLONE}: a socket's local storage is copied to the sockets it accepts. */
    public static final int CLONE = 1 << 9;

    /** {@code BPF_F_MMAPABLE}. */
    public static final int MMAPABLE = 1 << 10;

    /** {@code BPF_F_PRESERVE_ELEMS}. */
    public static final int PRESERVE_ELEMS = 1 << 11;

    /** {@code BPF_F_INNER_MAP}: an array that may be replaced by one with another {@code max_entries}. */
    public static final int INNER_MAP = 1 << 12;

    /** {@code BPF_F_SEGV_ON_FAULT}, for arenas. */
    public static final int SEGV_ON_FAULT = 1 << 17;

    /** {@code BPF_F_NO_USER_CONV}, for arenas. */
    public static final int NO_USER_CONV = 1 << 18;

    /** All flags that restrict access. */
    public static final int ACCESS_MASK = RDONLY | WRONLY | RDONLY_PROG | WRONLY_PROG;

    private MapFlags() {}
}
