/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

/** A place in a function's instructions that the loader fills in. Immutable. */
public sealed interface Relocation {
    /**
     * The instruction.
     *
     * @return its slot, from the start of the function
     */
    int slot();

    /**
     * {@code LD_IMM64} of a map.
     *
     * @param slot the instruction
     * @param map the map's name
     */
    record MapAddress(int slot, String map) implements Relocation {}

    /**
     * {@code LD_IMM64} of an address in a data section.
     *
     * @param slot the instruction
     * @param map the name of the section's map
     * @param offset bytes from the start of the section
     */
    record DataAddress(int slot, String map, long offset) implements Relocation {}

    /**
     * {@code LD_IMM64} of a function, for a callback.
     *
     * @param slot the instruction
     * @param function index of the function in {@link ObjectSpec#functions()}
     */
    record FunctionAddress(int slot, int function) implements Relocation {}

    /**
     * Call of a function.
     *
     * @param slot the instruction
     * @param function index of the function in {@link ObjectSpec#functions()}
     */
    record FunctionCall(int slot, int function) implements Relocation {}

    /**
     * {@code LD_IMM64} of a {@code .kconfig} or {@code .ksyms} extern.
     *
     * @param slot the instruction
     * @param extern the extern's name
     */
    record ExternAddress(int slot, String extern) implements Relocation {}

    /**
     * Call of a kfunc.
     *
     * @param slot the instruction
     * @param extern the extern's name
     */
    record ExternCall(int slot, String extern) implements Relocation {}
}
