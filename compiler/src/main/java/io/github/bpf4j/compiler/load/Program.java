/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program whose maps exist and whose relocations are resolved: the verifier's input. Immutable, but for the contents of its maps.
 *
 * @param name the function's name
 * @param type the program type
 * @param license the license string of the object, empty if none
 * @param instructions by slot; subprograms follow the main program
 * @param maps the maps that {@code LoadImm64} instructions of kind MAP_FD and MAP_VALUE name by index
 * @param pointers by index of a map, the pointers in its values that Linux looks after; empty if no map has any
 * @param functions the entry and subprograms known by name, ordered by slot; the verifier finds unnamed ones by their calls
 * @param lines line records ordered by slot, empty without {@code .BTF.ext}
 * @param btf the object's types, which the functions' type ids refer to; null if it has none
 * @param unresolved by slot, why a relocation failed: the instructions there were made invalid calls, which do no harm unless they are reached
 */
public record Program(
        String name,
        ProgramType type,
        String license,
        List<Instruction> instructions,
        List<BpfMap> maps,
        List<List<PointerField>> pointers,
        List<Function> functions,
        List<SourceLine> lines,
        @Nullable Btf btf,
        Map<Integer, String> unresolved) {
    /** Copies the lists. */
    public Program {
        instructions = List.copyOf(instructions);
        maps = List.copyOf(maps);
        pointers = pointers.stream().map(List::copyOf).toList();
        functions = List.copyOf(functions);
        lines = List.copyOf(lines);
        unresolved = Map.copyOf(unresolved);
    }

    /**
     * A program without types.
     *
     * @param name the function's name
     * @param type the program type
     * @param license the license string of the object, empty if none
     * @param instructions by slot
     * @param maps the maps it names
     * @param functions the functions known by name
     * @param lines line records
     */
    public Program(
            String name,
            ProgramType type,
            String license,
            List<Instruction> instructions,
            List<BpfMap> maps,
            List<Function> functions,
            List<SourceLine> lines) {
        this(name, type, license, instructions, maps, List.of(), functions, lines, null, Map.of());
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

    /**
     * The same program with other maps in the same places.
     *
     * @param newMaps as many maps, of the same definitions
     * @return the program
     */
    public Program withMaps(List<BpfMap> newMaps) {
        return new Program(name, type, license, instructions, newMaps, pointers, functions, lines, btf, unresolved);
    }

    /**
     * The pointer in a map's values that starts at an offset.
     *
     * @param map index of the map, -1 for one that is not the program's own but in another map
     * @param offset bytes from the start of the value
     * @return the pointer, or null if Linux looks after none there, or it is not known
     */
    public @Nullable PointerField pointerAt(int map, long offset) {
        for (PointerField field : pointersOf(map)) {
            if (field.offset() == offset) {
                return field;
            }
        }
        return null;
    }

    /**
     * The pointers in a map's values that Linux looks after.
     *
     * @param map index of the map, -1 for one that is not the program's own but in another map
     * @return an immutable list; empty also if nothing is known of the map
     */
    public List<PointerField> pointersOf(int map) {
        return map >= 0 && map < pointers.size() ? pointers.get(map) : List.of();
    }

    /**
     * The source line that an instruction belongs to.
     *
     * @param slot the instruction's slot
     * @return the last record at or before the slot, or null if there is none
     */
    public @Nullable SourceLine lineAt(int slot) {
        int index = Collections.binarySearch(
                lines, new SourceLine(slot, "", "", 0, 0), Comparator.comparingInt(SourceLine::slot));
        int last = index >= 0 ? index : -index - 2;
        return last < 0 ? null : lines.get(last);
    }

    /**
     * The function that an instruction belongs to.
     *
     * @param slot the instruction's slot
     * @return the last function that starts at or before the slot, or null if none is known
     */
    public @Nullable Function functionAt(int slot) {
        int index = Collections.binarySearch(
                functions, new Function(slot, "", Function.Linkage.STATIC, 0), Comparator.comparingInt(Function::slot));
        int last = index >= 0 ? index : -index - 2;
        return last < 0 ? null : functions.get(last);
    }
}
