/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.runtime.program.ProgramType;
import org.jspecify.annotations.Nullable;

/**
 * A program: a function that a hook may call. Immutable.
 *
 * @param name the function's name
 * @param section the section's name without the {@code ?} that turns loading off
 * @param type the type that the section's name stands for, or null if the caller has to say
 * @param autoload whether it is loaded unless the caller says otherwise
 * @param function index of its entry in {@link ObjectSpec#functions()}
 */
public record ProgramSpec(
        String name, String section, @Nullable ProgramType type, boolean autoload, int function) {
    /**
     * The same program with another type.
     *
     * @param other the type
     * @return a copy
     */
    public ProgramSpec withType(ProgramType other) {
        return new ProgramSpec(name, section, other, autoload, function);
    }

    /**
     * The same program, to be loaded or not.
     *
     * @param load whether to load it
     * @return a copy
     */
    public ProgramSpec withAutoload(boolean load) {
        return new ProgramSpec(name, section, type, load, function);
    }

    /**
     * Whether the program implements a function of Linux itself, for a map in a section {@code .struct_ops}.
     *
     * @return true if so; such a program can be neither loaded nor attached here
     */
    public boolean isStructOps() {
        String kind = section.split("/", 2)[0];
        return kind.equals("struct_ops") || kind.equals("struct_ops.s");
    }
}
