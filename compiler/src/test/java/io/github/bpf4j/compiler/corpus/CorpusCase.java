/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.Assembly;
import io.github.bpf4j.compiler.isa.InstructionDecoder;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.map.BpfMap;
import io.github.bpf4j.runtime.map.MapDefinition;
import io.github.bpf4j.runtime.map.MapType;
import io.github.bpf4j.runtime.map.SpecialFields;
import io.github.bpf4j.runtime.program.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program and what verifiers say of it. The format is described in {@code corpus/README.txt}.
 *
 * @param file the file it stands in
 * @param name what it shows
 * @param types the program types it is verified as
 * @param license the license
 * @param maps what its instructions call maps
 * @param code assembly text; {@code .word} lines are instructions that the assembler refuses
 * @param ours what bpf4j says
 * @param linux what Linux says
 * @param because why they differ, or null
 */
record CorpusCase(
        String file,
        String name,
        List<ProgramType> types,
        String license,
        List<DeclaredMap> maps,
        String code,
        Verdict ours,
        Verdict linux,
        @Nullable String because) {

    /**
     * What a verifier says.
     *
     * @param message part of the message of a rejection; null if the program is accepted
     */
    record Verdict(@Nullable String message) {
        static final Verdict ACCEPT = new Verdict(null);

        boolean accepts() {
            return message == null;
        }

        static Verdict parse(String text) {
            if (text.equals("accept")) {
                return ACCEPT;
            }
            if (!text.startsWith("reject: ")) {
                throw new IllegalArgumentException("neither 'accept' nor 'reject: …': " + text);
            }
            return new Verdict(text.substring("reject: ".length()));
        }

        @Override
        public String toString() {
            return message == null ? "accept" : "reject: " + message;
        }
    }

    /** Reads a file. */
    static List<CorpusCase> read(String file, String text) {
        List<CorpusCase> cases = new ArrayList<>();
        String group = "";
        for (String block : text.split("\n\\s*\n")) {
            List<String> lines = block.strip().lines().toList();
            if (lines.isEmpty() || !lines.getFirst().startsWith("# ")) {
                continue;
            }
            if (lines.size() == 1) {
                group = lines.getFirst().substring(2) + ": ";
                continue;
            }
            try {
                cases.add(read(file, group, lines));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ", " + lines.getFirst() + ": " + e.getMessage(), e);
            }
        }
        return cases;
    }

    private static CorpusCase read(String file, String group, List<String> lines) {
        List<ProgramType> types = List.of(ProgramType.LWT_XMIT);
        String license = "GPL";
        List<DeclaredMap> maps = new ArrayList<>();
        StringBuilder code = new StringBuilder();
        Verdict ours = null;
        Verdict linux = null;
        String because = null;
        for (String line : lines.subList(1, lines.size())) {
            String[] field = line.split(":\\s*", 2);
            switch (field[0]) {
                case "type" -> types = types(field[1]);
                case "license" -> license = field[1];
                case "map" -> maps.add(map(field[1].split("\\s+")));
                case "linux" -> linux = Verdict.parse(field[1]);
                case "because" -> because = field[1];
                default -> {
                    if (line.startsWith("=> ")) {
                        ours = Verdict.parse(line.substring(3));
                    } else {
                        code.append(line).append('\n');
                    }
                }
            }
        }
        if (ours == null) {
            throw new IllegalArgumentException("no verdict");
        }
        if ((linux == null) != (because == null)) {
            throw new IllegalArgumentException("a verdict of Linux of its own needs a reason");
        }
        return new CorpusCase(
                file,
                group + lines.getFirst().substring(2),
                types,
                license,
                maps,
                code.toString(),
                ours,
                linux == null ? ours : linux,
                because);
    }

    private static List<ProgramType> types(String text) {
        if (text.equals("all")) {
            return Stream.of(ProgramType.values())
                    .filter(ProgramType::hasPacket)
                    .toList();
        }
        return Stream.of(text.split(",\\s*"))
                .map(name -> ProgramType.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
    }

    /** {@code name kind keySize valueSize entries [flags=] [lock=] [timer=] [extra=] [data=] [inner=kind,key,value,entries[,flags]]}. */
    private static MapDefinition with(MapDefinition definition, long extra, @Nullable MapDefinition inner) {
        return new MapDefinition(
                definition.name(),
                definition.type(),
                definition.keySize(),
                definition.valueSize(),
                definition.maxEntries(),
                definition.flags(),
                extra,
                inner);
    }

    private static DeclaredMap map(String[] words) {
        MapDefinition definition = definition(words[0], words[1], words[2], words[3], words[4], 0);
        byte[] data = {};
        for (int i = 5; i < words.length; i++) {
            String[] option = words[i].split("=", 2);
            switch (option[0]) {
                case "flags" ->
                    definition = definition(words[0], words[1], words[2], words[3], words[4], Integer.decode(option[1]))
                            .withSpecial(definition.special());
                case "lock" ->
                    definition = definition.withSpecial(SpecialFields.withSpinLock(Integer.parseInt(option[1])));
                case "timer" ->
                    definition = definition.withSpecial(SpecialFields.withTimer(Integer.parseInt(option[1])));
                case "extra" -> definition = with(definition, Long.decode(option[1]), null);
                case "data" -> data = HexFormat.of().parseHex(option[1]);
                case "inner" -> {
                    String[] inner = option[1].split(",");
                    int flags = inner.length > 4 ? Integer.decode(inner[4]) : 0;
                    definition =
                            with(definition, 0, definition("inner", inner[0], inner[1], inner[2], inner[3], flags));
                }
                default -> throw new IllegalArgumentException("unknown option " + words[i]);
            }
        }
        return new DeclaredMap(definition, data);
    }

    private static MapDefinition definition(
            String name, String kind, String key, String value, String entries, int flags) {
        return new MapDefinition(
                name,
                MapType.valueOf(kind.toUpperCase(Locale.ROOT)),
                Integer.parseInt(key),
                Integer.parseInt(value),
                Integer.parseInt(entries),
                flags);
    }

    /** The instructions' bytes. */
    byte[] bytes() {
        List<String> names = maps.stream().map(map -> map.definition().name()).toList();
        Assembly assembly = Assembler.assemble(code.replaceAll("(?m)^\\s*\\.word.*$", "r0 = 0"), names);
        if (assembly.maps().size() > maps.size()) {
            throw new IllegalArgumentException(
                    name + ": no map is called " + assembly.maps().getLast());
        }
        byte[] bytes = InstructionEncoder.encode(assembly.instructions());
        List<String> lines = code.lines().toList();
        for (int slot = 0; slot < assembly.lines().size(); slot++) {
            String line = lines.get(assembly.lines().get(slot) - 1).strip();
            if (line.startsWith(".word ")) {
                long word = Long.parseUnsignedLong(line.substring(6).replace("_", ""), 16);
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(8 * slot, word);
            }
        }
        return bytes;
    }

    /** The program. */
    Program program(ProgramType type) {
        List<BpfMap> programMaps = List.copyOf(maps);
        return new Program(
                "case", type, license, InstructionDecoder.decode(bytes()), programMaps, List.of(), List.of());
    }

    @Override
    public String toString() {
        return name;
    }
}
