/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bpf4j.compiler.isa.SemanticsCase;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The instruction set's semantics cases, compiled both ways. */
class SemanticsTest {
    static List<SemanticsCase> cases() {
        return SemanticsCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void returnsWhatTheCaseSays(SemanticsCase semantics) {
        VerifiedProgram program = SimpleFacts.of(ProgramType.RAW, semantics.code());
        for (CompilerOptions options : List.of(CompilerOptions.DEFAULT, CompilerOptions.DEBUG)) {
            BpfProgram compiled = ProgramCompiler.compile(program, options);
            byte[] bytes = semantics.memory() == null ? new byte[0] : semantics.memory();
            MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 8);
            memory.copyFrom(MemorySegment.ofArray(bytes));
            assertEquals(semantics.result(), compiled.run(new ExecutionContext(0), memory), options::toString);
        }
    }
}
