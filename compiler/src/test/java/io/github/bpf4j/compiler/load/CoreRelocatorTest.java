/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.ByteView;
import io.github.bpf4j.compiler.btf.Btf;
import io.github.bpf4j.compiler.btf.BtfBuilder;
import io.github.bpf4j.compiler.btf.BtfExt.CoreInfo;
import io.github.bpf4j.compiler.btf.BtfType;
import io.github.bpf4j.compiler.btf.CDeclarations;
import io.github.bpf4j.compiler.btf.CoreKind;
import io.github.bpf4j.compiler.spec.FunctionSpec;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One relocation at a time: types of the program, types of the target, what becomes of the instruction. */
class CoreRelocatorTest {
    private static final String LOCAL = """
            typedef unsigned int u32;
            typedef unsigned long u64;
            enum color { RED = 1, GREEN = 2, BLUE___x = 3 };
            enum gone { GONE = 1 };
            struct pair { int a; int b; };
            struct s___mine {
                int moved;
                u32 wider;
                int signed_wider;
                int absent;
                u32 bits : 5;
                int array[4];
                struct pair nested;
                struct pair *pointer;
                union { int in_union; u64 other; };
                enum color color;
                int kind_differs;
            };
            struct missing { int x; };
            struct tail { int n; int items[0]; };
            struct same { int a; struct pair *p; };
            struct twice { int x; };
            struct widened { u32 x; };
            enum unsigned_values { LARGE = 0x80000000 };
            typedef struct pair pair_t;
            """;

    private static final String TARGET = """
            typedef unsigned int u32;
            typedef unsigned long u64;
            enum color { RED = 10, GREEN = 20, BLUE___y = 30 };
            struct pair { long before; int b; int a; };
            struct s {
                char pad[3];
                u32 bits : 5;
                u64 wider;
                long signed_wider;
                struct {
                    union { int moved; char deep; };
                };
                struct pair nested;
                int array[2];
                struct pair *pointer;
                long in_union;
                enum color color;
                struct pair kind_differs;
            };
            struct tail { long n; short items[0]; };
            struct same { struct pair *p; int a; int more; };
            struct twice { int x; };
            struct twice___other { int y; int x; };
            struct widened { u32 x : 7; };
            enum unsigned_values { LARGE = 0x80000001 };
            typedef struct pair pair_t;
            """;

    private final Btf local = CDeclarations.parse(LOCAL);
    private final Btf target = CDeclarations.parse(TARGET);

    private ObjectSpec spec() {
        return new ObjectSpec("GPL", 0, List.of(), List.of(), List.of(), List.of(), local, List.of());
    }

    private int type(String name) {
        for (int id = 1; id < local.size(); id++) {
            BtfType type = local.type(id);
            if (type.name().equals(name) && !(type instanceof BtfType.Fwd)) {
                return id;
            }
        }
        throw new IllegalArgumentException(name);
    }

    /** Relocates the only instruction of a function; returns its bytes or, if it was poisoned, why. */
    private String relocate(String instruction, CoreKind kind, String type, String access) {
        return relocate(instruction, kind, type, access, LoadOptions.of(1).withTarget(target));
    }

    private String relocate(String instruction, CoreKind kind, String type, String access, LoadOptions options) {
        byte[] bytes = HexFormat.of().parseHex(instruction.replace(" ", ""));
        ByteView view = ByteView.of(bytes, (at, problem) -> new IllegalStateException(problem));
        FunctionSpec function = new FunctionSpec("f", "lwt_in", 0, view, false, 0, List.of(), List.of(), List.of());
        Code code = new Code(bytes.length / 8);
        code.put(0, view);
        CoreRelocator relocator = new CoreRelocator(spec(), options);
        String problem =
                relocator.apply(code, 0, bytes.length / 8, new CoreInfo(0, type(type), access, kind), function, 0);
        if (problem == null) {
            return HexFormat.of().formatHex(code.toByteArray());
        }
        for (int slot = 0; slot < bytes.length / 8; slot++) {
            assertEquals(Code.CALL, code.opcode(slot));
            assertEquals(CoreRelocator.POISON, code.imm(slot));
        }
        return problem;
    }

    @ParameterizedTest(name = "{1} of {2} {3}: {0} becomes {4}")
    @CsvSource({
        // r1 = *(u32 *)(r2 + 0): found in an anonymous union in an anonymous struct
        "6121000000000000, FIELD_BYTE_OFFSET, s___mine, 0:0, 6121180000000000",
        // r1 = *(u32 *)(r2 + 4): unsigned, so the access widens to 8 bytes
        "6121040000000000, FIELD_BYTE_OFFSET, s___mine, 0:1, 7921080000000000",
        // *(u32 *)(r2 + 4) = r1
        "6312040000000000, FIELD_BYTE_OFFSET, s___mine, 0:1, 7b12080000000000",
        // r1 = 4, 64 and 32 bits wide
        "b701000004000000, FIELD_BYTE_OFFSET, s___mine, 0:1, b701000008000000",
        "b401000004000000, FIELD_BYTE_OFFSET, s___mine, 0:1, b401000008000000",
        // r1 = 4 ll
        "18010000040000000000000000000000, FIELD_BYTE_OFFSET, s___mine, 0:1, 18010000080000000000000000000000",
        "b701000004000000, FIELD_BYTE_SIZE, s___mine, 0:1, b701000008000000",
        "b701000001000000, FIELD_EXISTS, s___mine, 0:0, b701000001000000",
        "b701000001000000, FIELD_EXISTS, s___mine, 0:3, b701000000000000",
        "b701000001000000, FIELD_EXISTS, missing, 0:0, b701000000000000",
        // an int is no struct pair
        "b701000001000000, FIELD_EXISTS, s___mine, 0:10, b701000000000000",
        // an enum is signed if one of its values is
        "b701000000000000, FIELD_SIGNED, s___mine, 0:9, b701000000000000",
        "b701000001000000, FIELD_SIGNED, s___mine, 0:2, b701000001000000",
        // 5 bits, in the byte behind pad: 24 bits from the start of the word
        "b70100003b000000, FIELD_LSHIFT_U64, s___mine, 0:4, b701000023000000",
        "b70100003b000000, FIELD_RSHIFT_U64, s___mine, 0:4, b70100003b000000",
        "b701000010000000, FIELD_BYTE_OFFSET, s___mine, 0:4, b701000000000000",
        // array[1], inside both; array[3], outside the target's
        "b701000018000000, FIELD_BYTE_OFFSET, s___mine, 0:5:1, b701000034000000",
        "b701000001000000, FIELD_EXISTS, s___mine, 0:5:3, b701000000000000",
        // nested.b
        "b701000028000000, FIELD_BYTE_OFFSET, s___mine, 0:6:1, b701000028000000",
        // the fifth struct pair in an array: index times size
        "b701000028000000, FIELD_BYTE_OFFSET, pair, 5, b701000050000000",
        // items[3] of a flexible array
        "b701000010000000, FIELD_BYTE_OFFSET, tail, 0:1:3, b70100000e000000",
        "b701000008000000, TYPE_SIZE, pair, 0, b701000010000000",
        "b701000004000000, TYPE_SIZE, missing, 0, b701000000000000",
        "b701000001000000, TYPE_EXISTS, pair_t, 0, b701000001000000",
        "b701000001000000, TYPE_EXISTS, missing, 0, b701000000000000",
        "b701000001000000, TYPE_MATCHES, same, 0, b701000001000000",
        "b701000001000000, TYPE_MATCHES, tail, 0, b701000000000000",
        // neither signed nor unsigned; wider than any shift
        "b701000000000000, FIELD_SIGNED, s___mine, 0:6, b701000000000000",
        "b701000000000000, FIELD_RSHIFT_U64, s___mine, 0:6, b7010000c0ffffff",
        // an unsigned enumerator of 32 bits is extended with its sign
        "180100000000008000000000ffffffff, ENUMVAL_VALUE, unsigned_values, 0, 180100000100008000000000ffffffff",
        "b701000001000000, ENUMVAL_EXISTS, color, 2, b701000001000000",
        "b701000001000000, ENUMVAL_EXISTS, gone, 0, b701000000000000",
        "b701000002000000, ENUMVAL_VALUE, color, 1, b701000014000000",
        "18010000030000000000000000000000, ENUMVAL_VALUE, color, 2, 180100001e0000000000000000000000",
    })
    void whatHasACounterpartIsRewritten(String before, CoreKind kind, String type, String access, String after) {
        assertEquals(after, relocate(before, kind, type, access));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "61210c0000000000 | FIELD_BYTE_OFFSET | s___mine | 0:3 | CO-RE relocation byte_off of struct s___mine.absent failed: none of the target's candidates fits (struct s)",
                "6121000000000000 | FIELD_BYTE_OFFSET | missing | 0:0 | CO-RE relocation byte_off of struct missing.x failed: the target has no such type",
                "6121080000000000 | FIELD_BYTE_OFFSET | s___mine | 0:2 | CO-RE relocation byte_off of struct s___mine (0:2) failed: the access cannot change its size, from 4 bytes of INT in the program to 8 bytes of INT in the target",
                "6121000000000000 | FIELD_BYTE_OFFSET | widened | 0:0 | CO-RE relocation byte_off of struct widened (0:0) failed: the access cannot change its size, from 4 bytes of INT in the program to a bitfield in the target",
                "18010000010000000000000000000000 | ENUMVAL_VALUE | gone | 0 | CO-RE relocation enumval_value of enum gone::GONE failed: the target has no such type",
            })
    void whatHasNoneIsPoisonedAndExplained(String before, CoreKind kind, String type, String access, String why) {
        assertEquals(why, relocate(before, kind, type, access));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6921040000000000 | FIELD_BYTE_OFFSET | s___mine | 0:1 | an access of 2 bytes to a field of 4",
                "6121070000000000 | FIELD_BYTE_OFFSET | s___mine | 0:0 | the instruction holds 7 where the program's own types give 0",
                "bf21000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:0 | the instruction has no immediate",
                "9500000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:0 | instruction 0x95 cannot be relocated",
                "1801000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:0 | a 64-bit constant without its second slot",
                "b701000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:99 | member 99 of 11",
                "b701000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:5:9 | element 9 of 4",
                "b701000000000000 | FIELD_BYTE_OFFSET | s___mine | 0:0:0 | INT has no parts",
                "b701000000000000 | FIELD_BYTE_OFFSET | s___mine | 0::1 | access string '0::1' is malformed",
                "b701000000000000 | ENUMVAL_VALUE | color | 7 | enumerator '7' of 3",
                "b701000000000000 | ENUMVAL_VALUE | pair | 0 | STRUCT is no enum",
                "b701000004000000 | TYPE_SIZE | twice | 0 | struct twice is ambiguous: struct twice gives 4, but type %d of this name gives 8",
            })
    void nonsenseIsRefused(String code, CoreKind kind, String type, String access, String why) {
        BtfType.Composite other = target.find("twice___other", BtfType.Composite.class);
        assertNotNull(other);
        LoadException e = assertThrows(LoadException.class, () -> relocate(code, kind, type, access));
        assertEquals(why.formatted(other.id()), e.problem());
    }

    @Test
    void aCandidateThatLackedAFieldIsOutForLaterAccesses() {
        // Both targets have x, at different places; only one has y.
        Btf twins = CDeclarations.parse("struct twice { int x; int y; };");
        CoreInfo x = new CoreInfo(8, 2, "0:0", CoreKind.FIELD_BYTE_OFFSET);
        CoreInfo y = new CoreInfo(0, 2, "0:1", CoreKind.FIELD_EXISTS);
        ByteView code = ByteView.of(
                HexFormat.of().parseHex("b701000001000000b701000000000000"),
                (at, problem) -> new IllegalStateException(problem));
        FunctionSpec function = new FunctionSpec("f", "lwt_in", 0, code, false, 0, List.of(), List.of(), List.of(y, x));
        ObjectSpec object =
                new ObjectSpec("GPL", 0, List.of(), List.of(function), List.of(), List.of(), twins, List.of());
        CoreRelocator relocator = new CoreRelocator(object, LoadOptions.of(1).withTarget(target));
        Code relocated = new Code(2);
        relocated.put(0, code);
        assertNull(relocator.apply(relocated, 1, 2, x, function, 1));
        assertEquals(4, relocated.imm(1));
    }

    @Test
    void modulesAreSearchedOnlyForWhatTheKernelHasNot() {
        BtfBuilder builder = new BtfBuilder(target);
        int number = builder.addInt("int", 4, BtfType.Int.SIGNED);
        builder.addStruct("pair", 40, List.of(new BtfType.Member("a", number, 32, 0)));
        builder.addStruct("missing", 40, List.of(new BtfType.Member("x", number, 64, 0)));
        LoadOptions options = LoadOptions.of(1).withTarget(target, List.of(builder.build()));
        assertEquals(
                "b70100000c000000", relocate("b701000000000000", CoreKind.FIELD_BYTE_OFFSET, "pair", "0:0", options));
        assertEquals(
                "b701000008000000",
                relocate("b701000000000000", CoreKind.FIELD_BYTE_OFFSET, "missing", "0:0", options));
    }

    @Test
    void modulesOfAnotherKernelAreRefused() {
        Btf module = new BtfBuilder(local).build();
        LoadOptions options = LoadOptions.of(1);
        assertThrows(IllegalArgumentException.class, () -> options.withTarget(target, List.of(module)));
    }

    @Test
    void aMessageNamesFunctionInstructionTypeAndAccess() {
        LoadException e = assertThrows(
                LoadException.class, () -> relocate("9500000000000000", CoreKind.FIELD_BYTE_OFFSET, "s___mine", "0:0"));
        assertEquals("function 'f', instruction 0, CO-RE relocation byte_off of struct s___mine (0:0)", e.place());
    }
}
