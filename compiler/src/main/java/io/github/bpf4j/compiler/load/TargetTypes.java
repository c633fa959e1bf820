/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfFormatException;
import io.github.bpf4j.compiler.btf.CDeclarations;
import io.github.bpf4j.compiler.elf.ElfFormatException;
import io.github.bpf4j.runtime.helper.HelperTable;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.program.ProgramType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The types that CO-RE relocations are resolved against: what this runtime provides to programs. Thread-safe.
 *
 * <p>They are the context and packet headers of {@code target-types.h} beside this class, and the enumerations of helpers, map types and
 * program types as the runtime's tables have them. Structures internal to a kernel, such as {@code struct sk_buff}, are not among them,
 * since here no program can meet one; of {@code struct bpf_map} there are the fields of {@link MapStructure}, of tasks those of
 * {@link KernelField}.
 */
public final class TargetTypes {
    /** Where Linux offers its own types. */
    public static final Path HOST = Path.of("/sys/kernel/btf/vmlinux");

    private static final String RESOURCE = "target-types.h";

    private TargetTypes() {}

    /** Built when first asked for. */
    private static final class Holder {
        static final Btf BTF = CDeclarations.parse(headers()
                + functions()
                + maps()
                + MapStructure.declaration()
                + KernelField.declarations()
                + programs());
    }

    /**
     * The built-in types.
     *
     * @return the types
     */
    public static Btf btf() {
        return Holder.BTF;
    }

    /**
     * Reads target types from a file, such as {@link #HOST}, one made by {@code bpftool gen min_core_btf}, or a {@code vmlinux}.
     *
     * @param file a file of raw BTF data, or an ELF file with a section {@code .BTF}
     * @return the types
     * @throws IOException if it cannot be read, or is an ELF file without types
     * @throws ElfFormatException if it is a damaged ELF file
     * @throws BtfFormatException if it is not BTF, or that of a module
     */
    public static Btf read(Path file) throws IOException {
        return BtfFile.read(file).kernel();
    }

    /**
     * Reads the types of a kernel module from a file, such as {@code /sys/kernel/btf/MODULE} or {@code MODULE.ko}. If the module was built
     * on its own, so that the file has a section {@code .BTF.base}, the kernel may be another one than it was built for.
     *
     * @param file a file of raw split BTF data, or an ELF file with a section {@code .BTF}
     * @param kernel the types that it continues
     * @return the types of both
     * @throws IOException if it cannot be read, or is an ELF file without types
     * @throws ElfFormatException if it is a damaged ELF file
     * @throws BtfFormatException if it is not BTF over {@code kernel}; for {@code .BTF.base}, the message names the type that {@code
     *     kernel} lacks or has more than once
     */
    public static Btf read(Path file, Btf kernel) throws IOException {
        return BtfFile.read(file).module(kernel);
    }

    private static String headers() {
        try (InputStream in = TargetTypes.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + RESOURCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String functions() {
        return HelperTable.rows().stream()
                .map(helper -> "BPF_FUNC_%s = %d".formatted(helper.name().replaceFirst("^bpf_", ""), helper.id()))
                .collect(Collectors.joining(", ", "enum bpf_func_id { BPF_FUNC_unspec = 0, ", " };\n"));
    }

    private static String maps() {
        return Stream.of(MapType.values())
                .map(type -> "BPF_MAP_TYPE_%s = %d".formatted(type.name(), type.kernelId()))
                .collect(Collectors.joining(", ", "enum bpf_map_type { BPF_MAP_TYPE_UNSPEC = 0, ", " };\n"));
    }

    private static String programs() {
        return Stream.of(ProgramType.values())
                .filter(type -> type.kernelId() >= 0)
                .map(type -> "BPF_PROG_TYPE_%s = %d".formatted(type.name().toUpperCase(Locale.ROOT), type.kernelId()))
                .collect(Collectors.joining(", ", "enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC = 0, ", " };\n"));
    }
}
