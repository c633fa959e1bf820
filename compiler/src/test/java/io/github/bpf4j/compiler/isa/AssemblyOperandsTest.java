/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.isa.AssemblyOperands.Address;
import io.github.bpf4j.compiler.isa.AssemblyOperands.Register;
import io.github.bpf4j.compiler.isa.AssemblyOperands.Type;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import org.junit.jupiter.api.Test;

class AssemblyOperandsTest {
    private static AssemblyTokens tokens(String text) {
        return new AssemblyTokens(text, 1);
    }

    @Test
    void registersAreR0ToR10InEitherWidth() {
        assertEquals(new Register(Width.W64, 10), AssemblyOperands.register(tokens("r10")));
        assertEquals(new Register(Width.W32, 0), AssemblyOperands.register(tokens("w0")));
        assertTrue(AssemblyOperands.isRegister("r9"));
        assertFalse(AssemblyOperands.isRegister("r11"));
        assertFalse(AssemblyOperands.isRegister("return"));
    }

    @Test
    void operandsAreRegistersOfTheSameWidthOrNumbersOf32Bits() {
        assertEquals(Operand.register(3), AssemblyOperands.operand(tokens("w3"), Width.W32));
        assertEquals(Operand.immediate(-1), AssemblyOperands.operand(tokens("0xffffffff"), Width.W64));
        assertThrows(AssemblyException.class, () -> AssemblyOperands.operand(tokens("r3"), Width.W32));
    }

    @Test
    void pointerTypesAndAddressesStandInParentheses() {
        assertEquals(new Type(true, Size.H), AssemblyOperands.pointerType(tokens("(s16 *)")));
        assertEquals(new Address(1, -8), AssemblyOperands.address(tokens("(r1 - 8)")));
        assertEquals(new Address(2, 0), AssemblyOperands.address(tokens("(r2)")));
    }

    @Test
    void readingEndsBehindTheOperand() {
        AssemblyTokens in = tokens("(r1 + 0x10) = r2");
        assertEquals(new Address(1, 16), AssemblyOperands.address(in));
        assertEquals("=", in.peek());
    }
}
