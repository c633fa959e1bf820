/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import static io.github.bpf4j.compiler.elf.Elf.*;

import io.github.bpf4j.compiler.ByteView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A parsed ELF file, usually an object file of the {@code bpf} target. Immutable; may be shared between threads.
 *
 * <p>Sections may not overlap in the file (System V ABI, chapter 4, "Sections"). Enforcing this
 * keeps the work and memory of every later stage proportional to the file's size, whatever the file
 * claims.
 */
public final class ElfFile {
    /** {@code "\177ELF"}. */
    private static final int MAGIC = 0x464c457f;

    private final List<ElfSection> sections;
    private final List<ElfSymbol> symbols;

    private ElfFile(List<ElfSection> sections, List<ElfSymbol> symbols) {
        this.sections = sections;
        this.symbols = symbols;
    }

    /**
     * Parses an ELF file.
     *
     * @param file the file's bytes; copied
     * @return the parsed file
     * @throws ElfFormatException if the file is damaged, or is not a 64-bit little-endian relocatable
     *     eBPF object
     */
    public static ElfFile parse(byte[] file) {
        ByteView bytes = view(file.clone());
        checkHeader(bytes);
        checkTarget(bytes);
        return parse(bytes);
    }

    /**
     * Parses an ELF file for any machine, such as a kernel module.
     *
     * @param file the file's bytes; copied
     * @return the parsed file
     * @throws ElfFormatException if the file is damaged, or is not a 64-bit little-endian file
     */
    public static ElfFile parseAnyMachine(byte[] file) {
        ByteView bytes = view(file.clone());
        checkHeader(bytes);
        return parse(bytes);
    }

    /**
     * Whether bytes start like an ELF file.
     *
     * @param file the first bytes of a file, or all
     * @return whether one may try to parse them as ELF
     */
    public static boolean isElf(byte[] file) {
        return isElf(view(file));
    }

    private static boolean isElf(ByteView bytes) {
        return bytes.length() >= 4 && bytes.i32(0) == MAGIC;
    }

    private static ByteView view(byte[] file) {
        return ByteView.of(file, (offset, problem) -> new ElfFormatException("ELF file", offset, problem));
    }

    private static ElfFile parse(ByteView bytes) {
        List<ElfSection> sections = readSections(bytes);
        checkOverlap(sections);
        return new ElfFile(sections, readSymbols(sections));
    }

    /**
     * The sections in the order of the section header table, the null section first.
     *
     * @return an immutable list; empty if the file has no section header table
     */
    public List<ElfSection> sections() {
        return sections;
    }

    /**
     * A section by its number.
     *
     * @param index the number of an existing section, as a {@link ElfSymbol#section} of a defined
     *     symbol is
     * @return the section
     * @throws IndexOutOfBoundsException if there is no such section
     */
    public ElfSection section(int index) {
        return sections.get(index);
    }

    /**
     * The first section of a name.
     *
     * @param name the name
     * @return the section, or empty if there is none
     */
    public Optional<ElfSection> section(String name) {
        return sections.stream()
                .filter(s -> s.index() != 0 && s.name().equals(name))
                .findFirst();
    }

    /**
     * The symbols in the order of the symbol table, the null symbol first.
     *
     * @return an immutable list; empty if the file has no symbol table
     */
    public List<ElfSymbol> symbols() {
        return symbols;
    }

    /**
     * The relocations of all sections, by the number of the section they apply to.
     *
     * @return one list per section of {@link #sections()}, each in the order of the file
     * @throws ElfFormatException if a relocation section is damaged
     */
    public List<List<ElfRelocation>> relocations() {
        List<List<ElfRelocation>> all = new ArrayList<>(sections.size());
        for (int i = 0; i < sections.size(); i++) {
            all.add(new ArrayList<>(0));
        }
        for (ElfSection table : sections) {
            if (table.type() == SHT_REL || table.type() == SHT_RELA) {
                readRelocations(table, all);
            }
        }
        all.replaceAll(List::copyOf);
        return List.copyOf(all);
    }

    private static ElfFormatException header(long offset, String problem) {
        return new ElfFormatException("ELF header", offset, problem);
    }

    private static void checkHeader(ByteView bytes) {
        if (!isElf(bytes)) {
            throw header(0, "not an ELF file");
        }
        if (bytes.length() < EHDR_SIZE) {
            throw header(bytes.length(), "the file ends after %d of 64 bytes".formatted(bytes.length()));
        }
        if (bytes.u8(4) != ELFCLASS64) {
            throw header(4, "not a 64-bit file (class %d)".formatted(bytes.u8(4)));
        }
        if (bytes.u8(5) == ELFDATA2MSB) {
            throw header(5, "a big-endian object; compile with -target bpfel (or bpf on a little-endian host)");
        }
        if (bytes.u8(5) != ELFDATA2LSB) {
            throw header(5, "unknown byte order %d".formatted(bytes.u8(5)));
        }
        if (bytes.u8(6) != EV_CURRENT || bytes.u32(20) != EV_CURRENT) {
            throw header(6, "unknown ELF version");
        }
    }

    private static void checkTarget(ByteView bytes) {
        if (bytes.u16(18) != EM_BPF) {
            throw header(
                    18,
                    "made for machine %d, not for eBPF (%d); compile with -target bpf"
                            .formatted(bytes.u16(18), EM_BPF));
        }
        if (bytes.u16(16) != ET_REL) {
            throw header(16, "file type %d is not a relocatable object".formatted(bytes.u16(16)));
        }
    }

    private static List<ElfSection> readSections(ByteView bytes) {
        long table = bytes.i64(40);
        if (table == 0) {
            return List.of();
        }
        if (bytes.u16(58) != SHDR_SIZE) {
            throw header(58, "section headers of %d bytes, expected 64".formatted(bytes.u16(58)));
        }
        // The table may not reach into the ELF header, and offsets with the top bit set are negative.
        if (table < EHDR_SIZE || table > bytes.length() - SHDR_SIZE) {
            throw header(40, "the section header table at 0x%x is outside the file".formatted(table));
        }
        long count = bytes.u16(60);
        if (count == 0) {
            count = bytes.i64(table + 32); // System V ABI: e_shnum does not fit
        }
        if (count < 1 || count > (bytes.length() - table) / SHDR_SIZE) {
            throw header(60, "%s section headers do not fit in the file".formatted(Long.toUnsignedString(count)));
        }
        long nameTable = bytes.u16(62);
        if (nameTable == SHN_XINDEX) {
            nameTable = bytes.u32(table + 40);
        }
        if (nameTable >= count) {
            throw header(62, "section name table %d of %d sections".formatted(nameTable, count));
        }
        ByteView nameBytes = nameTable == 0
                ? bytes.slice(0, 0)
                : contents(bytes, table + nameTable * SHDR_SIZE, "section name table");
        StringTable names = new StringTable(nameBytes);
        List<ElfSection> sections = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            sections.add(readSection(bytes, table + (long) i * SHDR_SIZE, i, names));
        }
        return List.copyOf(sections);
    }

    private static ElfSection readSection(ByteView bytes, long at, int index, StringTable names) {
        ByteView header = bytes.slice(at, SHDR_SIZE);
        String place = "section header " + index;
        String name =
                index == 0 ? "" : names.at(header.u32(0), (o, problem) -> new ElfFormatException(place, at, problem));
        int type = header.i32(4);
        ByteView data = type == SHT_NULL || type == SHT_NOBITS || index == 0
                ? bytes.slice(0, 0)
                : contents(bytes, at, name.isEmpty() ? place : name);
        if (header.i64(32) < 0) {
            throw new ElfFormatException(place, at + 32, "the size is negative");
        }
        return new ElfSection(
                index,
                name,
                index == 0 ? SHT_NULL : type,
                header.i64(8),
                header.i64(24),
                header.i64(32),
                header.i32(40),
                header.i32(44),
                header.i64(48),
                header.i64(56),
                data);
    }

    private static ByteView contents(ByteView bytes, long header, String place) {
        long offset = bytes.i64(header + 24);
        long size = bytes.i64(header + 32);
        if (offset < 0 || size < 0 || offset > bytes.length() || size > bytes.length() - offset) {
            throw new ElfFormatException(
                    place,
                    header + 24,
                    "contents at 0x%x of 0x%x bytes are outside the file of 0x%x bytes"
                            .formatted(offset, size, bytes.length()));
        }
        return bytes.slice(offset, size, (at, problem) -> new ElfFormatException(place, offset + at, problem));
    }

    private static void checkOverlap(List<ElfSection> sections) {
        ElfSection[] inFile =
                sections.stream().filter(s -> s.data().length() > 0).toArray(ElfSection[]::new);
        Arrays.sort(inFile, (a, b) -> Long.compare(a.offset(), b.offset()));
        for (int i = 1; i < inFile.length; i++) {
            ElfSection before = inFile[i - 1];
            if (before.offset() + before.size() > inFile[i].offset()) {
                throw inFile[i].fault(0, "overlaps section %s".formatted(before));
            }
        }
    }

    private static List<ElfSymbol> readSymbols(List<ElfSection> sections) {
        ElfSection table = null;
        ElfSection extended = null;
        for (ElfSection section : sections) {
            if (section.type() == SHT_SYMTAB) {
                if (table != null) {
                    throw section.fault(0, "a second symbol table");
                }
                table = section;
            } else if (section.type() == SHT_SYMTAB_SHNDX) {
                extended = section;
            }
        }
        if (table == null) {
            return List.of();
        }
        long count = entries(table, SYM_SIZE);
        if (table.link() <= 0
                || table.link() >= sections.size()
                || sections.get(table.link()).type() != SHT_STRTAB) {
            throw table.fault(0, "section %d is not its string table".formatted(table.link()));
        }
        StringTable names = new StringTable(sections.get(table.link()).data());
        List<ElfSymbol> symbols = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            symbols.add(readSymbol(table, extended, i, names, sections));
        }
        return List.copyOf(symbols);
    }

    private static ElfSymbol readSymbol(
            ElfSection table,
            @org.jspecify.annotations.Nullable ElfSection extended,
            int index,
            StringTable names,
            List<ElfSection> sections) {
        long at = (long) index * SYM_SIZE;
        ByteView entry = table.data().slice(at, SYM_SIZE);
        int info = entry.u8(4);
        int section = entry.u16(6);
        ElfSymbol.Type type = ElfSymbol.Type.of(info & 15);
        if (section == SHN_XINDEX) {
            if (extended == null) {
                throw table.fault(at + 6, "symbol %d needs a missing SYMTAB_SHNDX section".formatted(index));
            }
            section = checkSection(table, at, index, extended.data().u32(4L * index), sections);
        } else if (section >= SHN_LORESERVE) {
            section = switch (section) {
                case SHN_ABS -> ElfSymbol.ABSOLUTE;
                case SHN_COMMON -> ElfSymbol.COMMON;
                default -> ElfSymbol.OTHER_RESERVED;
            };
        } else {
            section = checkSection(table, at, index, section, sections);
        }
        String name = names.at(entry.u32(0), (o, problem) -> table.fault(at, problem));
        if (name.isEmpty() && type == ElfSymbol.Type.SECTION && section > 0) {
            name = sections.get(section).name();
        }
        return new ElfSymbol(
                index,
                name,
                type,
                ElfSymbol.Binding.of(info >> 4),
                ElfSymbol.Visibility.of(entry.u8(5)),
                section,
                entry.i64(8),
                entry.i64(16));
    }

    private static int checkSection(ElfSection table, long at, int index, long section, List<ElfSection> sections) {
        if (section >= sections.size()) {
            throw table.fault(at + 6, "symbol %d is in section %d of %d".formatted(index, section, sections.size()));
        }
        return (int) section;
    }

    private static long entries(ElfSection table, int size) {
        if (table.entrySize() != size) {
            throw table.fault(0, "entries of %d bytes, expected %d".formatted(table.entrySize(), size));
        }
        if (table.size() % size != 0) {
            throw table.fault(0, "%d bytes are not a whole number of %d-byte entries".formatted(table.size(), size));
        }
        return table.size() / size;
    }

    private void readRelocations(ElfSection table, List<List<ElfRelocation>> all) {
        int entrySize = table.type() == SHT_REL ? REL_SIZE : RELA_SIZE;
        long count = entries(table, entrySize);
        if (table.info() <= 0 || table.info() >= sections.size()) {
            throw table.fault(0, "applies to section %d, which does not exist".formatted(table.info()));
        }
        ElfSection target = sections.get(table.info());
        List<ElfRelocation> relocations = all.get(table.info());
        for (long i = 0; i < count; i++) {
            long at = i * entrySize;
            ByteView entry = table.data().slice(at, entrySize);
            long offset = entry.i64(0);
            if (offset < 0 || offset >= target.data().length()) {
                throw table.fault(at, "relocates offset 0x%x, outside section %s".formatted(offset, target));
            }
            long symbol = entry.u32(12);
            if (symbol >= symbols.size()) {
                throw table.fault(at + 12, "symbol %d of %d".formatted(symbol, symbols.size()));
            }
            relocations.add(new ElfRelocation(
                    offset, entry.i32(8), symbols.get((int) symbol), entrySize == RELA_SIZE ? entry.i64(16) : 0));
        }
    }
}
