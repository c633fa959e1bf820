/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;

/**
 * A program whose maps exist and whose relocations are resolved: the verifier's input. Immutable, but for the contents of its maps.
 *
 * @param name the function's name
 * @param type the program type
 * @param license the license string of the object, empty if none
 * @param instructions by slot; subprograms follow the main program
 * @param maps the maps that {@code LoadImm64} instructions of kind MAP_FD and MAP_VALUE name by index
 * @param functions the entry and subprograms known by name, ordered by slot; the verifier finds unnamed ones by their calls
 * @param lines line records ordered by slot, empty without {@code .BTF.ext}
 */
public record Program(
        String name,
        ProgramType type,
        String license,
        List<Instruction> instructions,
        List<BpfMap> maps,
        List<Function> functions,
        List<SourceLine> lines) {
    /** Copies the lists. */
    public Program {
        instructions = List.copyOf(instructions);
        maps = List.copyOf(maps);
        functions = List.copyOf(functions);
        lines = List.copyOf(lines);
    }

    /**
     * A program of instructions only.
     *
     * @param name the name
     * @param type the type
     * @param instructions by slot
     * @param maps the maps it names
     * @return the program, with license GPL
     */
    public static Program of(String name, ProgramType type, List<Instruction> instructions, List<BpfMap> maps) {
        return new Program(name, type, "GPL", instructions, maps, List.of(), List.of());
    }
}
