/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bpf4j.compiler.TestObjects;
import io.github.bpf4j.compiler.btf.BtfType.*;
import io.github.bpf4j.compiler.load.TargetTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Types of a module that was built on its own, put over the types of another kernel. */
class DistilledBaseTest {

    private static Btf built(Consumer<BtfBuilder> types) {
        BtfBuilder b = new BtfBuilder();
        types.accept(b);
        return b.build();
    }

    private static void number(BtfBuilder b) {
        b.addInt("int", 4, Int.SIGNED);
    }

    /** A pointer to distilled type 1, over a kernel. */
    private static Btf pointer(Consumer<BtfBuilder> distilled, Consumer<BtfBuilder> kernel) {
        return module(distilled, b -> b.addPointer(1), kernel);
    }

    /** A struct of distilled type 1's size that contains an array of one such type, over a kernel. */
    private static Btf embedded(Consumer<BtfBuilder> distilled, Consumer<BtfBuilder> kernel) {
        return module(
                distilled,
                b -> {
                    int first = b.nextId();
                    b.addQualifier(BtfKind.CONST, 1);
                    b.addArray(first, 0, 1);
                    b.addTypedef("inner_t", first + 1);
                    b.addStruct("own", 8, List.of(new Member("inner", first + 2, 0, 0)));
                },
                kernel);
    }

    private static Btf module(Consumer<BtfBuilder> distilled, Consumer<BtfBuilder> own, Consumer<BtfBuilder> kernel) {
        Btf base = built(distilled);
        BtfBuilder b = new BtfBuilder(base);
        own.accept(b);
        return Btf.parse(b.toByteArray(), base.toByteArray(), built(kernel));
    }

    private static int found(Btf module) {
        return ((Ptr) module.type(module.firstId())).target();
    }

    @Test
    void ownTypesKeepTheirOrderBehindTheKernels() {
        BtfBuilder kernel = new BtfBuilder();
        kernel.addStruct("other", 4, List.of());
        number(kernel);
        kernel.addStruct("task", 4, List.of(new Member("pid", 2, 0, 0)));
        Btf target = kernel.build();
        Btf base = built(b -> {
            b.addStruct("task", 64, List.of());
            number(b);
        });
        BtfBuilder own = new BtfBuilder(base);
        own.addPointer(1);
        own.addStruct("own", 16, List.of(new Member("task", 3, 0, 0), new Member("int", 2, 64, 0)));
        Btf module = Btf.parse(own.toByteArray(), base.toByteArray(), target);
        assertSame(target, module.base());
        assertEquals(4, module.firstId());
        assertEquals(new Ptr(4, 3), module.type(4));
        assertEquals(
                new Composite(5, "own", false, 16, List.of(new Member("task", 4, 0, 0), new Member("int", 2, 64, 0))),
                module.type(5));
        assertEquals(List.of(5), module.candidates("own"));
    }

    @Test
    void sizesOfStructsMatterWhereTheyMust() {
        Consumer<BtfBuilder> wanted = b -> b.addStruct("inner", 8, List.of());
        assertEquals(1, found(pointer(wanted, b -> b.addStruct("inner", 12, List.of()))));
        assertEquals(2, found(pointer(wanted, b -> {
            b.addStruct("inner", 12, List.of());
            b.addStruct("inner", 8, List.of());
        })));
        assertEquals(
                3,
                embedded(wanted, b -> {
                            b.addUnion("inner", 8, List.of());
                            b.addStruct("inner", 8, List.of());
                        })
                        .firstId());
    }

    @Test
    void enumsMayHaveBecomeWider() {
        Consumer<BtfBuilder> wanted = b -> b.addEnum("state", 8, false, List.of());
        assertEquals(2, found(pointer(wanted, b -> {
            b.addEnum("state", 4, false, List.of());
            b.addEnum64("state", 8, true, List.of(new Enumerator("ON", 1)));
        })));
    }

    @Test
    void declarationsFindWhatTheyDeclare() {
        Consumer<BtfBuilder> wanted = b -> b.addForward("hidden", true);
        assertEquals(2, found(pointer(wanted, b -> {
            b.addForward("hidden", false);
            b.addForward("hidden", true);
        })));
        assertEquals(1, found(pointer(wanted, b -> b.addUnion("hidden", 12, List.of()))));
        assertEquals(3, found(pointer(wanted, b -> {
            b.addUnion("hidden", 12, List.of());
            b.addUnion("hidden", 12, List.of());
            b.addForward("hidden", true);
        })));
    }

    static Stream<Arguments> misfits() {
        String gone = "is not in the base: the module was built for another kernel";
        return Stream.of(
                misfit("type 1 (INT 'int'): " + gone, DistilledBaseTest::number, b -> b.addInt("int", 8, Int.SIGNED)),
                misfit("type 1 (INT 'int'): " + gone, DistilledBaseTest::number, b -> b.addInt("int", 4, 0)),
                misfit("type 1 (INT 'int'): " + gone, DistilledBaseTest::number, b -> b.addTypedef("int", 0)),
                misfit("type 1 (FLOAT 'd'): " + gone, b -> b.addFloat("d", 8), b -> b.addFloat("d", 4)),
                misfit(
                        "type 1 (ENUM 'e'): " + gone,
                        b -> b.addEnum("e", 4, false, List.of()),
                        b -> b.addEnum("e", 8, false, List.of())),
                misfit(
                        "type 1 (STRUCT 's'): " + gone,
                        b -> b.addStruct("s", 8, List.of()),
                        b -> b.addUnion("s", 8, List.of())),
                misfit("type 1 (FWD 's'): " + gone, b -> b.addForward("s", true), b -> b.addStruct("s", 8, List.of())),
                misfit(
                        "type 1 (STRUCT 's'): may be type 1 or type 3 of the base",
                        b -> b.addStruct("s", 8, List.of()),
                        b -> {
                            b.addStruct("s", 8, List.of());
                            b.addStruct("s", 4, List.of());
                            b.addStruct("s", 8, List.of());
                        }),
                misfit("type 1 (INT 'int'): may be type 1 or type 2 of the base", DistilledBaseTest::number, b -> {
                    number(b);
                    number(b);
                    number(b);
                }),
                misfit("type 1 (FWD 's'): may be type 2 or type 1 of the base", b -> b.addForward("s", false), b -> {
                    b.addStruct("s", 8, List.of());
                    b.addForward("s", false);
                }),
                misfit("type 1 (FWD 's'): may be type 1 or type 2 of the base", b -> b.addForward("s", false), b -> {
                    b.addStruct("s", 8, List.of());
                    b.addStruct("s", 4, List.of());
                }),
                misfit(
                        "type 1 (STRUCT 's'): has 8 bytes, type 1 of the base 4; size matters, because the base has"
                                + " several of this name",
                        b -> b.addStruct("s", 8, List.of()),
                        b -> {
                            b.addStruct("s", 4, List.of());
                            b.addUnion("s", 8, List.of());
                        }),
                misfit(
                        "type 1 (PTR ''): is of no kind that a distilled base has",
                        b -> b.addPointer(0),
                        DistilledBaseTest::number),
                misfit(
                        "type 1 (STRUCT ''): a distilled type without name",
                        b -> b.addStruct("", 4, List.of()),
                        DistilledBaseTest::number));
    }

    private static Arguments misfit(String problem, Consumer<BtfBuilder> distilled, Consumer<BtfBuilder> kernel) {
        return Arguments.of(problem, distilled, kernel);
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void misfitsAreRefusedByTypeAndReason(String problem, Consumer<BtfBuilder> distilled, Consumer<BtfBuilder> kernel) {
        BtfFormatException e = assertThrows(BtfFormatException.class, () -> pointer(distilled, kernel));
        assertEquals(problem, e.problem());
        assertEquals(".BTF.base", e.section());
        assertEquals(24, e.offset());
    }

    @Test
    void embeddedStructsMustHaveTheirSize() {
        BtfFormatException e = assertThrows(
                BtfFormatException.class,
                () -> embedded(b -> b.addStruct("s", 8, List.of()), b -> b.addStruct("s", 12, List.of())));
        assertEquals(
                "type 1 (STRUCT 's'): has 8 bytes, type 1 of the base 12; size matters, because the module's own"
                        + " structs contain it",
                e.problem());
    }

    /** Types as a kernel has them, in an order by chance: references are by name, so that kernels can be compared. */
    private static Btf kernel(Random random, int types) {
        BtfBuilder b = new BtfBuilder();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < types; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        int extra = random.nextInt(20);
        for (int i = 0; i < extra; i++) {
            b.addStruct("extra_" + i, i, List.of());
        }
        for (int i : order) {
            String name = "t" + i;
            switch (i % 7) {
                case 0 -> b.addInt(name, 4, i % 2);
                case 1 -> b.addStruct(name, i, List.of());
                case 2 -> b.addUnion(name, i, List.of());
                case 3 -> b.addEnum(name, 4, false, List.of(new Enumerator("A" + i, i)));
                case 4 -> b.addForward(name, i % 2 == 0);
                case 5 -> b.addFloat(name, 8);
                default -> b.addEnum64(name, 8, true, List.of(new Enumerator("A" + i, i)));
            }
        }
        return b.build();
    }

    /** A module that refers to some of a kernel's types in all ways. */
    private static Btf module(Random random, Btf kernel, int types) {
        Map<String, Integer> byName = new HashMap<>();
        for (int id = 1; id < kernel.size(); id++) {
            byName.put(kernel.name(id), id);
        }
        BtfBuilder b = new BtfBuilder(kernel);
        for (int i = 0; i < 30; i++) {
            int to = byName.getOrDefault("t" + random.nextInt(types), 0);
            int own = kernel.size() + random.nextInt(1 + i);
            switch (random.nextInt(5)) {
                case 0 -> b.addPointer(to);
                case 1 -> b.addPrototype(to, List.of(new Param("a", to), new Param("t1", own)));
                case 2 -> b.addEnum("own" + i, 4, true, List.of(new Enumerator("t2", -1)));
                case 3 -> b.addTypedef("own" + i, to);
                default -> b.addStruct("own" + i, 8, List.of(new Member("t3", b.nextId() + 1, 0, 0)));
            }
            b.addPointer(own);
        }
        return b.build();
    }

    /** A type with names instead of the numbers of the kernel's types. */
    private static String text(Btf btf, int id) {
        BtfBuilder b = new BtfBuilder();
        List<String> references = new ArrayList<>();
        int first = btf.firstId();
        b.add(btf.type(id), number -> {
            references.add(number < first ? btf.kind(number) + " " + btf.name(number) : "own " + (number - first));
            return 0;
        });
        return "%s %s %d %s".formatted(btf.kind(id), btf.name(id), btf.sizeOf(id), references);
    }

    @Test
    void anotherKernelsTypesAreFoundByName() {
        Random random = new Random(TestObjects.seed());
        for (int round = 0; round < 200; round++) {
            int types = 1 + random.nextInt(60);
            Btf original = module(random, kernel(random, types), types);
            Distiller.Result result = Distiller.distill(original);
            Btf moved = Btf.parse(result.types(), result.base(), kernel(random, types));
            assertEquals(original.size() - original.firstId(), moved.size() - moved.firstId());
            for (int i = 0; original.firstId() + i < original.size(); i++) {
                assertEquals(text(original, original.firstId() + i), text(moved, moved.firstId() + i));
            }
        }
    }

    @Test
    void theHostsTypesAreFoundAgain() throws IOException {
        assumeTrue(Files.isReadable(TargetTypes.HOST), "no BTF of a Linux kernel on this machine");
        Btf host = TargetTypes.read(TargetTypes.HOST);
        BtfBuilder b = new BtfBuilder(host);
        List<BtfType> wanted = List.of(
                Objects.requireNonNull(host.find("sk_buff", Composite.class)),
                Objects.requireNonNull(host.find("int", Int.class)),
                Objects.requireNonNull(host.find("list_head", Composite.class)),
                Objects.requireNonNull(host.find("pid_type", EnumType.class)));
        b.addStruct("own", 16, List.of(new Member("list", wanted.get(2).id(), 0, 0)));
        wanted.forEach(type -> b.addPointer(type.id()));
        Btf module = b.build();
        Distiller.Result result = Distiller.distill(module);
        Btf moved = Btf.parse(result.types(), result.base(), host);
        for (int id = module.firstId(); id < module.size(); id++) {
            assertEquals(module.type(id), moved.type(id));
        }
    }

    @Test
    void damageGivesATypedErrorOrTypes() {
        Random random = new Random(TestObjects.seed());
        Btf target = kernel(random, 40);
        Distiller.Result good = Distiller.distill(module(random, target, 40));
        TestObjects.damage(
                good.base(),
                TestObjects.seed(),
                TestObjects.corruptions(),
                bytes -> decode(Btf.parse(good.types(), bytes, target)));
        TestObjects.damage(
                good.types(),
                TestObjects.seed(),
                TestObjects.corruptions(),
                bytes -> decode(Btf.parse(bytes, good.base(), target)));
    }

    private static void decode(Btf btf) {
        for (int id = 0; id < btf.size(); id++) {
            btf.resolve(id);
            btf.sizeOf(id);
        }
    }
}
