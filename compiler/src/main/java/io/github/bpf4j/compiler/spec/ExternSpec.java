/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

/**
 * Something a program uses that its object does not define. Immutable.
 *
 * @param name its name
 * @param kind what it is
 * @param isWeak whether the program copes with its absence
 * @param type BTF number of its {@code VAR} or {@code FUNC}, 0 without BTF
 */
public record ExternSpec(String name, Kind kind, boolean isWeak, int type) {
    /** What an extern is. */
    public enum Kind {
        /** A kernel configuration value, {@code __kconfig}. */
        KCONFIG,
        /** A kernel variable or function of unknown type, {@code extern const void x __ksym}. */
        UNTYPED_KSYM,
        /** A kernel variable of known type. */
        TYPED_KSYM,
        /** A kernel function. */
        KFUNC,
        /** Undeclared, such as a missing library function. */
        UNDECLARED
    }
}
