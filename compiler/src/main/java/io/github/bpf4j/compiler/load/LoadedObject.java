/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.runtime.map.BpfMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object whose maps exist and whose programs are ready for the verifier.
 *
 * @param spec what it was loaded from, edits included
 * @param maps its maps by name, in the order of the file
 * @param programs its programs in the order of the file, without those that were not to be loaded
 * @param programArrayValues programs to store into program arrays once they are compiled
 */
public record LoadedObject(
        ObjectSpec spec,
        Map<String, BpfMap> maps,
        List<LoadedProgram> programs,
        List<ProgramArrayValue> programArrayValues) {
    /** Copies the lists. */
    public LoadedObject {
        maps = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(maps));
        programs = List.copyOf(programs);
        programArrayValues = List.copyOf(programArrayValues);
    }

    /**
     * A program and where it stands.
     *
     * @param program the program
     * @param section its section, without {@code ?}
     */
    public record LoadedProgram(Program program, String section) {}

    /**
     * An element of a program array that the object declares.
     *
     * @param map the program array
     * @param index the element
     * @param program the program's name
     */
    public record ProgramArrayValue(BpfMap map, int index, String program) {}

    /**
     * A program by its name.
     *
     * @param name the name
     * @return the program, or empty if there is none or it was not to be loaded
     */
    public Optional<LoadedProgram> program(String name) {
        return programs.stream().filter(p -> p.program().name().equals(name)).findFirst();
    }
}
