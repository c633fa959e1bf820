/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.TestObjects;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {

    @Test
    void sectionsSymbolsAndRelocationsAreThoseReadelfPrints() {
        ElfFile file = ElfFile.parse(TestObjects.read("plain_nobtf.o"));
        ElfSection program = file.section("lwt_xmit").orElseThrow();
        assertEquals(Elf.SHT_PROGBITS, program.type());
        assertTrue(program.isExecutable() && program.isAllocated());
        assertEquals(0, program.data().length() % 8);
        assertEquals(program.size(), program.data().length());

        ElfSection strings = file.section(".rodata.str1.1").orElseThrow();
        assertEquals(30, strings.size());
        assertEquals('D', strings.data().u8(0));

        ElfSymbol function = file.symbols().stream()
                .filter(s -> s.name().equals("drop_8080"))
                .findFirst()
                .orElseThrow();
        assertEquals(ElfSymbol.Type.FUNC, function.type());
        assertEquals(ElfSymbol.Binding.GLOBAL, function.binding());
        assertEquals(program.index(), function.section());
        assertEquals(program.size(), function.size());

        List<ElfRelocation> relocations = file.relocations().get(program.index());
        assertEquals(1, relocations.size());
        assertEquals(Elf.R_BPF_64_64, relocations.get(0).type());
        assertEquals(strings.index(), relocations.get(0).symbol().section());
    }

    @Test
    void aZeroFilledSectionHasASizeButNoBytes() {
        ElfFile file = ElfFile.parse(TestObjects.read("rich_v3.o"));
        ElfSection bss = file.section(".bss").orElseThrow();
        assertTrue(bss.isZeroFilled());
        assertEquals(13, bss.size());
        assertEquals(0, bss.data().length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " 0 | 00       | ELF header at file offset 0x0: not an ELF file",
                " 4 | 01       | ELF header at file offset 0x4: not a 64-bit file (class 1)",
                " 5 | 02       | ELF header at file offset 0x5: a big-endian object; compile with -target bpfel (or bpf on a little-endian host)",
                " 5 | 07       | ELF header at file offset 0x5: unknown byte order 7",
                " 6 | 02       | ELF header at file offset 0x6: unknown ELF version",
                "16 | 02       | ELF header at file offset 0x10: file type 2 is not a relocatable object",
                "18 | 3e00     | ELF header at file offset 0x12: made for machine 62, not for eBPF (247); compile with -target bpf",
                "40 | ffffffff | ELF header at file offset 0x28: the section header table at 0xffffffff is outside the file",
                "58 | 2800     | ELF header at file offset 0x3a: section headers of 40 bytes, expected 64",
                "60 | ff00     | ELF header at file offset 0x3c: 255 section headers do not fit in the file",
                "62 | fe00     | ELF header at file offset 0x3e: section name table 254 of %d sections",
            })
    void aDamagedHeaderIsRefusedWithItsOffset(int offset, String hex, String message) {
        byte[] bytes = TestObjects.read("plain_nobtf.o");
        int sections = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(60);
        byte[] patch = java.util.HexFormat.of().parseHex(hex);
        System.arraycopy(patch, 0, bytes, offset, patch.length);
        ElfFormatException e = assertThrows(ElfFormatException.class, () -> ElfFile.parse(bytes));
        assertEquals(message.formatted(sections), e.getMessage());
    }

    @Test
    void sectionsMayNotOverlap() {
        byte[] bytes = TestObjects.read("plain_nobtf.o");
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) buffer.getLong(40);
        ElfFile file = ElfFile.parse(bytes);
        ElfSection a = file.section("lwt_xmit").orElseThrow();
        int other = file.section(".rodata.str1.1").orElseThrow().index();
        buffer.putLong(table + other * 64 + 24, a.offset() + 8);
        ElfFormatException e = assertThrows(ElfFormatException.class, () -> ElfFile.parse(bytes));
        assertEquals(".rodata.str1.1", e.section());
        assertTrue(e.getMessage().contains("overlaps section [" + a.index() + "] lwt_xmit"));
    }

    @Test
    void sectionNumbersBeyond16BitsAreFollowed() {
        byte[] bytes = TestObjects.read("plain_nobtf.o");
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int table = (int) buffer.getLong(40);
        int count = buffer.getShort(60);
        int names = buffer.getShort(62);
        List<String> expected =
                ElfFile.parse(bytes).sections().stream().map(ElfSection::name).toList();
        buffer.putShort(60, (short) 0).putLong(table + 32, count);
        buffer.putShort(62, (short) 0xffff).putInt(table + 40, names);
        assertEquals(
                expected,
                ElfFile.parse(bytes).sections().stream().map(ElfSection::name).toList());
    }

    @Test
    void symbolSectionsBeyond16BitsNeedTheirTable() {
        byte[] bytes = TestObjects.read("plain_nobtf.o");
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ElfSection symbols = ElfFile.parse(bytes).section(".symtab").orElseThrow();
        buffer.putShort((int) symbols.offset() + 24 + 6, (short) 0xffff);
        ElfFormatException missing = assertThrows(ElfFormatException.class, () -> ElfFile.parse(bytes));
        assertEquals("symbol 1 needs a missing SYMTAB_SHNDX section", missing.problem());

        // Append a table of section numbers and a larger copy of the section headers.
        int table = (int) buffer.getLong(40);
        int count = buffer.getShort(60);
        int entries = symbols.data().length() / 24;
        int at = (bytes.length + 7) & ~7;
        byte[] grown = Arrays.copyOf(bytes, at + 4 * entries + 8 + 64 * (count + 1));
        ByteBuffer out = ByteBuffer.wrap(grown).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(at + 4, 2);
        int headers = (at + 4 * entries + 7) & ~7;
        System.arraycopy(bytes, table, grown, headers, 64 * count);
        int added = headers + 64 * count;
        out.putInt(added + 4, Elf.SHT_SYMTAB_SHNDX).putLong(added + 24, at);
        out.putLong(added + 32, 4L * entries);
        out.putLong(40, headers).putShort(60, (short) (count + 1));
        assertEquals(2, ElfFile.parse(grown).symbols().get(1).section());
    }

    @Test
    void overlappingNamesCannotExhaustMemory() {
        // 100,000 symbols whose names are all tails of one string of 100,000 characters: 5 GB if decoded.
        int count = 100_000;
        int strings = 64;
        int symbols = strings + count + 1;
        symbols = (symbols + 7) & ~7;
        int headers = symbols + count * 24;
        byte[] bytes = new byte[headers + 3 * 64];
        Arrays.fill(bytes, strings, strings + count, (byte) 'x');
        byte[] start = TestObjects.read("plain_nobtf.o");
        System.arraycopy(start, 0, bytes, 0, 64);
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(40, headers).putShort(60, (short) 3).putShort(62, (short) 0);
        out.putInt(headers + 64 + 4, Elf.SHT_STRTAB).putLong(headers + 64 + 24, strings);
        out.putLong(headers + 64 + 32, count + 1L);
        out.putInt(headers + 128 + 4, Elf.SHT_SYMTAB).putLong(headers + 128 + 24, symbols);
        out.putLong(headers + 128 + 32, count * 24L).putInt(headers + 128 + 40, 1);
        out.putLong(headers + 128 + 56, 24);
        for (int i = 0; i < count; i++) {
            out.putInt(symbols + i * 24, i);
        }
        ElfFormatException e = assertThrows(ElfFormatException.class, () -> ElfFile.parse(bytes));
        assertEquals("the names of the string table overlap too much", e.problem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain_nobtf.o", "rich_v3.o"})
    void damageGivesATypedErrorOrAFile(String name) {
        TestObjects.damage(
                TestObjects.read(name),
                TestObjects.seed(),
                TestObjects.corruptions(),
                bytes -> ElfFile.parse(bytes).relocations());
    }
}
