/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

/**
 * How a program is compiled. Immutable.
 *
 * @param debug whether the classes are made for a debugger: ordinary named classes, in which all registers are locals named {@code r0} to
 *     {@code r10} that can be seen at every line; slower
 */
public record CompilerOptions(boolean debug) {
    /** Hidden classes, made for speed. */
    public static final CompilerOptions DEFAULT = new CompilerOptions(false);

    /** Named classes, made for a debugger. */
    public static final CompilerOptions DEBUG = new CompilerOptions(true);
}
