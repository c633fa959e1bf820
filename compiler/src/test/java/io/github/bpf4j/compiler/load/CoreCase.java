/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One program full of CO-RE relocations. Immutable.
 *
 * @param local the program's own types, nothing but types in them
 * @param relocations what it asks for, one instruction each
 */
record CoreCase(Btf local, List<Relocation> relocations) {
    static final String PROGRAM = "program";
    private static final String SECTION = "socket";
    private static final int HEADER = 32;
    private static final int RECORD = 16;

    /**
     * A relocation with its instruction.
     *
     * @param info what it asks for; the offset is not used
     * @param code the instruction, 8 or 16 bytes
     */
    record Relocation(CoreInfo info, byte[] code) {
        @Override
        public String toString() {
            return "%s of type %d, access %s, in %s"
                    .formatted(
                            info.kind().text(),
                            info.type(),
                            info.access(),
                            HexFormat.of().formatHex(code));
        }
    }

    /** A case without one of the relocations. */
    CoreCase without(int index) {
        List<Relocation> fewer = new ArrayList<>(relocations);
        fewer.remove(index);
        return new CoreCase(local, List.copyOf(fewer));
    }

    /** Where the instruction of a relocation starts, in bytes. */
    int offset(int index) {
        return relocations.subList(0, index).stream()
                .mapToInt(r -> r.code.length)
                .sum();
    }

    /** The program as an object file. */
    byte[] toObject() {
        BtfBuilder builder = new BtfBuilder();
        builder.addAll(local);
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        ByteBuffer records = buffer(4 + 8 + RECORD * relocations.size());
        records.putInt(RECORD).putInt(builder.addString(SECTION)).putInt(relocations.size());
        for (Relocation relocation : relocations) {
            CoreInfo info = relocation.info;
            records.putInt(code.size())
                    .putInt(info.type())
                    .putInt(builder.addString(info.access()))
                    .putInt(info.kind().ordinal());
            code.writeBytes(relocation.code);
        }
        ElfWriter elf = new ElfWriter();
        int section = elf.code(SECTION, code.toByteArray());
        elf.section("license", Elf.SHF_ALLOC, "GPL\0".getBytes(StandardCharsets.UTF_8));
        elf.section(".BTF", 0, builder.toByteArray());
        elf.section(".BTF.ext", 0, ext(records.array()));
        elf.function(PROGRAM, section, 0, code.size());
        return elf.write();
    }

    /** {@code .BTF.ext} with CO-RE relocations only. */
    private static byte[] ext(byte[] records) {
        return buffer(HEADER + records.length)
                .putShort((short) 0xeb9f)
                .putShort((short) 1)
                .putInt(HEADER)
                .putLong(0) // functions
                .putLong(0) // lines
                .putInt(0)
                .putInt(records.length)
                .put(records)
                .array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
