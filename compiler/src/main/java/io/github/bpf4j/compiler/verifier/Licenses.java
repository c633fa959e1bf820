/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import java.util.Set;

/** Licenses that allow GPL-only functions: those of the kernel's {@code license_is_gpl_compatible}. */
final class Licenses {
    private static final Set<String> COMPATIBLE =
            Set.of("GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL");

    private Licenses() {}

    static boolean isGplCompatible(String license) {
        return COMPATIBLE.contains(license);
    }
}
