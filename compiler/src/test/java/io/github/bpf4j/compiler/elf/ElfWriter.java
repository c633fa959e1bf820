/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes small ELF objects for tests: sections, symbols, relocations, nothing else. */
public final class ElfWriter {
    private record Section(String name, int type, long flags, byte[] data, long size, int link, int info, long entry) {}

    private record Symbol(String name, int info, int section, long value, long size) {}

    private record Relocation(int section, long offset, int type, int symbol) {}

    private final List<Section> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<Relocation> relocations = new ArrayList<>();

    /** Starts with the null section and the null symbol. */
    public ElfWriter() {
        sections.add(new Section("", Elf.SHT_NULL, 0, new byte[0], 0, 0, 0, 0));
        symbols.add(new Symbol("", 0, 0, 0, 0));
    }

    /** Adds a section with contents; returns its number. */
    public int section(String name, long flags, byte[] data) {
        sections.add(new Section(name, Elf.SHT_PROGBITS, flags, data, data.length, 0, 0, 0));
        return sections.size() - 1;
    }

    /** Adds a section of instructions; returns its number. */
    public int code(String name, byte[] data) {
        return section(name, Elf.SHF_ALLOC | Elf.SHF_EXECINSTR, data);
    }

    /** Adds a zero-filled section; returns its number. */
    public int zeros(String name, long size) {
        sections.add(new Section(name, Elf.SHT_NOBITS, Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[0], size, 0, 0, 0));
        return sections.size() - 1;
    }

    /** Adds a symbol; returns its number. */
    public int symbol(String name, ElfSymbol.Type type, ElfSymbol.Binding binding, int section, long value, long size) {
        symbols.add(new Symbol(name, binding.ordinal() << 4 | type.ordinal(), section, value, size));
        return symbols.size() - 1;
    }

    /** Adds a global function. */
    public int function(String name, int section, long value, long size) {
        return symbol(name, ElfSymbol.Type.FUNC, ElfSymbol.Binding.GLOBAL, section, value, size);
    }

    /** Adds a global variable. */
    public int object(String name, int section, long value, long size) {
        return symbol(name, ElfSymbol.Type.OBJECT, ElfSymbol.Binding.GLOBAL, section, value, size);
    }

    /** Adds a relocation. */
    public void relocate(int section, long offset, int type, int symbol) {
        relocations.add(new Relocation(section, offset, type, symbol));
    }

    /** Writes the file. */
    public byte[] write() {
        Strings strings = new Strings();
        List<Section> all = new ArrayList<>(sections);
        int symbolTable = all.size();
        ByteBuffer table = buffer(symbols.size() * Elf.SYM_SIZE);
        for (Symbol symbol : symbols) {
            table.putInt(strings.add(symbol.name)).put((byte) symbol.info).put((byte) 0);
            table.putShort((short) symbol.section).putLong(symbol.value).putLong(symbol.size);
        }
        int stringTable = symbolTable + 1;
        byte[] symbolBytes = table.array();
        all.add(new Section(
                ".symtab", Elf.SHT_SYMTAB, 0, symbolBytes, symbolBytes.length, stringTable, 0, Elf.SYM_SIZE));
        all.add(new Section(".strtab", Elf.SHT_STRTAB, 0, new byte[0], 0, 0, 0, 0));
        for (int i = 1; i < sections.size(); i++) {
            int target = i;
            List<Relocation> mine =
                    relocations.stream().filter(r -> r.section == target).toList();
            if (!mine.isEmpty()) {
                ByteBuffer entries = buffer(mine.size() * Elf.REL_SIZE);
                mine.forEach(r -> entries.putLong(r.offset).putInt(r.type).putInt(r.symbol));
                all.add(new Section(
                        ".rel" + sections.get(i).name,
                        Elf.SHT_REL,
                        0,
                        entries.array(),
                        entries.capacity(),
                        symbolTable,
                        i,
                        Elf.REL_SIZE));
            }
        }
        all.forEach(section -> strings.add(section.name));
        byte[] text = strings.toByteArray();
        all.set(stringTable, new Section(".strtab", Elf.SHT_STRTAB, 0, text, text.length, 0, 0, 0));
        return layOut(all, strings, stringTable);
    }

    private static byte[] layOut(List<Section> all, Strings strings, int stringTable) {
        int at = Elf.EHDR_SIZE;
        int[] offsets = new int[all.size()];
        for (int i = 0; i < all.size(); i++) {
            offsets[i] = at;
            at = (at + all.get(i).data.length + 7) & ~7;
        }
        ByteBuffer out = buffer(at + all.size() * Elf.SHDR_SIZE);
        out.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1);
        out.position(16).putShort((short) 1).putShort((short) Elf.EM_BPF).putInt(1);
        out.putLong(40, at).putShort(52, (short) 64).putShort(58, (short) 64);
        out.putShort(60, (short) all.size()).putShort(62, (short) stringTable);
        for (int i = 0; i < all.size(); i++) {
            Section section = all.get(i);
            out.put(offsets[i], section.data);
            out.position(at + i * Elf.SHDR_SIZE);
            out.putInt(strings.add(section.name))
                    .putInt(section.type)
                    .putLong(section.flags)
                    .putLong(0);
            out.putLong(offsets[i]).putLong(section.size).putInt(section.link).putInt(section.info);
            out.putLong(8).putLong(section.entry);
        }
        return out.array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static final class Strings {
        private final StringBuilder text = new StringBuilder("\0");

        int add(String string) {
            int known = text.indexOf("\0" + string + "\0");
            if (known >= 0) {
                return known + 1;
            }
            text.append(string).append('\0');
            return text.length() - string.length() - 1;
        }

        byte[] toByteArray() {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
