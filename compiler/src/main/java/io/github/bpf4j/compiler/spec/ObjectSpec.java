/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ObjectException;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that an object file declares. Immutable and deterministic; reading it has no side effect. The {@code with…} methods make edited
 * copies.
 *
 * @param license the contents of the {@code license} section, empty if there is none
 * @param kernelVersion the contents of the {@code version} section, 0 if there is none
 * @param programs the programs in the order of the file
 * @param functions all functions: the programs' entries and the subprograms
 * @param maps declared maps in the order of the file, then data sections; no two have the same name
 * @param externs what the object uses but does not define; no two have the same name
 * @param btf the object's types, or null if it was compiled without {@code -g}
 * @param notes what was left out or looks doubtful, for people
 */
public record ObjectSpec(
        String license,
        int kernelVersion,
        List<ProgramSpec> programs,
        List<FunctionSpec> functions,
        List<MapSpec> maps,
        List<ExternSpec> externs,
        @Nullable Btf btf,
        List<String> notes) {
    /** Copies the lists. */
    public ObjectSpec {
        programs = List.copyOf(programs);
        functions = List.copyOf(functions);
        maps = List.copyOf(maps);
        externs = List.copyOf(externs);
        notes = List.copyOf(notes);
    }

    /**
     * Reads an object file.
     *
     * @param file the bytes of an ELF file that clang made with {@code -target bpf}; copied
     * @return what it declares
     * @throws ObjectException if the file is damaged, declares what makes no sense, or is not supported
     */
    public static ObjectSpec read(byte[] file) {
        return new SpecReader(file).read();
    }

    /**
     * A program by its function name.
     *
     * @param name the name
     * @return the program, or empty if there is none
     */
    public Optional<ProgramSpec> program(String name) {
        return programs.stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /**
     * The programs of a section, named with or without {@code ?}.
     *
     * @param section the section's name
     * @return the programs in the order of the file
     */
    public List<ProgramSpec> programsInSection(String section) {
        String bare = section.startsWith("?") ? section.substring(1) : section;
        return programs.stream().filter(p -> p.section().equals(bare)).toList();
    }

    /**
     * A map by its name.
     *
     * @param name the name
     * @return the map, or empty if there is none
     */
    public Optional<MapSpec> map(String name) {
        return maps.stream().filter(m -> m.name().equals(name)).findFirst();
    }

    /**
     * An extern by its name.
     *
     * @param name the name
     * @return the extern, or empty if there is none
     */
    public Optional<ExternSpec> extern(String name) {
        return externs.stream().filter(e -> e.name().equals(name)).findFirst();
    }

    /**
     * A copy with one map edited.
     *
     * @param name the map's name
     * @param edit makes the new map of the old; must keep the name
     * @return the copy
     * @throws IllegalArgumentException if there is no such map
     */
    public ObjectSpec withMap(String name, UnaryOperator<MapSpec> edit) {
        List<String> names = maps.stream().map(MapSpec::name).toList();
        List<MapSpec> edited = edited(maps, m -> m.name().equals(name), edit, "map", name, names);
        return new ObjectSpec(license, kernelVersion, programs, functions, edited, externs, btf, notes);
    }

    /**
     * A copy with one program edited.
     *
     * @param name the program's name
     * @param edit makes the new program of the old
     * @return the copy
     * @throws IllegalArgumentException if there is no such program
     */
    public ObjectSpec withProgram(String name, UnaryOperator<ProgramSpec> edit) {
        List<String> names = programs.stream().map(ProgramSpec::name).toList();
        List<ProgramSpec> edited = edited(programs, p -> p.name().equals(name), edit, "program", name, names);
        return new ObjectSpec(license, kernelVersion, edited, functions, maps, externs, btf, notes);
    }

    private static <T> List<T> edited(
            List<T> all, Predicate<T> which, UnaryOperator<T> edit, String kind, String name, List<String> names) {
        List<T> copy = new ArrayList<>(all);
        for (int i = 0; i < copy.size(); i++) {
            if (which.test(copy.get(i))) {
                copy.set(i, edit.apply(copy.get(i)));
                return copy;
            }
        }
        throw new IllegalArgumentException("no %s '%s'; there are %s".formatted(kind, name, names));
    }

    /**
     * A copy with another first value of a global variable, such as a {@code const volatile} setting.
     *
     * @param variable the variable's name, or {@code variable.member} for a member of a struct
     * @param value a number that fits the variable, signed or unsigned
     * @return the copy
     * @throws IllegalArgumentException if there is no such variable, it is not of 1, 2, 4 or 8 bytes, is a bitfield, or the value does
     *     not fit
     */
    public ObjectSpec withVariable(String variable, long value) {
        Place place = place(variable);
        if (place.size != 1 && place.size != 2 && place.size != 4 && place.size != 8) {
            throw new IllegalArgumentException(
                    "variable '%s' has %d bytes; set it as bytes".formatted(variable, place.size));
        }
        int bits = (int) (8 * place.size);
        if (bits < 64 && (value < -(1L << (bits - 1)) || value >= 1L << bits)) {
            throw new IllegalArgumentException(
                    "%d does not fit the %d bits of variable '%s'".formatted(value, bits, variable));
        }
        byte[] bytes = new byte[(int) place.size];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return withVariable(place, bytes);
    }

    /**
     * A copy with another first value of a global variable.
     *
     * @param variable the variable's name, or {@code variable.member} for a member of a struct
     * @param value its bytes in memory order, exactly as many as the variable has
     * @return the copy
     * @throws IllegalArgumentException if there is no such variable or the size differs
     */
    public ObjectSpec withVariable(String variable, byte[] value) {
        Place place = place(variable);
        if (place.size != value.length) {
            throw new IllegalArgumentException(
                    "variable '%s' has %d bytes, not %d".formatted(variable, place.size, value.length));
        }
        return withVariable(place, value);
    }

    private ObjectSpec withVariable(Place place, byte[] value) {
        return withMap(place.map.name(), map -> {
            byte[] contents = map.initialBytes();
            System.arraycopy(value, 0, contents, (int) place.offset, value.length);
            return map.withContents(contents);
        });
    }

    private record Place(MapSpec map, long offset, long size) {}

    private Place place(String path) {
        List<String> names = new ArrayList<>();
        for (MapSpec map : maps) {
            if (map.origin() == MapSpec.Origin.KCONFIG) {
                continue;
            }
            for (Variable variable : map.variables()) {
                if (path.equals(variable.name())) {
                    return new Place(map, variable.offset(), variable.size());
                }
                if (path.startsWith(variable.name() + ".") && btf != null && variable.type() != 0) {
                    Place member = member(
                            btf, map, variable, path.substring(variable.name().length() + 1));
                    if (member != null) {
                        return member;
                    }
                }
                names.add(variable.name());
            }
        }
        throw new IllegalArgumentException("no variable '%s'; there are %s".formatted(path, names));
    }

    private static @Nullable Place member(Btf types, MapSpec map, Variable variable, String path) {
        int type = ((BtfType.Var) types.type(variable.type())).type();
        long offset = variable.offset();
        for (String name : path.split("\\.", -1)) {
            if (!(types.resolve(type) instanceof BtfType.Composite struct)) {
                return null;
            }
            BtfType.Member member = types.member(struct, name);
            if (member == null || member.bitfieldSize() != 0) {
                return null;
            }
            offset += member.bitOffset() / 8;
            type = member.type();
        }
        return new Place(map, offset, types.sizeOf(type));
    }
}
