/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

/** Where a map is pinned by default. */
public enum Pinning {
    /** Nowhere. */
    NONE,
    /** Under its own name in the pin directory: {@code LIBBPF_PIN_BY_NAME}, or iproute2's global namespace. */
    BY_NAME
}
