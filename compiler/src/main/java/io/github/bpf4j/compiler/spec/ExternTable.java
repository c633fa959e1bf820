/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.BtfType.DataSec;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.btf.BtfType.Var;
import io.github.bpf4j.compiler.btf.BtfType.VoidType;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.runtime.map.MapType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The undefined symbols of an object and what BTF says of them. */
final class ExternTable {
    private final @Nullable Btf btf;
    private final Map<String, ExternSpec> externs = new LinkedHashMap<>();

    ExternTable(SpecReader file) {
        btf = file.btf;
        Map<String, SectionVar> kconfig = declared(SpecReader.KCONFIG);
        Map<String, SectionVar> ksyms = declared(SpecReader.KSYMS);
        for (ElfSymbol symbol : file.elf.symbols()) {
            if (!symbol.isUndefined() || symbol.index() == 0 || symbol.name().isEmpty()) {
                continue;
            }
            SectionVar declaration = kconfig.get(symbol.name());
            ExternSpec.Kind kind = ExternSpec.Kind.KCONFIG;
            if (declaration == null) {
                declaration = ksyms.get(symbol.name());
                kind = declaration == null ? ExternSpec.Kind.UNDECLARED : ksymKind(declaration.type());
            }
            ExternSpec extern = new ExternSpec(
                    symbol.name(),
                    kind,
                    symbol.binding() == ElfSymbol.Binding.WEAK,
                    declaration == null ? 0 : declaration.type());
            if (externs.put(symbol.name(), extern) != null) {
                throw new SpecException("extern '" + symbol.name() + "'", "there are two symbols of this name");
            }
        }
    }

    private Map<String, SectionVar> declared(String section) {
        Map<String, SectionVar> found = new HashMap<>();
        DataSec types = btf == null ? null : btf.find(section, DataSec.class);
        if (btf != null && types != null) {
            for (SectionVar variable : types.variables()) {
                found.putIfAbsent(btf.name(variable.type()), variable);
            }
        }
        return found;
    }

    private ExternSpec.Kind ksymKind(int type) {
        if (btf != null && btf.type(type) instanceof Var variable) {
            return btf.resolve(variable.type()) instanceof VoidType
                    ? ExternSpec.Kind.UNTYPED_KSYM
                    : ExternSpec.Kind.TYPED_KSYM;
        }
        return ExternSpec.Kind.KFUNC;
    }

    List<ExternSpec> all() {
        return List.copyOf(externs.values());
    }

    @Nullable
    ExternSpec get(String name) {
        return externs.get(name);
    }

    /** The map of all {@code .kconfig} values: widest alignment first, then the smallest, as libbpf lays them out. */
    Optional<MapSpec> kconfigMap() {
        Btf types = btf;
        List<ExternSpec> values = new ArrayList<>();
        for (ExternSpec extern : externs.values()) {
            if (extern.kind() == ExternSpec.Kind.KCONFIG) {
                values.add(extern);
            }
        }
        if (types == null || values.isEmpty()) {
            return Optional.empty();
        }
        values.sort(Comparator.comparingInt((ExternSpec e) -> -types.alignOf(e.type()))
                .thenComparingLong(e -> types.sizeOf(e.type()))
                .thenComparing(ExternSpec::name));
        List<Variable> variables = new ArrayList<>();
        long end = 0;
        for (ExternSpec value : values) {
            long size = types.sizeOf(value.type());
            if (size < 1) {
                throw new SpecException("extern '" + value.name() + "'", "its type has no size");
            }
            int align = types.alignOf(value.type());
            long offset = (end + align - 1) / align * align;
            variables.add(new Variable(value.name(), offset, size, value.type()));
            end = offset + size;
        }
        if (end > 65_536) {
            throw new SpecException("section '.kconfig'", "%d bytes of values".formatted(end));
        }
        BtfType section = types.find(SpecReader.KCONFIG, DataSec.class);
        return Optional.of(new MapSpec(
                SpecReader.KCONFIG,
                MapSpec.Origin.KCONFIG,
                MapType.ARRAY,
                4,
                (int) end,
                1,
                MapSpec.BPF_F_RDONLY_PROG | MapSpec.BPF_F_MMAPABLE,
                0,
                0,
                Pinning.NONE,
                null,
                0,
                section == null ? 0 : section.id(),
                null,
                List.of(),
                null,
                variables));
    }
}
