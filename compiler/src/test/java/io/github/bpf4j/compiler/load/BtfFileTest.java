/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfFormatException;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import io.github.bpf4j.compiler.btf.Distiller;
import io.github.bpf4j.compiler.elf.ElfFormatException;
import io.github.bpf4j.compiler.elf.ElfWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with the types of kernels and modules. */
class BtfFileTest {
    private static final int MACHINE = 18;
    private static final int EM_X86_64 = 62;

    @TempDir
    Path directory;

    private final Btf kernel = kernel("padding", "page");
    private final Btf module = module(kernel);

    private static Btf kernel(String... structs) {
        BtfBuilder b = new BtfBuilder();
        for (String struct : structs) {
            b.addStruct(struct, 64, List.of());
        }
        return b.build();
    }

    private static Btf module(Btf kernel) {
        BtfBuilder b = new BtfBuilder(kernel);
        int pointer = b.addPointer(2);
        b.addStruct("own", 8, List.of(new Member("page", pointer, 0, 0)));
        return b.build();
    }

    private static byte[] elf(ElfWriter sections) {
        byte[] elf = sections.write();
        elf[MACHINE] = EM_X86_64;
        return elf;
    }

    private Path file(byte[] contents) {
        try {
            return Files.write(directory.resolve("file"), contents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] builtOnItsOwn(Btf module) {
        Distiller.Result distilled = Distiller.distill(module);
        ElfWriter sections = new ElfWriter();
        sections.code(".text", new byte[16]);
        sections.section(".BTF", 0, distilled.types());
        sections.section(".BTF.base", 0, distilled.base());
        return elf(sections);
    }

    private static String page(Btf module) {
        Composite own = module.find("own", Composite.class);
        int pointer = own == null ? 0 : own.members().getFirst().type();
        return module.type(((Ptr) module.type(pointer)).target()).toString();
    }

    @Test
    void rawDataAndElfFilesHoldKernels() throws IOException {
        ElfWriter sections = new ElfWriter();
        sections.section(".BTF", 0, kernel.toByteArray());
        assertEquals(
                kernel.type(2), TargetTypes.read(file(kernel.toByteArray())).type(2));
        assertEquals(kernel.type(2), TargetTypes.read(file(elf(sections))).type(2));
    }

    @Test
    void rawDataAndElfFilesHoldModules() throws IOException {
        ElfWriter sections = new ElfWriter();
        sections.section(".BTF", 0, module.toByteArray());
        assertEquals(
                module.type(4),
                TargetTypes.read(file(module.toByteArray()), kernel).type(4));
        assertEquals(
                module.type(4), TargetTypes.read(file(elf(sections)), kernel).type(4));
    }

    @Test
    void modulesBuiltOnTheirOwnFitOtherKernels() throws IOException {
        Btf other = kernel("page", "a", "b", "c");
        Btf moved = TargetTypes.read(file(builtOnItsOwn(module)), other);
        assertSame(other, moved.base());
        assertEquals(other.type(1).toString(), page(moved));
        assertEquals(5, moved.firstId());
    }

    @Test
    void modulesThatDoNotFitAreRefused() {
        Path file = file(builtOnItsOwn(module));
        assertEquals(
                ".BTF.base at offset 0x18: type 1 (STRUCT 'page'): is not in the base: the module was built for another"
                        + " kernel",
                assertThrows(BtfFormatException.class, () -> TargetTypes.read(file, kernel("padding")))
                        .getMessage());
        assertEquals(
                ".BTF.base at offset 0x0: these types are a module's: give those of its kernel, too (--btf-base)",
                assertThrows(BtfFormatException.class, () -> TargetTypes.read(file))
                        .getMessage());
    }

    @Test
    void filesWithoutTypesAreRefused() throws IOException {
        Path empty = file(elf(new ElfWriter()));
        assertEquals(
                empty + ": an ELF file without types, since it has no section .BTF",
                assertThrows(IOException.class, () -> TargetTypes.read(empty)).getMessage());
        Path cut = file(Arrays.copyOf(elf(new ElfWriter()), 40));
        assertThrows(ElfFormatException.class, () -> TargetTypes.read(cut));
        try (RandomAccessFile sparse =
                new RandomAccessFile(directory.resolve("vmlinux").toFile(), "rw")) {
            sparse.setLength(300L << 20);
        }
        assertEquals(
                directory.resolve("vmlinux")
                        + ": 314,572,800 bytes; take out its types first: objcopy --dump-section .BTF=types",
                assertThrows(IOException.class, () -> TargetTypes.read(directory.resolve("vmlinux")))
                        .getMessage());
    }

    @Test
    void damageGivesATypedErrorOrTypes() {
        byte[] good = builtOnItsOwn(module);
        TestObjects.damage(good, TestObjects.seed(), TestObjects.corruptions(), bytes -> {
            try {
                Btf types = TargetTypes.read(file(bytes), kernel);
                types.find("own", Composite.class);
            } catch (IOException e) {
                assertEquals(IOException.class, e.getClass());
            }
        });
    }
}
