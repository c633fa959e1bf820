/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.Linkage;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Param;
import io.github.bpf4j.compiler.btf.BtfType.SectionVar;
import io.github.bpf4j.compiler.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BtfTest {

    private static Btf of(String object) {
        return Btf.parse(ElfFile.parse(TestObjects.read(object))
                .section(".BTF")
                .orElseThrow()
                .data());
    }

    /** One type of every kind. */
    private static BtfBuilder everyKind() {
        BtfBuilder b = new BtfBuilder();
        int u32 = b.addInt("unsigned int", 4, 0);
        int s64 = b.addInt("long", 8, BtfType.Int.SIGNED);
        int pointer = b.addPointer(u32);
        int array = b.addArray(s64, u32, 3);
        int inner = b.addUnion("", 8, List.of(new Member("whole", s64, 0, 0), new Member("low", u32, 0, 0)));
        int struct = b.addStruct(
                "thing",
                40,
                List.of(
                        new Member("list", array, 0, 0),
                        new Member("", inner, 192, 0),
                        new Member("three", u32, 256, 3),
                        new Member("five", u32, 259, 5)));
        b.addEnum("small", 4, true, List.of(new Enumerator("MINUS", -1), new Enumerator("TWO", 2)));
        b.addEnum64("wide", 8, false, List.of(new Enumerator("HUGE", 0x8000_0000_0000_0001L)));
        b.addForward("elsewhere", true);
        int typedef = b.addTypedef("thing_t", struct);
        int constant = b.addQualifier(BtfKind.CONST, typedef);
        int vol = b.addQualifier(BtfKind.VOLATILE, constant);
        b.addQualifier(BtfKind.RESTRICT, pointer);
        int proto = b.addPrototype(s64, List.of(new Param("x", u32), new Param("", 0)));
        int function = b.addFunction("compute", proto, Linkage.GLOBAL);
        int variable = b.addVariable("table", vol, Linkage.STATIC);
        b.addDataSection(".data", 40, List.of(new SectionVar(variable, 0, 40)));
        b.addFloat("double", 8);
        b.addDeclTag("arg:nonnull", function, 0);
        b.addTypeTag("user", u32);
        return b;
    }

    @Test
    void everyKindSurvivesWritingAndReading() {
        Btf btf = everyKind().build();
        Composite thing = present(btf.find("thing", Composite.class));
        assertEquals(40, btf.sizeOf(thing.id()));
        assertEquals(8, btf.alignOf(thing.id()));
        assertEquals(new Member("three", 1, 256, 3), thing.members().get(2));
        assertEquals(new Member("low", 1, 192, 0), btf.member(thing, "low"));
        assertNull(btf.member(thing, "absent"));
        BtfType.Typedef typedef = present(btf.find("thing_t", BtfType.Typedef.class));
        assertEquals(thing, btf.resolve(typedef.id()));
        BtfType.Var table = present(btf.find("table", BtfType.Var.class));
        assertEquals(thing, btf.resolve(table.type()));
        assertEquals(40, btf.sizeOf(table.id()));
        BtfType.EnumType small = present(btf.find("small", BtfType.EnumType.class));
        assertEquals(-1, small.values().get(0).value());
        BtfType.EnumType wide = present(btf.find("wide", BtfType.EnumType.class));
        assertEquals(0x8000_0000_0000_0001L, wide.values().get(0).value());
        BtfBuilder again = new BtfBuilder();
        again.addAll(btf);
        Btf copy = again.build();
        for (int id = 0; id < btf.size(); id++) {
            assertEquals(btf.type(id), copy.type(id));
        }
    }

    private static <T> T present(@org.jspecify.annotations.Nullable T value) {
        assertNotNull(value);
        return value;
    }

    @Test
    void clangsTypesAreThoseBpftoolPrints() {
        Btf btf = of("rich_v3.o");
        Composite pair = present(btf.find("pair", Composite.class));
        assertEquals(16, pair.size());
        assertEquals(
                List.of("a", "b"), pair.members().stream().map(Member::name).toList());
        assertEquals(64, pair.members().get(1).bitOffset());
        BtfType.DataSec maps = present(btf.find(".maps", BtfType.DataSec.class));
        assertEquals(7, maps.variables().size());
        Composite header = present(btf.find("iphdr___mine", Composite.class));
        assertEquals(
                new Member("version", header.members().get(0).type(), 4, 4),
                header.members().get(1));
        assertEquals(List.of(header.id()), btf.candidates("iphdr"));
        assertEquals(List.of(), btf.candidates("iphdr___mine"));
    }

    @ParameterizedTest
    @CsvSource({
        "task_struct, task_struct",
        "task_struct___old, task_struct",
        "task_struct___v1___v2, task_struct___v1",
        "___flavor, ___flavor",
        "name___, name___",
        "name____x, name____x",
        "a___b, a"
    })
    void flavorsAreIgnored(String name, String essential) {
        assertEquals(essential, Btf.essentialName(name));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                bad("type 1 (PTR ''): refers to type 9, but there are only 1 types", b -> b.addPointer(9)),
                bad("type 1 (PTR ''): a pointer to itself", b -> b.addPointer(1)),
                bad("type 1 (PTR ''): a pointer to itself", b -> {
                    b.addPointer(2);
                    b.addQualifier(BtfKind.CONST, 3);
                    b.addPointer(1);
                }),
                bad("type 2 (CONST ''): contains itself through type 1", b -> {
                    b.addTypedef("t", 2);
                    b.addQualifier(BtfKind.CONST, 1);
                }),
                bad(
                        "type 1 (STRUCT 's'): contains itself through type 1",
                        b -> b.addStruct("s", 8, List.of(new Member("self", 1, 0, 0)))),
                bad("type 2 (STRUCT 's'): member 0 reaches beyond the 2 bytes", b -> {
                    b.addInt("int", 4, 1);
                    b.addStruct("s", 2, List.of(new Member("x", 1, 0, 0)));
                }),
                bad("type 2 (STRUCT 's'): bitfield 0 is wider than its type", b -> {
                    b.addInt("int", 4, 1);
                    b.addStruct("s", 8, List.of(new Member("x", 1, 0, 33)));
                }),
                bad("type 3 (STRUCT 's'): member 0 has no size, or is too large", b -> {
                    b.addInt("long", 8, 1);
                    b.addArray(1, 1, 0x2000_0000);
                    b.addStruct("s", 8, List.of(new Member("x", 2, 0, 0)));
                }),
                bad("type 1 (ARRAY ''): an array of elements without size, or too large", b -> b.addArray(0, 0, 1)),
                bad("type 1 (INT 'int'): an integer of 3 bytes", b -> b.addInt("int", 3, 0)),
                bad("type 2 (FUNC 'f'): signature is type 1 (INT 'int')", b -> {
                    b.addInt("int", 4, 1);
                    b.addFunction("f", 1, Linkage.STATIC);
                }),
                bad("type 2 (PTR ''): refers to type 1 (VAR 'v'), which is no C type", b -> {
                    b.addVariable("v", 2, Linkage.GLOBAL);
                    b.addPointer(1);
                }),
                bad("type 2 (DATASEC '.data'): holds type 1 (INT 'int')", b -> {
                    b.addInt("int", 4, 1);
                    b.addDataSection(".data", 4, List.of(new SectionVar(1, 0, 4)));
                }),
                bad("type 1 (ENUM 'e'): an enum of 3 bytes", b -> b.addEnum("e", 3, false, List.of())),
                bad("type 2 (DECL_TAG 'tag'): tags type 1 (INT 'int')", b -> {
                    b.addInt("int", 4, 1);
                    b.addDeclTag("tag", 1, -1);
                }),
                bad("type 64 (TYPEDEF 't63'): types nested deeper than 64", b -> {
                    for (int i = 0; i < 70; i++) {
                        b.addTypedef("t" + i, i + 2);
                    }
                    b.addInt("int", 4, 1);
                }));
    }

    private static Arguments bad(String message, Consumer<BtfBuilder> types) {
        return Arguments.of(message, types);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void contradictionsAreRefusedByTypeAndReason(String message, Consumer<BtfBuilder> types) {
        BtfBuilder builder = new BtfBuilder();
        types.accept(builder);
        BtfFormatException e = assertThrows(BtfFormatException.class, builder::build);
        assertEquals(message, e.problem());
        assertEquals(".BTF", e.section());
    }

    @Test
    void searchingCraftedTypesTakesNoExponentialTime() {
        BtfBuilder b = new BtfBuilder();
        int last = b.addInt("int", 4, 1);
        for (int i = 0; i < 60; i++) {
            last = b.addUnion("", 4, List.of(new Member("", last, 0, 0), new Member("", last, 0, 0)));
        }
        Btf btf = b.build();
        Composite outermost = assertInstanceOf(Composite.class, btf.type(last));
        assertNull(btf.member(outermost, "absent"));
        assertEquals(4, btf.alignOf(last));
    }

    @Test
    void damageGivesATypedErrorOrTypes() {
        byte[] good = everyKind().toByteArray();
        TestObjects.damage(good, TestObjects.seed(), 10 * TestObjects.corruptions(), BtfTest::readAll);
        TestObjects.damage(
                of("plain.o").toByteArray(), TestObjects.seed(), TestObjects.corruptions(), BtfTest::readAll);
    }

    @Test
    void damagedExtGivesATypedErrorOrRecords() {
        Btf btf = of("rich_v3.o");
        byte[] good = ElfFile.parse(TestObjects.read("rich_v3.o"))
                .section(".BTF.ext")
                .orElseThrow()
                .data()
                .toByteArray();
        TestObjects.damage(
                good,
                TestObjects.seed(),
                TestObjects.corruptions(),
                bytes -> BtfExt.parse(
                        io.github.bpf4j.compiler.ByteView.of(
                                bytes, (at, problem) -> new BtfFormatException(".BTF.ext", at, problem)),
                        btf));
    }

    private static void readAll(byte[] bytes) {
        Btf btf = Btf.parse(bytes);
        for (int id = 0; id < btf.size(); id++) {
            btf.type(id);
            btf.resolve(id);
            btf.sizeOf(id);
            btf.alignOf(id);
            if (btf.type(id) instanceof Composite struct) {
                btf.member(struct, "absent");
            }
        }
        btf.candidates("thing");
    }

    @Test
    @Tag("kernel")
    void theKernelsOwnTypesAreRead() throws IOException {
        Path file = Path.of("/sys/kernel/btf/vmlinux");
        assumeTrue(Files.isReadable(file), "no kernel BTF on this machine");
        Btf btf = Btf.parse(Files.readAllBytes(file));
        Composite skb = present(btf.find("sk_buff", Composite.class));
        assertNotNull(btf.member(skb, "mark"));
        assertTrue(btf.size() > 10_000);
        BtfBuilder copy = new BtfBuilder();
        copy.addAll(btf);
        Btf again = copy.build();
        for (int id = 0; id < btf.size(); id++) {
            assertEquals(btf.type(id), again.type(id));
        }
    }
}
