/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.InstructionFormatException.Reason;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.ProgramLoad;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each malformed form has its own reason and message. The code is given as words: immediate, offset, src and dst, opcode. */
class MalformedInstructionTest {
    private static final long MOV_R0_0 = 0xb7;
    private static final long EXIT = 0x95;

    /** Between {@code r0 = 0} and {@code exit}. */
    private static final String INSIDE = """
            offset on add, immediate        | 00000001_0001_00_07 | 1 | RESERVED_FIELD | BPF_ALU uses reserved fields
            source on add, immediate        | 00000001_0000_10_07 | 1 | RESERVED_FIELD | BPF_ALU uses reserved fields
            immediate on add, register      | 00000001_0000_00_0f | 1 | RESERVED_FIELD | BPF_ALU uses reserved fields
            offset 2 on division            | 00000001_0002_00_37 | 1 | RESERVED_FIELD | BPF_ALU uses reserved fields
            immediate on negation           | 00000001_0000_00_87 | 1 | RESERVED_FIELD | BPF_NEG uses reserved fields
            offset on negation              | 00000000_0001_00_84 | 1 | RESERVED_FIELD | BPF_NEG uses reserved fields
            negation of a register          | 00000000_0000_00_8f | 1 | UNKNOWN_OPCODE | unknown opcode 8f
            swap of 8 bits                  | 00000008_0000_00_d4 | 1 | RESERVED_FIELD | BPF_END uses reserved fields
            offset on swap                  | 00000010_0001_00_dc | 1 | RESERVED_FIELD | BPF_END uses reserved fields
            source on swap                  | 00000010_0000_10_d7 | 1 | RESERVED_FIELD | BPF_END uses reserved fields
            bswap with the source bit       | 00000010_0000_00_df | 1 | UNKNOWN_OPCODE | unknown opcode df
            source on move, immediate       | 00000001_0000_10_b7 | 1 | RESERVED_FIELD | BPF_MOV uses reserved fields
            offset on move, immediate       | 00000001_0008_00_b7 | 1 | RESERVED_FIELD | BPF_MOV uses reserved fields
            immediate on move, register     | 00000003_0000_00_bf | 1 | RESERVED_FIELD | BPF_MOV uses reserved fields
            sign extension from 3 bits      | 00000000_0003_00_bf | 1 | RESERVED_FIELD | BPF_MOV uses reserved fields
            32-bit extension from 32 bits   | 00000000_0020_00_bc | 1 | RESERVED_FIELD | BPF_MOV uses reserved fields
            cast between unknown spaces     | 00000000_0001_00_bf | 1 | RESERVED_FIELD | addr_space_cast insn can only convert between address space 1 and 0
            immediate on load               | 00000003_0000_10_71 | 1 | RESERVED_FIELD | BPF_LDX uses reserved fields
            sign-extending load of 64 bits  | 00000000_0000_10_99 | 1 | UNKNOWN_OPCODE | unknown opcode 99
            load of unknown mode            | 00000000_0000_10_11 | 1 | UNKNOWN_OPCODE | unknown opcode 11
            source on store, immediate      | 00000000_fff8_1a_7a | 1 | RESERVED_FIELD | BPF_ST uses reserved fields
            store immediate of unknown mode | 00000000_fff8_0a_c2 | 1 | UNKNOWN_OPCODE | unknown opcode c2
            immediate on store, register    | 00000001_fff8_1a_7b | 1 | RESERVED_FIELD | BPF_STX uses reserved fields
            store register of unknown mode  | 00000000_fff8_0a_83 | 1 | UNKNOWN_OPCODE | unknown opcode 83
            unknown atomic operation        | 00000002_fff8_0a_db | 1 | UNKNOWN_ATOMIC | BPF_ATOMIC uses invalid atomic opcode 02
            cmpxchg without fetch           | 000000f0_fff8_0a_db | 1 | UNKNOWN_ATOMIC | BPF_ATOMIC uses invalid atomic opcode f0
            16-bit atomic addition          | 00000000_fff8_0a_cb | 1 | ATOMIC_SIZE | invalid atomic operand size
            8-bit exchange                  | 000000e1_fff8_0a_d3 | 1 | ATOMIC_SIZE | invalid atomic operand size
            fetch into r10                  | 00000001_fff8_aa_db | 1 | FRAME_POINTER_WRITE | frame pointer is read only
            immediate on goto               | 00000001_0000_00_05 | 1 | RESERVED_FIELD | BPF_JA uses reserved fields
            register on goto                | 00000000_0000_01_05 | 1 | RESERVED_FIELD | BPF_JA uses reserved fields
            offset on gotol                 | 00000000_0001_00_06 | 1 | RESERVED_FIELD | BPF_JA uses reserved fields
            goto with the source bit        | 00000000_0000_00_0d | 1 | UNKNOWN_OPCODE | unknown opcode 0d
            offset on helper call           | 00000005_0001_00_85 | 1 | RESERVED_FIELD | BPF_CALL uses reserved fields
            destination on call             | 00000005_0000_01_85 | 1 | RESERVED_FIELD | BPF_CALL uses reserved fields
            call of unknown kind            | 00000005_0000_30_85 | 1 | RESERVED_FIELD | BPF_CALL uses reserved fields
            indirect call                   | 00000005_0000_00_8d | 1 | UNKNOWN_OPCODE | unknown opcode 8d
            32-bit call                     | 00000005_0000_00_86 | 1 | UNKNOWN_OPCODE | unknown opcode 86
            immediate on exit               | 00000001_0000_00_95 | 1 | RESERVED_FIELD | BPF_EXIT uses reserved fields
            destination on exit             | 00000000_0000_01_95 | 1 | RESERVED_FIELD | BPF_EXIT uses reserved fields
            exit with the source bit        | 00000000_0000_00_9d | 1 | UNKNOWN_OPCODE | unknown opcode 9d
            32-bit exit                     | 00000000_0000_00_96 | 1 | UNKNOWN_OPCODE | unknown opcode 96
            immediate on may_goto           | 00000001_0000_00_e5 | 1 | RESERVED_FIELD | invalid may_goto imm 1
            source on may_goto              | 00000000_0000_10_e5 | 1 | RESERVED_FIELD | invalid may_goto imm 0
            32-bit may_goto                 | 00000000_0000_00_e6 | 1 | UNKNOWN_OPCODE | unknown opcode e6
            source on branch, immediate     | 00000000_0000_10_15 | 1 | RESERVED_FIELD | BPF_JMP/JMP32 uses reserved fields
            immediate on branch, register   | 00000001_0000_00_1e | 1 | RESERVED_FIELD | BPF_JMP/JMP32 uses reserved fields
            unknown branch                  | 00000000_0000_00_f5 | 1 | UNKNOWN_OPCODE | unknown opcode f5
            unknown arithmetic              | 00000000_0000_00_e7 | 1 | UNKNOWN_OPCODE | unknown opcode e7
            destination r11                 | 00000000_0000_0b_b7 | 1 | INVALID_REGISTER | R11 is invalid
            source r15                      | 00000000_0000_f0_bf | 1 | INVALID_REGISTER | R15 is invalid
            base r12                        | 00000000_0000_c0_79 | 1 | INVALID_REGISTER | R12 is invalid
            write to r10                    | 00000000_0000_0a_b7 | 1 | FRAME_POINTER_WRITE | frame pointer is read only
            32-bit immediate load           | 00000001_0000_00_00 | 1 | UNKNOWN_OPCODE | unknown opcode 00
            64-bit packet load              | 00000001_0000_00_38 | 1 | UNKNOWN_OPCODE | unknown opcode 38
            destination on packet load      | 00000001_0000_01_30 | 1 | RESERVED_FIELD | BPF_LD_[ABS|IND] uses reserved fields
            index on absolute packet load   | 00000001_0000_10_30 | 1 | RESERVED_FIELD | BPF_LD_[ABS|IND] uses reserved fields
            constant without second slot    | 00000001_0000_00_18 | 1 | INCOMPLETE_LD_IMM64 | invalid bpf_ld_imm64 insn
            constant, then an instruction   | 00000001_0000_00_18 00000000_0000_00_b7 | 1 | INCOMPLETE_LD_IMM64 | invalid bpf_ld_imm64 insn
            register in the second slot     | 00000001_0000_00_18 00000000_0000_01_00 | 1 | INCOMPLETE_LD_IMM64 | invalid bpf_ld_imm64 insn
            offset in the second slot       | 00000001_0000_00_18 00000000_0001_00_00 | 1 | INCOMPLETE_LD_IMM64 | invalid bpf_ld_imm64 insn
            offset on constant              | 00000001_0001_00_18 00000000_0000_00_00 | 1 | RESERVED_FIELD | BPF_LD_IMM64 uses reserved fields
            constant of unknown kind        | 00000001_0000_70_18 00000000_0000_00_00 | 1 | UNKNOWN_LD_IMM64_SOURCE | unrecognized bpf_ld_imm64 insn
            map with an offset              | 00000001_0000_10_18 00000005_0000_00_00 | 1 | UNKNOWN_LD_IMM64_SOURCE | unrecognized bpf_ld_imm64 insn
            division by zero                | 00000000_0000_00_37 | 1 | DIVISION_BY_ZERO | div by zero
            32-bit remainder by zero        | 00000000_0000_00_94 | 1 | DIVISION_BY_ZERO | div by zero
            signed remainder by zero        | 00000000_0001_00_97 | 1 | DIVISION_BY_ZERO | div by zero
            shift by 64                     | 00000040_0000_00_67 | 1 | SHIFT_RANGE | invalid shift 64
            32-bit shift by 32              | 00000020_0000_00_74 | 1 | SHIFT_RANGE | invalid shift 32
            arithmetic shift by -1          | ffffffff_0000_00_c7 | 1 | SHIFT_RANGE | invalid shift -1
            jump behind the end             | 00000000_0064_00_05 | 1 | JUMP_RANGE | jump out of range from insn 1 to 102
            branch before the start         | 00000000_fffb_00_15 | 1 | JUMP_RANGE | jump out of range from insn 1 to -3
            long jump behind the end        | 7fffffff_0000_00_06 | 1 | JUMP_RANGE | jump out of range from insn 1 to -2147483647
            may_goto behind the end         | 00000000_0064_00_e5 | 1 | JUMP_RANGE | jump out of range from insn 1 to 102
            jump into a constant            | 00000000_0001_00_15 00000001_0000_00_18 0 | 1 | JUMP_INTO_LD_IMM64 | jump into the middle of ldimm64 insn 2
            call into a constant            | 00000001_0000_10_85 00000001_0000_00_18 0 | 1 | JUMP_INTO_LD_IMM64 | jump into the middle of ldimm64 insn 2
            call behind the end             | 00000064_0000_10_85 | 1 | CALL_RANGE | call to invalid destination
            function address out of range   | ffffff00_0000_41_18 0 | 1 | CALL_RANGE | call to invalid destination
            jump into another function      | 00000001_0000_10_85 00000000_0001_00_05 00000000_0000_00_95 | 2 | JUMP_RANGE | jump out of range from insn 2 to 4
            function that runs into another | 00000001_0000_10_85 00000000_0000_00_b7 00000000_0000_00_b7 | 2 | FALLS_THROUGH | last insn is not an exit or jmp
            unreachable instruction         | 00000000_0001_00_05 00000000_0000_00_b7 | 2 | UNREACHABLE | unreachable insn 2
            """;

    /** Whole programs. */
    private static final String WHOLE = """
            empty program     |                                           | 0 | EMPTY_PROGRAM | program has no instructions
            no exit           | 00000000_0000_00_b7                       | 0 | FALLS_THROUGH | last insn is not an exit or jmp
            call at the end   | 00000000_0000_00_95 00000005_0000_00_85   | 1 | FALLS_THROUGH | last insn is not an exit or jmp
            branch at the end | 00000000_0000_00_95 00000000_ffff_00_15   | 1 | FALLS_THROUGH | last insn is not an exit or jmp
            jump to the end   | 00000000_0001_00_15 00000000_0000_00_95   | 0 | JUMP_RANGE    | jump out of range from insn 0 to 2
            offset on exit    | 00000000_0001_00_95                       | 0 | RESERVED_FIELD | BPF_EXIT uses reserved fields
            """;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = INSIDE)
    void isRejected(String name, String words, int slot, Reason reason, String message) {
        assertRejected(slot, reason, message, inside(name, words));
    }

    @RequiresKernel
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = INSIDE)
    void isRejectedByLinux(String name, String words, int slot, Reason reason, String message) {
        assertFalse(acceptedByLinux(inside(name, words)));
    }

    private static long[] inside(String name, String words) {
        long[] middle = words(words);
        long[] code = new long[middle.length + 2];
        code[0] = MOV_R0_0;
        System.arraycopy(middle, 0, code, 1, middle.length);
        code[code.length - 1] = EXIT;
        return name.equals("constant without second slot") ? Arrays.copyOf(code, code.length - 1) : code;
    }

    private static long[] words(String words) {
        return Arrays.stream(words.split(" "))
                .mapToLong(word -> Long.parseUnsignedLong(word.replace("_", ""), 16))
                .toArray();
    }

    private static boolean acceptedByLinux(long[] code) {
        try (LoadResult result = KernelBpf.load(ProgramLoad.of(ProgramLoad.LWT_XMIT, RandomInstructions.bytes(code)))) {
            return result.accepted();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = WHOLE)
    void isRejectedWhole(String name, String words, int slot, Reason reason, String message) {
        assertRejected(slot, reason, message, words == null ? new long[0] : words(words));
    }

    @RequiresKernel
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = " | ", textBlock = WHOLE)
    void isRejectedWholeByLinux(String name, String words, int slot, Reason reason, String message) {
        assertFalse(acceptedByLinux(words == null ? new long[0] : words(words)));
    }

    @Test
    void lengthIsAWholeNumberOfSlots() {
        InstructionFormatException error =
                assertThrows(InstructionFormatException.class, () -> InstructionDecoder.decode(new byte[12]));
        assertEquals(Reason.TRUNCATED_CODE, error.reason());
        assertEquals("program length 12 is not a multiple of 8 bytes", error.getMessage());
    }

    @Test
    void standardRulesAllowWhatOnlyLinuxForbids() {
        byte[] code = RandomInstructions.bytes(
                MOV_R0_0, 0x00000000_0000_00_37L, 0x00000040_0000_00_67L, 0x0001_00_05L, MOV_R0_0, EXIT);
        ProgramStructure structure =
                ProgramStructure.check(InstructionDecoder.decode(code), ProgramStructure.Rules.STANDARD);
        assertEquals(java.util.List.of(0), structure.functionStarts());
    }

    private static void assertRejected(int slot, Reason reason, String message, long... code) {
        InstructionFormatException error = assertThrows(
                InstructionFormatException.class,
                () -> ProgramStructure.check(
                        InstructionDecoder.decode(RandomInstructions.bytes(code)), ProgramStructure.Rules.LINUX));
        assertEquals(message, error.getMessage());
        assertEquals(reason, error.reason());
        assertEquals(slot, error.slot());
    }
}
