/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

/**
 * What a helper or kfunc leaves in {@code r0}: the kernel's {@code enum bpf_return_type}. A method that returns a pointer returns its
 * offset as {@code long} and leaves the base object in {@code ExecutionContext.setResultBase} (null for NULL).
 */
public enum ReturnType {
    /** A scalar. */
    INTEGER,
    /** Nothing; {@code r0} is not readable afterwards. The method returns {@code void}. */
    VOID,
    /** A value of the map in the call's map argument, or NULL; for a map of maps, the inner map. */
    MAP_VALUE_OR_NULL,
    /** Memory whose size is the {@code CONST_ALLOC_SIZE_OR_ZERO} argument, or NULL; a reference that must be released. */
    RINGBUF_MEM_OR_NULL,
    /** Memory of a dynptr, whose size is the constant length argument, or NULL. */
    DYNPTR_MEM_OR_NULL,
    /** Memory of the size that the table row states, or NULL. */
    MEM_OR_NULL,
    /** Read-only memory of the size that the table row states, or NULL. */
    RDONLY_MEM_OR_NULL,
    /** Read-only memory of the size that the table row states. */
    RDONLY_MEM,
    /** A kernel object. */
    BTF_ID,
    /** A kernel object or NULL. */
    BTF_ID_OR_NULL,
    /** A socket or NULL. */
    SOCK_COMMON_OR_NULL
}
