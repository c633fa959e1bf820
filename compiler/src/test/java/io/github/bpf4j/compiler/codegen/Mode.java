/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

/** The two kinds of classes that programs become, for tests that want the same of both. */
enum Mode {
    HIDDEN(CompilerOptions.DEFAULT),
    NAMED(CompilerOptions.DEBUG);

    final CompilerOptions options;

    Mode(CompilerOptions options) {
        this.options = options;
    }
}
