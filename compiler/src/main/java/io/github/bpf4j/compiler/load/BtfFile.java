/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfFormatException;
import io.github.bpf4j.compiler.elf.ElfFile;
import io.github.bpf4j.compiler.elf.ElfFormatException;
import io.github.bpf4j.compiler.elf.ElfSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file with a kernel's or a module's types: raw BTF data, or an ELF file with sections {@code .BTF} and {@code .BTF.base}. */
final class BtfFile {
    private static final String TYPES = ".BTF";
    private static final String DISTILLED_BASE = ".BTF.base";

    /** Kernels with their DWARF debug information are larger; no BTF is. */
    private static final long LARGEST = 256L << 20;

    private final byte[] types;
    private final byte @Nullable [] distilledBase;

    private BtfFile(byte[] types, byte @Nullable [] distilledBase) {
        this.types = types;
        this.distilledBase = distilledBase;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, is too large, or an ELF file without types
     * @throws ElfFormatException if it is a damaged ELF file
     */
    static BtfFile read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > LARGEST) {
            throw new IOException(
                    "%s: %,d bytes; take out its types first: objcopy --dump-section .BTF=types".formatted(file, size));
        }
        byte[] bytes = Files.readAllBytes(file);
        if (!ElfFile.isElf(bytes)) {
            return new BtfFile(bytes, null);
        }
        ElfFile elf = ElfFile.parseAnyMachine(bytes);
        Optional<byte[]> types = contents(elf, TYPES);
        if (types.isEmpty()) {
            throw new IOException(file + ": an ELF file without types, since it has no section .BTF");
        }
        return new BtfFile(types.get(), contents(elf, DISTILLED_BASE).orElse(null));
    }

    private static Optional<byte[]> contents(ElfFile elf, String section) {
        return elf.section(section)
                .map(ElfSection::data)
                .filter(d -> d.length() > 0)
                .map(ByteView::toByteArray);
    }

    /**
     * The types as a kernel's.
     *
     * @throws BtfFormatException if they are damaged, or a module's
     */
    Btf kernel() {
        if (distilledBase != null) {
            throw new BtfFormatException(
                    DISTILLED_BASE, 0, "these types are a module's: give those of its kernel, too (--btf-base)");
        }
        return Btf.parse(types);
    }

    /**
     * The types as a module's.
     *
     * @param kernel the types of the kernel that it is loaded into
     * @throws BtfFormatException if they are damaged or do not fit the kernel's
     */
    Btf module(Btf kernel) {
        return distilledBase == null ? Btf.parse(types, kernel) : Btf.parse(types, distilledBase, kernel);
    }
}
