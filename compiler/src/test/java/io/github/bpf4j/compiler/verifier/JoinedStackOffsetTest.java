/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.isa.Assembler;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.runtime.program.ProgramType;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parts of the stack may become locals when paths with different pointers meet. */
class JoinedStackOffsetTest {
    private static BitSet memoryBytes(String text) throws VerifierException {
        Program program =
                Program.of("test", ProgramType.LWT_OUT, Assembler.assemble(text).instructions(), List.of());
        return Verifier.verify(program).subprograms().getFirst().memoryStackBytes();
    }

    @Test
    void anOffsetThatDiffersBetweenPathsReachesMemory() throws VerifierException {
        BitSet expected = new BitSet();
        expected.set(512 - 16, 512);
        assertEquals(expected, memoryBytes("""
                            r1 = *(u32 *)(r1 + 0)
                            *(u64 *)(r10 - 8) = 1
                            *(u64 *)(r10 - 16) = 2
                            *(u64 *)(r10 - 24) = 3
                            r2 = r10
                            r2 += -8
                            if r1 > 100 goto read
                            r2 += -8
                        read:
                            r0 = *(u64 *)(r2 + 0)
                            exit
                        """));
    }

    @Test
    void oneConstantOffsetOnEveryPathReachesNone() throws VerifierException {
        assertEquals(new BitSet(), memoryBytes("""
                            r1 = *(u32 *)(r1 + 0)
                            *(u64 *)(r10 - 8) = 1
                            r2 = r10
                            if r1 > 100 goto read
                            *(u64 *)(r10 - 8) = 2
                        read:
                            r2 += -8
                            r0 = *(u64 *)(r2 + 0)
                            exit
                        """));
    }
}
