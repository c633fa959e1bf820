/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.elf.Elf;
import io.github.bpf4j.compiler.elf.ElfSymbol;
import io.github.bpf4j.compiler.elf.ElfWriter;
import io.github.bpf4j.compiler.load.LoadException;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects that clang would not make, and what is said of them. */
class SpecReaderTest {
    private static final byte[] EXIT = hex("b700000000000000 9500000000000000");
    private static final byte[] LOAD = hex("18010000000000000000000000000000 9500000000000000");
    private static final byte[] CALL = hex("85100000ffffffff 9500000000000000");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static ObjectSpec read(ElfWriter elf) {
        return ObjectSpec.read(elf.write());
    }

    // ---- maps declared by BTF ----

    /** A declaration in {@code .maps}, member by member. */
    static final class Declaration {
        private final BtfBuilder btf = new BtfBuilder();
        private final int integer = btf.addInt("int", 4, 1);
        private final int wide = btf.addInt("long", 8, 1);
        private final List<Member> members = new ArrayList<>();

        Declaration uint(String name, long value) {
            return member(name, btf.addPointer(btf.addArray(integer, integer, value)));
        }

        Declaration type(String name, int type) {
            return member(name, btf.addPointer(type));
        }

        Declaration member(String name, int type) {
            members.add(new Member(name, type, 64L * members.size(), 0));
            return this;
        }

        ElfWriter object() {
            int struct = btf.addStruct("", 8 * members.size(), members);
            int variable = btf.addVariable("m", struct, Linkage.GLOBAL);
            btf.addDataSection(".maps", 0, List.of(new SectionVar(variable, 0, 8L * members.size())));
            ElfWriter elf = new ElfWriter();
            int maps = elf.section(".maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[8 * members.size()]);
            elf.section(".BTF", 0, btf.toByteArray());
            elf.object("m", maps, 0, 8L * members.size());
            return elf;
        }
    }

    @Test
    void attributesThatTestObjectsLackAreRead() {
        Declaration declaration = new Declaration()
                .uint("type", 30)
                .uint("value_size", 8)
                .uint("max_entries", 0xffff_ffffL)
                .uint("map_extra", 5)
                .uint("numa_node", 1);
        MapSpec map = read(declaration.object()).map("m").orElseThrow();
        assertEquals(io.github.bpf4j.runtime.map.MapType.BLOOM_FILTER, map.type());
        assertEquals(0, map.keySize());
        assertEquals(8, map.valueSize());
        assertEquals(-1, map.maxEntries());
        assertEquals(5, map.extra());
        assertEquals(1, map.numaNode());
        assertEquals(MapSpec.BPF_F_NUMA_NODE, map.flags());
    }

    static Stream<Arguments> badDeclarations() {
        return Stream.of(
                bad("has no attribute 'type'", d -> d.uint("max_entries", 1)),
                bad("unknown map type 99", d -> d.uint("type", 99)),
                bad("unknown attribute 'size'", d -> d.uint("type", 1).uint("size", 4)),
                bad("conflicting key sizes 4 and 8", d -> d.uint("key_size", 4).type("key", d.wide)),
                bad(
                        "conflicting value sizes 8 and 4",
                        d -> d.type("value", d.wide).uint("value_size", 4)),
                bad("the type of its key has no size", d -> d.type("key", 0)),
                bad("attribute 'type' is not declared with __uint", d -> d.type("type", d.integer)),
                bad("attribute 'key' is not declared with __type", d -> d.member("key", d.wide)),
                bad("unknown pinning 7", d -> d.uint("type", 1).uint("pinning", 7)),
                bad(
                        "'values' is not declared with __array",
                        d -> d.uint("type", 12).type("values", d.wide)),
                bad(
                        "'values' are neither maps nor functions",
                        d -> d.uint("type", 12)
                                .member("values", d.btf.addArray(d.btf.addPointer(d.wide), d.integer, 0))),
                bad(
                        "'values' is not the last attribute",
                        d -> d.member("values", d.btf.addArray(d.btf.addPointer(d.wide), d.integer, 0))
                                .uint("type", 12)),
                bad(
                        "only a PROG_ARRAY has programs as values, not HASH",
                        d -> d.uint("type", 1)
                                .member(
                                        "values",
                                        d.btf.addArray(
                                                d.btf.addPointer(d.btf.addPrototype(0, List.of())), d.integer, 0))));
    }

    private static Arguments bad(String problem, Consumer<Declaration> members) {
        return Arguments.of(problem, members);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badDeclarations")
    void aBadMapDeclarationIsNamed(String problem, Consumer<Declaration> members) {
        Declaration declaration = new Declaration();
        members.accept(declaration);
        SpecException e = assertThrows(SpecException.class, () -> read(declaration.object()));
        assertEquals("map 'm': " + problem, e.getMessage());
    }

    private static ElfWriter arena() {
        return new Declaration()
                .uint("type", 33)
                .uint("max_entries", 1)
                .uint("map_flags", MapSpec.BPF_F_MMAPABLE)
                .object();
    }

    @Test
    void variablesOfTheArenaNeedContentsAsInLibbpf() {
        ElfWriter elf = arena();
        elf.zeros(".addr_space.1", 8);
        assertEquals(
                "section '.addr_space.1': it is zero-filled (SHT_NOBITS), but libbpf takes variables of an arena only"
                        + " from contents of the file; write them: llvm-objcopy --set-section-flags"
                        + " .addr_space.1=alloc,load,data,contents",
                assertThrows(SpecException.class, () -> read(elf)).getMessage());
    }

    @Test
    void variablesOfAddressSpaceOneStartTheArena() {
        ElfWriter elf = arena();
        elf.section(".addr_space.1", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[5000]);
        ObjectSpec spec = read(elf);
        assertEquals(List.of("m"), spec.maps().stream().map(MapSpec::name).toList());
        assertEquals(5000, spec.maps().getFirst().dataSize());
        assertEquals(
                "map 'm': the arena has 4096 bytes, too few for 5000 bytes of variables",
                assertThrows(LoadException.class, () -> ObjectLoader.load(spec, LoadOptions.of(1)))
                        .getMessage());
    }

    // ---- the rest of an object ----

    static Stream<Arguments> badObjects() {
        return Stream.of(
                object(
                        "section '.maps': there is no BTF that describes it; compile with -g",
                        elf -> elf.section(".maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[8])),
                object(
                        "section 'license': more than 127 characters",
                        elf -> elf.section(
                                "license", Elf.SHF_ALLOC, "x".repeat(200).getBytes(StandardCharsets.UTF_8))),
                object(
                        "section 'version': 3 bytes instead of 4",
                        elf -> elf.section("version", Elf.SHF_ALLOC, new byte[3])),
                object(
                        "section 'lwt_in': 12 bytes of code are not a whole number of 8-byte slots",
                        elf -> elf.code("lwt_in", new byte[12])),
                object("section 'lwt_in': code without a function symbol", elf -> elf.code("lwt_in", EXIT)),
                object(
                        "function 'f': 32 bytes at offset 0 do not fit in section 'lwt_in'",
                        elf -> elf.function("f", elf.code("lwt_in", EXIT), 0, 32)),
                object(
                        "function 'f': 4 bytes at offset 4 do not fit in section 'lwt_in'",
                        elf -> elf.function("f", elf.code("lwt_in", EXIT), 4, 4)),
                object("function 'g': overlaps another function of section 'lwt_in'", elf -> {
                    int code = elf.code("lwt_in", EXIT);
                    elf.function("f", code, 0, 16);
                    elf.function("g", code, 8, 8);
                }),
                object("program 'f': there are two programs of this name", elf -> {
                    elf.function("f", elf.code("lwt_in", EXIT), 0, 16);
                    elf.function("f", elf.code("lwt_out", EXIT), 0, 16);
                }),
                object("map '.data.x': there are two maps of this name", elf -> {
                    elf.section(".data.x", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[8]);
                    elf.section(".data.x", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[8]);
                }),
                object(
                        "variable 'v': 8 bytes at offset 4 do not fit in section '.bss' of 8 bytes",
                        elf -> elf.object("v", elf.zeros(".bss", 8), 4, 8)),
                object("section '.bss': 4294967296 bytes", elf -> elf.zeros(".bss", 1L << 32)),
                object("section 'maps': 30 bytes are not divided evenly among 4 maps", elf -> {
                    int maps = elf.section("maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, new byte[30]);
                    for (int i = 0; i < 4; i++) {
                        elf.object("m" + i, maps, 7L * i, 7);
                    }
                }),
                object(
                        "map 'm': a definition of 16 bytes",
                        elf -> elf.object("m", elf.section("maps", Elf.SHF_ALLOC, new byte[16]), 0, 16)),
                object(
                        "map 'm': unknown map type 0",
                        elf -> elf.object("m", elf.section("maps", Elf.SHF_ALLOC, new byte[20]), 0, 20)),
                object("function 'f', instruction 0: relocation type 10 of opcode 0x18", elf -> {
                    int code = elf.code("lwt_in", LOAD);
                    elf.relocate(code, 0, Elf.R_BPF_64_32, elf.function("f", code, 0, 24));
                }),
                object("function 'f': a relocation at offset 4, inside an instruction", elf -> {
                    int code = elf.code("lwt_in", LOAD);
                    elf.relocate(code, 4, Elf.R_BPF_64_64, elf.function("f", code, 0, 24));
                }),
                object("function 'f': two relocations of instruction 0", elf -> {
                    int code = elf.code("lwt_in", LOAD);
                    int data = elf.object("v", elf.zeros(".bss", 8), 0, 8);
                    elf.function("f", code, 0, 24);
                    elf.relocate(code, 0, Elf.R_BPF_64_64, data);
                    elf.relocate(code, 0, Elf.R_BPF_64_64, data);
                }),
                object("function 'f', instruction 0: offset 16 is outside section '.bss'", elf -> {
                    int code = elf.code("lwt_in", LOAD);
                    elf.function("f", code, 0, 24);
                    int bss = elf.zeros(".bss", 8);
                    elf.relocate(
                            code,
                            0,
                            Elf.R_BPF_64_64,
                            elf.symbol("v", ElfSymbol.Type.NOTYPE, ElfSymbol.Binding.GLOBAL, bss, 16, 0));
                }),
                object("function 'f', instruction 0: a call into section '.bss', which holds no code", elf -> {
                    int code = elf.code("lwt_in", CALL);
                    elf.function("f", code, 0, 16);
                    elf.relocate(code, 0, Elf.R_BPF_64_32, elf.object("v", elf.zeros(".bss", 8), 0, 8));
                }),
                object("function 'f', instruction 0: no function starts at offset 8 of section '.text'", elf -> {
                    int code = elf.code("lwt_in", CALL);
                    int text = elf.code(".text", EXIT);
                    elf.function("f", code, 0, 16);
                    elf.function("g", text, 0, 16);
                    elf.relocate(
                            code,
                            0,
                            Elf.R_BPF_64_32,
                            elf.symbol("label", ElfSymbol.Type.NOTYPE, ElfSymbol.Binding.LOCAL, text, 8, 0));
                }),
                object(
                        "function 'f': instruction 0 refers to a function at offset 800 of section 'lwt_in', where none starts",
                        elf -> elf.function("f", elf.code("lwt_in", hex("8510000063000000 9500000000000000")), 0, 16)),
                object("function 'f', instruction 0: a relocation against section '.debug'", elf -> {
                    int code = elf.code("lwt_in", LOAD);
                    elf.function("f", code, 0, 24);
                    elf.relocate(
                            code, 0, Elf.R_BPF_64_64, elf.object("v", elf.section(".debug", 0, new byte[8]), 0, 8));
                }));
    }

    private static Arguments object(String message, Consumer<ElfWriter> contents) {
        return Arguments.of(message, contents);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badObjects")
    void aBadObjectIsRefusedByName(String message, Consumer<ElfWriter> contents) {
        ElfWriter elf = new ElfWriter();
        contents.accept(elf);
        assertEquals(message, assertThrows(SpecException.class, () -> read(elf)).getMessage());
    }

    @Test
    void callsInsideASectionNeedNoRelocation() {
        ElfWriter elf = new ElfWriter();
        int code = elf.code("lwt_in", hex("8510000001000000 9500000000000000 b700000000000000 9500000000000000"));
        elf.function("f", code, 0, 16);
        elf.function("g", code, 16, 16);
        ObjectSpec spec = read(elf);
        assertEquals(
                List.of(new Relocation.FunctionCall(0, 1)),
                spec.functions().get(0).relocations());
    }

    @Test
    void functionsOfOldCompilersAreFoundWithoutTypeOrSize() {
        ElfWriter elf = new ElfWriter();
        int code = elf.code("lwt_in", hex("b700000000000000 9500000000000000 b700000000000000 9500000000000000"));
        elf.symbol("f", ElfSymbol.Type.NOTYPE, ElfSymbol.Binding.GLOBAL, code, 0, 0);
        elf.symbol("LBB0_1", ElfSymbol.Type.NOTYPE, ElfSymbol.Binding.LOCAL, code, 8, 0);
        elf.symbol("g", ElfSymbol.Type.NOTYPE, ElfSymbol.Binding.GLOBAL, code, 16, 0);
        ObjectSpec spec = read(elf);
        assertEquals(
                List.of("f", "g"),
                spec.programs().stream().map(ProgramSpec::name).toList());
        assertEquals(2, spec.functions().get(0).slots());
    }

    @Test
    void onlyTextMeansItsGlobalFunctionsArePrograms() {
        ElfWriter elf = new ElfWriter();
        elf.function("f", elf.code(".text", EXIT), 0, 16);
        assertEquals(
                List.of("f"),
                read(elf).programs().stream().map(ProgramSpec::name).toList());
    }

    @Test
    void tailCallSectionsOfIproute2FillTheirProgramArray() {
        ElfWriter elf = new ElfWriter();
        byte[] definition = hex("03000000 04000000 04000000 02000000 00000000 01000000 00000000 00000000 00000000");
        elf.object("jumps", elf.section("maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, definition), 0, 36);
        elf.function("entry", elf.code("lwt_in", EXIT), 0, 16);
        elf.function("second", elf.code("1/1", EXIT), 0, 16);
        assertEquals(
                List.of(new InitialValue(1, "second")),
                read(elf).map("jumps").orElseThrow().initialValues());
    }

    @Test
    void mapsOfMapsOfIproute2FindTheirTemplateById() {
        ElfWriter elf = new ElfWriter();
        String inner = "02000000 04000000 08000000 02000000 00000000 07000000 00000000 00000000 01000000";
        String outer = "0c000000 04000000 04000000 02000000 00000000 08000000 00000000 07000000 00000000";
        int maps = elf.section("maps", Elf.SHF_ALLOC | Elf.SHF_WRITE, hex(inner + outer));
        elf.object("inner", maps, 0, 36);
        elf.object("outer", maps, 36, 36);
        MapSpec spec = read(elf).map("outer").orElseThrow();
        assertEquals("inner", java.util.Objects.requireNonNull(spec.inner()).name());
        assertEquals(List.of(new InitialValue(1, "inner")), spec.initialValues());
    }
}
