/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.generated;

import java.lang.invoke.MethodHandles;

/** The door through which the compiler defines classes in this package. */
public final class GeneratedCode {
    private GeneratedCode() {}

    /**
     * The right to define hidden classes in this package. The module descriptor exports the package to the compiler only.
     *
     * @return a lookup on this class
     */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }
}
