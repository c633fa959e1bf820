/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType.DataSec;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.btf.BtfType.Var;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.map.MapType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes an array map with one value of a data section, as libbpf does. */
final class DataSectionReader {
    /** Clang puts variables of address space 1 here, which is the arena. */
    private static final String ARENA_SECTION = ".addr_space.1";

    private final SpecReader file;

    DataSectionReader(SpecReader file) {
        this.file = file;
    }

    /**
     * Reads a section.
     *
     * @param section the section
     * @param maps the maps declared in the object
     * @return the section's map; for variables in an arena, the arena, whose name a declared map has
     */
    MapSpec read(ElfSection section, List<MapSpec> maps) {
        if (section.name().isEmpty()) {
            throw new SpecException(section.toString(), "a data section without name");
        }
        if (section.size() > Integer.MAX_VALUE) {
            throw new SpecException("section '" + section.name() + "'", "%d bytes".formatted(section.size()));
        }
        List<Variable> variables = new ArrayList<>();
        boolean shared = variables(section, variables);
        if (section.name().equals(ARENA_SECTION)) {
            Optional<MapSpec> arena = arena(section, maps);
            if (arena.isPresent()) {
                return arena.get().withGlobals(section.data(), variables);
            }
        }
        boolean constant = (section.flags() & Elf.SHF_WRITE) == 0;
        int flags = (constant ? MapSpec.BPF_F_RDONLY_PROG : 0) | (shared ? MapSpec.BPF_F_MMAPABLE : 0);
        Btf btf = file.btf;
        DataSec type = btf == null ? null : btf.find(section.name(), DataSec.class);
        return new MapSpec(
                section.name(),
                constant ? MapSpec.Origin.CONSTANTS : MapSpec.Origin.DATA,
                MapType.ARRAY,
                4,
                (int) section.size(),
                1,
                flags,
                0,
                0,
                Pinning.NONE,
                null,
                0,
                type == null ? 0 : type.id(),
                null,
                List.of(),
                section.isZeroFilled() ? null : section.data(),
                variables);
    }

    /** The arena that holds the variables of a section, if the object declares one. */
    private static Optional<MapSpec> arena(ElfSection section, List<MapSpec> maps) {
        List<MapSpec> arenas =
                maps.stream().filter(map -> map.type() == MapType.ARENA).toList();
        if (arenas.size() > 1) {
            throw new SpecException(
                    "section '" + section.name() + "'",
                    "it belongs to the object's arena, but there are two: '%s' and '%s'"
                            .formatted(arenas.get(0).name(), arenas.get(1).name()));
        }
        if (section.isZeroFilled() && !arenas.isEmpty()) {
            // libbpf skips such a section, and then refuses the programs that refer to it. Clang writes the zeros.
            throw new SpecException(
                    "section '" + section.name() + "'",
                    "it is zero-filled (SHT_NOBITS), but libbpf takes variables of an arena only from contents of the"
                            + " file; write them: llvm-objcopy --set-section-flags %s=alloc,load,data,contents"
                                    .formatted(section.name()));
        }
        return arenas.stream().findFirst();
    }

    /**
     * Finds the variables of a section: BTF knows names and types, the symbols know where global ones are.
     *
     * @return whether one of them is not static, which makes libbpf map the section into memory
     */
    private boolean variables(ElfSection section, List<Variable> found) {
        Map<String, ElfSymbol> symbols = new HashMap<>();
        for (ElfSymbol symbol : file.symbolsOf(section)) {
            if (symbol.type() == ElfSymbol.Type.OBJECT && !symbol.name().isEmpty()) {
                symbols.putIfAbsent(symbol.name(), symbol);
            }
        }
        boolean shared = false;
        Set<String> names = new HashSet<>();
        Btf btf = file.btf;
        DataSec types = btf == null ? null : btf.find(section.name(), DataSec.class);
        if (btf != null && types != null) {
            for (SectionVar entry : types.variables()) {
                if (!(btf.type(entry.type()) instanceof Var variable) || variable.linkage() == Linkage.EXTERN) {
                    continue;
                }
                shared |= variable.linkage() == Linkage.GLOBAL;
                ElfSymbol symbol = symbols.get(variable.name());
                long offset = symbol == null ? entry.offset() : symbol.value();
                add(
                        section,
                        found,
                        new Variable(variable.name(), offset, Math.max(0, btf.sizeOf(variable.id())), variable.id()));
                names.add(variable.name());
            }
        }
        for (ElfSymbol symbol : symbols.values()) {
            if (!names.contains(symbol.name())) {
                add(section, found, new Variable(symbol.name(), symbol.value(), symbol.size(), 0));
            }
        }
        found.sort(Comparator.comparingLong(Variable::offset).thenComparing(Variable::name));
        return shared;
    }

    private static void add(ElfSection section, List<Variable> found, Variable variable) {
        boolean fits = variable.offset() >= 0
                && variable.size() >= 0
                && variable.size() <= section.size()
                && variable.offset() <= section.size() - variable.size();
        if (!fits) {
            throw new SpecException(
                    "variable '" + variable.name() + "'",
                    "%d bytes at offset %d do not fit in section '%s' of %d bytes"
                            .formatted(variable.size(), variable.offset(), section.name(), section.size()));
        }
        found.add(variable);
    }
}
