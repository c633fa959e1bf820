/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bpf4j.compiler.fuzz.RandomPrograms;
import io.github.bpf4j.compiler.fuzz.RandomPrograms.Place;
import io.github.bpf4j.compiler.interpreter.Interpreter;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Disassembler.Style;
import io.github.bpf4j.compiler.isa.Symbols;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import io.github.bpf4j.runtime.program.ProgramType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compiled programs against the reference interpreter: same result, same memory, with rich facts and with poor ones. */
class DifferentialTest {
    private static final long SEED = Long.getLong("bpf4j.fuzz.seed", 1);
    private static final int CASES = Integer.getInteger("bpf4j.fuzz.cases", 400);
    private static final int MEMORY = 64;

    private final ExecutionContext context = new ExecutionContext(0);

    @Test
    void compiledProgramsDoWhatTheInterpreterDoes() {
        int verified = 0;
        for (int i = 0; i < CASES; i++) {
            long seed = SEED * 1_000_003 + i;
            Program program = Program.of(
                    "random", ProgramType.RAW, RandomPrograms.program(new Random(seed), Place.BUFFER), List.of());
            String text = new Disassembler(Style.LLVM, Symbols.FUNCTIONS).program(program.instructions());
            check(program, SimpleFacts.of(program), CompilerOptions.DEFAULT, seed, text);
            try {
                VerifiedProgram facts = Verifier.verify(program);
                check(program, facts, CompilerOptions.DEFAULT, seed, text);
                check(program, facts, CompilerOptions.DEBUG, seed, text);
                verified++;
            } catch (VerifierException refused) {
                // a loop that is too long to follow, for one
            }
        }
        assertTrue(verified > CASES / 2, "only " + verified + " of " + CASES + " were verified");
    }

    private void check(Program program, VerifiedProgram facts, CompilerOptions options, long seed, String text) {
        String name = "seed " + seed + ", " + options + "\n" + text;
        BpfProgram compiled;
        try {
            compiled = ProgramCompiler.compile(facts, options);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(name, e);
        }
        Random random = new Random(seed);
        for (int run = 0; run < 3; run++) {
            MemorySegment expected = Arena.ofAuto().allocate(MEMORY, 8);
            for (int offset = 0; offset < MEMORY; offset += 8) {
                expected.set(
                        ValueLayout.JAVA_LONG,
                        offset,
                        random.nextBoolean() ? random.nextLong() : random.nextInt(3) - 1);
            }
            MemorySegment actual = Arena.ofAuto().allocate(MEMORY, 8).copyFrom(expected);
            long result = Interpreter.run(program, context, expected, 10_000_000, null);
            try {
                assertEquals(result, compiled.run(context, actual), name);
            } catch (RuntimeException e) {
                throw new AssertionError(name, e);
            }
            assertArrayEquals(expected.toArray(ValueLayout.JAVA_BYTE), actual.toArray(ValueLayout.JAVA_BYTE), name);
        }
    }
}
