/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfExt;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfFile;
import io.github.bpf4j.compiler.elf.ElfRelocation;
import io.github.bpf4j.compiler.elf.ElfSection;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes an {@link ObjectSpec} of an object file: sorts its sections and hands them to the readers of code, maps and externs. */
final class SpecReader {
    static final String MAPS = ".maps";
    static final String LEGACY_MAPS = "maps";
    static final String KCONFIG = ".kconfig";
    static final String KSYMS = ".ksyms";

    /** Allocated sections that are neither code nor data of programs. */
    private static final Set<String> SPECIAL = Set.of(MAPS, LEGACY_MAPS, "license", "version", ".eh_frame");

    final ElfFile elf;
    final @Nullable Btf btf;
    final BtfExt ext;
    final List<List<ElfRelocation>> relocations;
    final List<String> notes = new ArrayList<>();
    private final Map<Integer, List<ElfSymbol>> symbols = new HashMap<>();

    SpecReader(byte[] file) {
        elf = ElfFile.parse(file);
        relocations = elf.relocations();
        for (ElfSymbol symbol : elf.symbols()) {
            if (symbol.isDefined() && symbol.type() != ElfSymbol.Type.SECTION) {
                symbols.computeIfAbsent(symbol.section(), section -> new ArrayList<>())
                        .add(symbol);
            }
        }
        Optional<ElfSection> types = elf.section(".BTF").filter(s -> s.data().length() > 0);
        btf = types.map(section -> Btf.parse(section.data())).orElse(null);
        Optional<ElfSection> info = elf.section(".BTF.ext").filter(s -> s.data().length() > 0);
        ext = btf == null || info.isEmpty()
                ? BtfExt.EMPTY
                : BtfExt.parse(info.get().data(), btf);
    }

    ObjectSpec read() {
        MapTable maps = new MapTable();
        new BtfMapReader(this).read(maps);
        new LegacyMapReader(this).read(maps);
        DataSectionReader data = new DataSectionReader(this);
        for (ElfSection section : elf.sections()) {
            if (isData(section)) {
                maps.add(section, data.read(section, maps.all()));
            }
        }
        ExternTable externs = new ExternTable(this);
        externs.kconfigMap().ifPresent(maps::add);
        CodeReader code = new CodeReader(this, maps, externs);
        code.read();
        List<MapSpec> complete = new InitialValueReader(this, maps, code).read();
        checkNames(complete);
        for (ElfSection section : elf.sections()) {
            if (maps.isData(section.index())
                    && !relocations.get(section.index()).isEmpty()) {
                notes.add("section '%s' holds addresses; as in libbpf they stay 0".formatted(section.name()));
            }
        }
        return new ObjectSpec(
                license(), version(), code.programs(), code.functions(), complete, externs.all(), btf, notes);
    }

    /** Whether a section holds variables. Custom names count, unless they mean something else. */
    private static boolean isData(ElfSection section) {
        boolean contents = section.type() == Elf.SHT_PROGBITS || section.type() == Elf.SHT_NOBITS;
        return contents
                && section.isAllocated()
                && !section.isExecutable()
                && section.size() > 0
                && !SPECIAL.contains(section.name())
                && !section.name().startsWith(".struct_ops")
                && !section.name().startsWith("?.struct_ops");
    }

    private static void checkNames(List<MapSpec> maps) {
        Set<String> names = new HashSet<>();
        for (MapSpec map : maps) {
            if (!names.add(map.name())) {
                throw new SpecException("map '" + map.name() + "'", "there are two maps of this name");
            }
        }
    }

    private String license() {
        Optional<ElfSection> section = elf.section("license");
        if (section.isEmpty()) {
            return "";
        }
        byte[] bytes = section.get().data().toByteArray();
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        // Linux reads at most 127 characters and a zero.
        if (end > 127) {
            throw new SpecException("section 'license'", "more than 127 characters");
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private int version() {
        Optional<ElfSection> section = elf.section("version");
        if (section.isEmpty()) {
            return 0;
        }
        ByteView data = section.get().data();
        if (data.length() != 4) {
            throw new SpecException("section 'version'", "%d bytes instead of 4".formatted(data.length()));
        }
        return data.i32(0);
    }

    /** The symbols that a section defines, but for the section's own. */
    List<ElfSymbol> symbolsOf(ElfSection section) {
        return symbols.getOrDefault(section.index(), List.of());
    }
}
