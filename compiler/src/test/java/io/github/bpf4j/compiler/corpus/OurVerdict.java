/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import io.github.bpf4j.runtime.program.ProgramType;
import org.jspecify.annotations.Nullable;

/**
 * What our verifier says.
 *
 * @param message why it rejects the program; null if it accepts it
 */
record OurVerdict(@Nullable String message) {
    /** Linux's limits; functions that we do not implement count as there. */
    private static final VerifierOptions AS_LINUX = new VerifierOptions(1_000_000, 8192, true);

    boolean accepted() {
        return message == null;
    }

    static OurVerdict of(CorpusCase test, ProgramType type) {
        try {
            return of(test.program(type));
        } catch (InstructionFormatException malformed) {
            return new OurVerdict(String.valueOf(malformed.getMessage()));
        }
    }

    static OurVerdict of(Program program) {
        try {
            Verifier.verify(program, AS_LINUX);
            return new OurVerdict(null);
        } catch (VerifierException rejection) {
            return new OurVerdict(String.valueOf(rejection.getMessage()));
        }
    }
}
