/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.isa;

import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Size;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what instructions are made of: registers, numbers, types, addresses. Every method moves on behind what it reads and throws an {@link
 * AssemblyException} with the place if something else is there.
 */
final class AssemblyOperands {
    private static final Pattern REGISTER = Pattern.compile("([rw])(10|[0-9])");
    private static final Pattern TYPE = Pattern.compile("([us])(8|16|32|64)");

    /** A register as written: {@code r3} or {@code w3}. */
    record Register(Width width, int number) {}

    /** A base register and an offset that fits 16 bits. */
    record Address(int base, int offset) {}

    /** {@code u32} or {@code s8}. */
    record Type(boolean signed, Size size) {}

    private AssemblyOperands() {}

    /** Whether a token is {@code r0} to {@code r10} or {@code w0} to {@code w10}. */
    static boolean isRegister(String token) {
        return REGISTER.matcher(token).matches();
    }

    /** {@code r3} or {@code w3}. */
    static Register register(AssemblyTokens in) {
        Matcher matcher = REGISTER.matcher(in.peek());
        if (!matcher.matches()) {
            throw in.error("expected a register" + in.found());
        }
        in.next("a register");
        return new Register(matcher.group(1).equals("w") ? Width.W32 : Width.W64, Integer.parseInt(matcher.group(2)));
    }

    /** A register of that width, or a number of 32 bits. */
    static Operand operand(AssemblyTokens in, Width width) {
        if (!isRegister(in.peek())) {
            return Operand.immediate(in.number32());
        }
        Register register = register(in);
        if (register.width() != width) {
            throw in.error("both operands must be r registers or both w registers");
        }
        return Operand.register(register.number());
    }

    /** {@code u32} or {@code s8}. */
    static Type type(AssemblyTokens in) {
        Matcher matcher = TYPE.matcher(in.peek());
        if (!matcher.matches()) {
            throw in.error("expected a type such as u32" + in.found());
        }
        in.next("a type");
        Size size = switch (matcher.group(2)) {
            case "8" -> Size.B;
            case "16" -> Size.H;
            case "32" -> Size.W;
            default -> Size.DW;
        };
        return new Type(matcher.group(1).equals("s"), size);
    }

    /** {@code (u32 *)}. */
    static Type pointerType(AssemblyTokens in) {
        in.expect("(");
        Type type = type(in);
        in.expect("*");
        in.expect(")");
        return type;
    }

    /** {@code (r1 + 8)}. */
    static Address address(AssemblyTokens in) {
        in.expect("(");
        Address address = addressTail(in);
        in.expect(")");
        return address;
    }

    /** {@code r1 + 8}: an address without its parentheses. */
    static Address addressTail(AssemblyTokens in) {
        int base = register(in).number();
        int offset = 0;
        if (in.peek().equals("+") || in.peek().equals("-")) {
            offset = in.number32();
            if (offset != (short) offset) {
                throw in.error("offset " + offset + " does not fit 16 bits");
            }
        }
        return new Address(base, offset);
    }
}
