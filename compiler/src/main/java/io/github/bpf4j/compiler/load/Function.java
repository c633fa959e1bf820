/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

/**
 * A function of a program: the program's entry or a subprogram.
 *
 * @param slot slot of its first instruction
 * @param name its name
 * @param linkage how it is verified
 * @param typeId BTF id of its {@code FUNC}, or 0 without BTF
 */
public record Function(int slot, String name, Linkage linkage, int typeId) {
    /** How a function is verified. */
    public enum Linkage {
        /** As part of each caller. */
        STATIC,
        /** Once, on its own, from its BTF signature. */
        GLOBAL
    }
}
