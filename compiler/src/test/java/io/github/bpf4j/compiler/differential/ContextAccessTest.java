/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.RequiresKernel;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every way to access {@code __sk_buff} in one instruction: offset, size, read or write, program type. */
@RequiresKernel
class ContextAccessTest {
    /** Bytes of {@code __sk_buff}, and some behind it. */
    private static final int END = 200;

    private static final List<String> SIZES = List.of("u8", "u16", "u32", "u64");

    @ParameterizedTest
    @EnumSource(value = ProgramType.class, mode = Mode.EXCLUDE, names = "RAW")
    void verdictsAreThoseOfLinux(ProgramType type) {
        StringBuilder differences = new StringBuilder();
        for (String size : SIZES) {
            for (int offset = -8; offset < END; offset++) {
                String place = "*(" + size + " *)(r1 " + (offset < 0 ? "- " + -offset : "+ " + offset) + ")";
                compare(type, "r0 = " + place + "\n r0 = 0\n exit", differences);
                compare(type, "r0 = 0\n " + place + " = r0\n exit", differences);
                compare(type, place + " = 0\n r0 = 0\n exit", differences);
            }
        }
        assertEquals("", differences.toString());
    }

    private static void compare(ProgramType type, String text, StringBuilder differences) {
        Program program = Program.of("access", type, Assembler.assemble(text).instructions(), List.of());
        boolean linux;
        try (KernelLoader.Loaded loaded = KernelLoader.loadQuietly(program)) {
            linux = loaded.accepted();
        }
        boolean here = true;
        String why = "";
        try {
            Verifier.verify(program);
        } catch (VerifierException e) {
            here = false;
            why = e.getMessage();
        }
        if (here != linux) {
            differences.append(text.replace("\n", ";") + ": Linux " + (linux ? "accepts" : "refuses") + ", here "
                    + (here ? "accepted" : why) + "\n");
        }
    }
}
