/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.BtfType.Array;
import io.github.bpf4j.compiler.btf.BtfType.Composite;
import io.github.bpf4j.compiler.btf.BtfType.Enumerator;
import io.github.bpf4j.compiler.btf.BtfType.Int;
import io.github.bpf4j.compiler.btf.BtfType.Member;
import io.github.bpf4j.compiler.btf.BtfType.Ptr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** BTF that continues other BTF, as a kernel module's does. */
class SplitBtfTest {
    private final Btf base = kernel();
    private final BtfBuilder builder = new BtfBuilder(base);
    private final Btf module = module(builder).build();

    /** Types 1 (int), 2 (struct pair) and 3 (a pointer to it). */
    private static Btf kernel() {
        BtfBuilder b = new BtfBuilder();
        int number = b.addInt("int", 4, Int.SIGNED);
        int pair = b.addStruct("pair", 8, List.of(new Member("a", number, 0, 0), new Member("b", number, 32, 0)));
        b.addPointer(pair);
        return b.build();
    }

    /** Types 4 to 8. */
    private static BtfBuilder module(BtfBuilder b) {
        int pairs = b.addArray(2, 1, 3);
        int own = b.addStruct("own", 32, List.of(new Member("pairs", pairs, 0, 0), new Member("next", 3, 192, 0)));
        b.addPointer(own);
        b.addStruct("pair___mine", 4, List.of(new Member("a", 1, 0, 0)));
        b.addEnum("state", 4, false, List.of(new Enumerator("ON", 1)));
        return b;
    }

    @Test
    void numbersAndStringsContinueThoseOfTheBase() {
        assertSame(base, module.base());
        assertNull(base.base());
        assertEquals(4, module.firstId());
        assertEquals(9, module.size());
        assertEquals(base.type(2), module.type(2));
        assertEquals("int", module.name(1));
        Composite own = assertInstanceOf(Composite.class, module.type(5));
        assertEquals("own", own.name());
        assertEquals("pairs", own.members().getFirst().name());
        assertEquals(2, assertInstanceOf(Array.class, module.type(4)).element());
        assertEquals(5, assertInstanceOf(Ptr.class, module.type(6)).target());
        assertEquals(24, module.sizeOf(4));
        assertEquals(8, module.alignOf(5));
        assertFalse(module.contains(9));
        assertThrows(IndexOutOfBoundsException.class, () -> module.type(9));
        assertThrows(IndexOutOfBoundsException.class, () -> module.sizeOf(9));
    }

    @Test
    void namesAreFoundInBoth() {
        Composite pair = module.find("pair", Composite.class);
        assertNotNull(pair);
        assertEquals(2, pair.id());
        assertEquals(List.of(2, 7), module.candidates("pair"));
        assertEquals(List.of(2), base.candidates("pair"));
        assertEquals(List.of(5), module.candidates("own"));
    }

    @Test
    void aSplitMayBeSplitOnceMore() {
        BtfBuilder more = new BtfBuilder(module);
        int id = more.addTypedef("own_t", 5);
        Btf third = more.build();
        assertEquals(9, id);
        assertEquals(32, third.sizeOf(id));
        assertEquals("own", third.resolve(id).name());
        assertEquals("a", ((Composite) third.type(2)).members().getFirst().name());
    }

    @Test
    void noTypesAndNoStringsAreSplitBtfToo() {
        Btf empty = new BtfBuilder(base).build();
        assertEquals(base.size(), empty.size());
        assertEquals(List.of(2), empty.candidates("pair"));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("type 4 (PTR ''): refers to type 9, but there are only 4 types", b -> b.addPointer(9)),
                wrong("type 4 (TYPEDEF 't'): contains itself through type 4", b -> b.addTypedef("t", 4)),
                wrong(
                        "type 4 (STRUCT 's'): member 0 reaches beyond the 4 bytes",
                        b -> b.addStruct("s", 4, List.of(new Member("pair", 2, 0, 0)))),
                wrong("type 5 (PTR ''): a pointer to itself", b -> {
                    b.addQualifier(BtfKind.CONST, 5);
                    b.addPointer(4);
                }));
    }

    private static Arguments wrong(String message, Consumer<BtfBuilder> types) {
        return Arguments.of(message, types);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void contradictionsAreRefusedByTypeAndReason(String message, Consumer<BtfBuilder> types) {
        BtfBuilder bad = new BtfBuilder(base);
        types.accept(bad);
        assertEquals(message, assertThrows(BtfFormatException.class, bad::build).problem());
    }

    @Test
    void splitBtfWithoutItsBaseIsRefused() {
        byte[] alone = module.toByteArray();
        assertEquals(
                "the string section does not start and end with a zero byte",
                assertThrows(BtfFormatException.class, () -> Btf.parse(alone)).problem());
    }

    @Test
    void damageGivesATypedErrorOrTypes() {
        TestObjects.damage(module.toByteArray(), TestObjects.seed(), 5 * TestObjects.corruptions(), bytes -> {
            Btf damaged = Btf.parse(bytes, base);
            for (int id = 0; id < damaged.size(); id++) {
                damaged.resolve(id);
                damaged.sizeOf(id);
                damaged.alignOf(id);
            }
            damaged.candidates("own");
        });
    }

    @Test
    void bpftoolReadsTheSame(@TempDir Path directory) throws IOException, InterruptedException {
        Path tool = Path.of("/usr/sbin/bpftool");
        assumeTrue(Files.isExecutable(tool), "no bpftool on this machine");
        Path kernel = Files.write(directory.resolve("kernel"), base.toByteArray());
        Path split = Files.write(directory.resolve("module"), module.toByteArray());
        Process dump = new ProcessBuilder(
                        tool.toString(), "-B", kernel.toString(), "btf", "dump", "file", split.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, dump.waitFor(), text);
        assertEquals("""
                [4] ARRAY '(anon)' type_id=2 index_type_id=1 nr_elems=3
                [5] STRUCT 'own' size=32 vlen=2
                	'pairs' type_id=4 bits_offset=0
                	'next' type_id=3 bits_offset=192
                [6] PTR '(anon)' type_id=5
                [7] STRUCT 'pair___mine' size=4 vlen=1
                	'a' type_id=1 bits_offset=0
                [8] ENUM 'state' encoding=UNSIGNED size=4 vlen=1
                	'ON' val=1
                """, text);
    }
}
