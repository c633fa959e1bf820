/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.Disassembler.Style;
import io.github.bpf4j.compiler.isa.Instruction.*;
import io.github.bpf4j.runtime.helper.KfuncTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AssemblerTest {
    private static final long SEED = 20260102;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = """
            r1 += r2                                       | 00000000_0000_21_0f
            w1 -= 5                                        | 00000005_0000_01_14
            r3 s/= -7                                      | fffffff9_0001_03_37
            w3 s%= w4                                      | 00000000_0001_43_9c
            w0 ^= w1                                       | 00000000_0000_10_ac
            r0 s>>= 63                                     | 0000003f_0000_00_c7
            r2 = -r2                                       | 00000000_0000_02_87
            r2 = -2                                        | fffffffe_0000_02_b7
            w2 = 0xffffffff                                | ffffffff_0000_02_b4
            r4 = (s16)r5                                   | 00000000_0010_54_bf
            w4 = (s8)w5                                    | 00000000_0008_54_bc
            r4 = be32 r4                                   | 00000020_0000_04_dc
            r4 = bswap16 r4                                | 00000010_0000_04_d7
            r3 = *(u8 *)(r1 + 9)                           | 00000000_0009_13_71
            r3 = *(s32 *)(r1 +0)                           | 00000000_0000_13_81
            *(u16 *)(r10 - 4) = r3                         | 00000000_fffc_3a_6b
            *(u32 *)(r10 -4) = 7                           | 00000007_fffc_0a_62
            lock *(u64 *)(r1 + 0) += r2                    | 00000000_0000_21_db
            r2 = atomic_fetch_or((u32 *)(r1 + 0), r2)      | 00000041_0000_21_c3
            r2 = atomic64_fetch_xor((u64 *)(r1 +0), r2)    | 000000a1_0000_21_db
            r2 = xchg_64(r1 + 8, r2)                       | 000000e1_0008_21_db
            w0 = cmpxchg32_32(r1 + 8, w0, w2)              | 000000f1_0008_21_c3
            r2 = load_acquire((u16 *)(r1 + 2))             | 00000100_0002_12_cb
            store_release((u8 *)(r1 + 2), r3)              | 00000110_0002_31_d3
            r0 = *(u32 *)skb[12]                           | 0000000c_0000_00_20
            r0 = *(u8 *)skb[r7 + 12]                       | 0000000c_0000_70_50
            if r1 s> 0x5 goto +3                           | 00000005_0003_01_65
            if w1 & w2 goto pc-2                           | 00000000_fffe_21_4e
            goto -1                                        | 00000000_ffff_00_05
            gotol +70000                                   | 00011170_0000_00_06
            may_goto pc+1                                  | 00000000_0001_00_e5
            call bpf_map_lookup_elem#1                     | 00000001_0000_00_85
            call bpf_ktime_get_ns                          | 00000005_0000_00_85
            call 5                                         | 00000005_0000_00_85
            call pc+3                                      | 00000003_0000_10_85
            call kfunc#77                                  | 0000004d_0000_20_85
            r1 = addr_space_cast(r2, 0, 1)                 | 00000001_0001_21_bf
            exit                                           | 00000000_0000_00_95
            """)
    void reads(String text, String word) {
        assertArrayEquals(
                RandomInstructions.bytes(Long.parseUnsignedLong(word.replace("_", ""), 16)),
                InstructionEncoder.encode(Assembler.assemble(text).instructions()));
    }

    @Test
    void resolvesLabelsMapsAndFunctions() {
        Assembly assembly = Assembler.assemble("""
                # a line comment
                entry:
                    r6 = r1                       ; the context
                    r1 = map[flows]
                    r2 = map[.rodata][0] + 16     // an address in a value
                    r3 = map[flows] ll
                    r4 = func[body]
                    r5 = 0xffffffff00000001 ll
                loop: if r6 == 0 goto done
                    call body
                    call bpf_iter_num_new
                    goto loop
                done:
                    exit
                body:
                    r0 = 0
                    exit
                """, List.of(".rodata"));
        assertEquals(List.of(".rodata", "flows"), assembly.maps());
        assertEquals(Map.of("entry", 0, "loop", 11, "done", 15, "body", 16), assembly.labels());
        assertEquals(3, assembly.lines().get(0));
        assertEquals(
                List.of(
                        new Mov(Width.W64, 6, Operand.register(1), 0),
                        new LoadImm64(Imm64Kind.MAP_FD, 1, 1, 0),
                        SecondSlot.INSTANCE,
                        new LoadImm64(Imm64Kind.MAP_VALUE, 2, 0, 16),
                        SecondSlot.INSTANCE,
                        new LoadImm64(Imm64Kind.MAP_FD, 3, 1, 0),
                        SecondSlot.INSTANCE,
                        new LoadImm64(Imm64Kind.FUNC, 4, 8, 0),
                        SecondSlot.INSTANCE,
                        new LoadImm64(Imm64Kind.VALUE, 5, 1, -1),
                        SecondSlot.INSTANCE,
                        new Branch(Condition.EQ, Width.W64, 6, Operand.immediate(0), 3),
                        new Call(CallKind.SUBPROGRAM, 3, 0),
                        new Call(
                                CallKind.KFUNC,
                                KfuncTable.byName("bpf_iter_num_new").id(),
                                0),
                        new Jump(-4, false),
                        new Exit(),
                        new Mov(Width.W64, 0, Operand.immediate(0), 0),
                        new Exit()),
                assembly.instructions());
        assertEquals(
                List.of(0, 16),
                ProgramStructure.check(assembly.instructions(), ProgramStructure.Rules.LINUX)
                        .functionStarts());
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void readsWhatTheDisassemblerWrites(Style style) {
        Random random = new Random(SEED);
        Disassembler disassembler = new Disassembler(style, Symbols.FUNCTIONS);
        int count = 0;
        for (int i = 0; i < 300_000; i++) {
            List<Instruction> instruction =
                    RandomInstructions.instruction(random).orElse(List.of());
            if (instruction.isEmpty() || loses(style, instruction.getFirst())) {
                continue;
            }
            String text = disassembler.text(instruction.getFirst());
            assertEquals(instruction, Assembler.assemble(text).instructions(), text);
            count++;
        }
        int read = count;
        assertTrue(read > 10_000, () -> "only " + read);
    }

    /** The kernel's log does not tell 64-bit constants from moves. */
    private static boolean loses(Style style, Instruction instruction) {
        return style == Style.KERNEL && instruction instanceof LoadImm64 constant && constant.kind() == Imm64Kind.VALUE;
    }

    @Test
    void writesPrograms() {
        List<Instruction> instructions = new ArrayList<>(Assembler.assemble("""
                r1 = map[flows]
                r2 = 5 ll
                if w2 s< -1 goto +1
                call bpf_map_lookup_elem
                exit
                """).instructions());
        Disassembler llvm = new Disassembler(Style.LLVM, Symbols.ofMaps(List.of("flows")));
        assertEquals("""
                    0: r1 = map[flows]
                    2: r2 = 0x5 ll
                    4: if w2 s< 0xffffffff goto +1
                    5: call bpf_map_lookup_elem#1
                    6: exit
                """.indent(0), llvm.program(instructions));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = """
            r1 = 5 6                       | line 1, column 8: unexpected '6' behind the instruction
            r1 += w2                       | line 1, column 9: both operands must be r registers or both w registers
            r11 = 0                        | line 1, column 5: unknown instruction 'r11'
            r1 =                           | line 1, column 5: expected a number at the end of the line
            r1 ! 5                         | line 1, column 3: unexpected '! 5'
            goto nowhere                   | line 1, column 6: no label is called 'nowhere'
            call bpf_nothing               | line 1, column 6: no subprogram, helper or kfunc is called 'bpf_nothing'
            r1 = 0x100000000               | line 1, column 17: 4294967296 does not fit 32 bits; write 'll' behind a 64-bit constant
            r1 += 0x100000000              | line 1, column 7: 4294967296 does not fit 32 bits
            r1 = 0x10000000000000000 ll    | line 1, column 6: 18446744073709551616 does not fit 64 bits
            goto +40000                    | line 1, column 6: jump by 40000 slots does not fit 16 bits; use gotol
            r1 = *(u8 *)(r2 + 40000)       | line 1, column 24: offset 40000 does not fit 16 bits
            r1 = *(u12 *)(r2 + 0)          | line 1, column 8: expected a type such as u32, found 'u12'
            if r1 goto +1                  | line 1, column 7: expected a comparison, found 'goto'
            lock *(u64 *)(r1 + 0) -= r2    | line 1, column 26: expected one of += |= &= ^= behind lock
            r0 = (u8)r1                    | line 1, column 10: only a sign-extending conversion exists
            frobnicate                     | line 1, column 11: unknown instruction 'frobnicate'
            """)
    void explainsWhatItCannotRead(String text, String message) {
        AssemblyException error = assertThrows(AssemblyException.class, () -> Assembler.assemble(text));
        assertEquals(message, error.getMessage());
        assertEquals(1, error.line());
    }

    @Test
    void labelsAreUnique() {
        AssemblyException error = assertThrows(AssemblyException.class, () -> Assembler.assemble("a: exit\na: exit"));
        assertEquals("line 2, column 4: label 'a' is defined twice", error.getMessage());
    }
}
