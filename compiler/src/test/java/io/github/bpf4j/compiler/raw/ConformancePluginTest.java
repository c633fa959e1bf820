/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.isa.InstructionEncoder;
import io.github.bpf4j.compiler.isa.SemanticsCase;
import io.github.bpf4j.runtime.program.ProgramTrapException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConformancePluginTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    static List<SemanticsCase> cases() {
        return SemanticsCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compiledProgramsDoWhatTheStandardSays(SemanticsCase test) throws ConformancePlugin.FailureException {
        String program = HEX.formatHex(InstructionEncoder.encode(test.instructions()));
        String memory = test.memory() == null ? "" : HEX.formatHex(test.memory());
        assertEquals(Long.toHexString(test.result()), ConformancePlugin.run(program, memory), test::code);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiterString = " | ", textBlock = """
            xy                                              | ''    | program is not a sequence of hex bytes
            95 00 00 00 00 00 00                            | ''    | program length 7 is not a multiple of 8 bytes
            b7 00 00 00 00 00 00 00 95 00 00 00 00 00 00 00 | 0     | memory is not a sequence of hex bytes
            b7 00 00 00 00 00 00 00 ff 00 00 00 00 00 00 00 | ''    | instruction 1: unknown opcode ff
            b7 00 00 00 00 00 00 00 05 00 05 00 00 00 00 00 | ''    | instruction 1: jump out of range from insn 1 to 7
            """)
    void explainsWhatItRefuses(String program, String memory, String message) {
        Exception failure =
                assertThrows(ConformancePlugin.FailureException.class, () -> ConformancePlugin.run(program, memory));
        String actual = String.valueOf(failure.getMessage());
        assertEquals(message, actual.contains(message) ? message : actual);
    }

    @Test
    void anAccessOutsideTheMemoryTraps() throws Exception {
        RawProgram program = RawProgram.load(
                "outside", InstructionEncoder.encode(Assembler.assemble("""
                        *(u8 *)(r1 + 0) = 7
                        r3 = r1
                        r3 += r2
                        r0 = *(u8 *)(r3 + 0)
                        exit
                        """).instructions()));
        byte[] memory = {1, 2, 3};
        assertThrows(ProgramTrapException.class, () -> program.run(memory));
        assertArrayEquals(new byte[] {1, 2, 3}, memory);
    }
}
