/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.corpus;

import io.github.bpf4j.compiler.isa.InstructionFormatException;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.kernel.ProgramLoad;
import io.github.bpf4j.runtime.program.ProgramType;

/**
 * What the host kernel says of a case.
 *
 * @param accepted whether it took the program
 * @param log its log
 */
record LinuxVerdict(boolean accepted, String log) {
    private static final int LOG_STATISTICS = 4;

    static LinuxVerdict of(CorpusCase test, ProgramType type) {
        try {
            var program = test.program(type);
            // Without the states of each instruction the log of a rejection is one or two lines.
            try (KernelLoader.Loaded loaded = KernelLoader.load(program, LOG_STATISTICS, new byte[0])) {
                return new LinuxVerdict(loaded.accepted(), loaded.log());
            }
        } catch (InstructionFormatException malformed) {
            ProgramLoad load = ProgramLoad.of(type.kernelId(), test.bytes()).withLicense(test.license());
            try (LoadResult result = KernelBpf.load(load)) {
                return new LinuxVerdict(result.accepted(), result.log());
            }
        }
    }
}
