/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.fuzz;

import io.github.bpf4j.compiler.corpus.CorpusPrograms;
import io.github.bpf4j.compiler.isa.Disassembler;
import io.github.bpf4j.compiler.isa.Instruction.Imm64Kind;
import io.github.bpf4j.compiler.isa.Instruction.LoadImm64;
import io.github.bpf4j.compiler.isa.Symbols;
import io.github.bpf4j.compiler.kernel.KernelBpf;
import io.github.bpf4j.compiler.kernel.KernelLoader;
import io.github.bpf4j.compiler.kernel.KernelMap;
import io.github.bpf4j.compiler.kernel.LoadResult;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.verifier.Rejection;
import io.github.bpf4j.compiler.verifier.VerifiedProgram;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.compiler.verifier.VerifierException;
import io.github.bpf4j.compiler.verifier.VerifierOptions;
import io.github.bpf4j.runtime.map.MapType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our verifier's verdicts beside the host kernel's. */
final class VerdictComparison {
    /** Linux's limits; functions that we do not implement count as there. */
    private static final VerifierOptions AS_LINUX = new VerifierOptions(1_000_000, 8192, true);
    /** Programs that take longer are a matter of budgets and left out, but for a few. */
    private static final VerifierOptions SHORT = new VerifierOptions(20_000, 8192, true);

    private static final int LOG_STATISTICS = 4;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final DifferenceReport differences = new DifferenceReport();
    private int bothAccept;
    private int bothReject;
    private int leftOut;
    private int failures;
    private int realLoads;
    private int unlikeRealLoad;
    private long ourNanoseconds;
    private long kernelNanoseconds;

    /** The verifier itself failed, in any way but a rejection. */
    static final class VerifierFailure extends Exception {
        private static final long serialVersionUID = 1L;

        VerifierFailure(Throwable cause) {
            super("the verifier failed: " + cause, cause);
        }
    }

    static boolean isExhausted(VerifierException rejection) {
        return rejection.reason() instanceof Rejection.BudgetExhausted;
    }

    /** Whether Linux may take long, too: it does not see every endless loop before its budget ends. */
    private static boolean mayTakeLong(VerifierException rejection) {
        return isExhausted(rejection) || rejection.reason() instanceof Rejection.InfiniteLoop;
    }

    /**
     * Compares the verdicts on a program.
     *
     * @param where what finds the program again, a line of text
     * @param patient whether to compare programs that may take long, with Linux's budget
     * @param real whether to check that the kernel's verdict is that of a real load
     * @return the verified program if we accept it, else null
     */
    @Nullable
    VerifiedProgram compare(Program program, List<KernelMap> maps, String where, boolean patient, boolean real)
            throws VerifierFailure {
        VerifiedProgram verified = null;
        VerifierException rejection = null;
        long start = cpuTime();
        try {
            verified = Verifier.verify(program, patient ? AS_LINUX : SHORT);
        } catch (VerifierException e) {
            rejection = e;
        } catch (RuntimeException | Error e) {
            failures++;
            throw new VerifierFailure(e);
        }
        long verifiedAt = cpuTime();
        if (rejection != null && !patient && mayTakeLong(rejection)) {
            leftOut++;
            return null;
        }
        ourNanoseconds += verifiedAt - start;
        if (!KernelBpf.available()) {
            return verified;
        }
        boolean accepted = KernelLoader.accepts(program, maps);
        kernelNanoseconds += cpuTime() - verifiedAt;
        if (real || accepted != (verified != null)) {
            boolean loaded = load(program, maps, verified != null, rejection, where);
            unlikeRealLoad += loaded == accepted ? 0 : 1;
            accepted = loaded;
        }
        if (accepted && verified != null) {
            bothAccept++;
        } else if (!accepted && verified == null) {
            bothReject++;
        }
        return verified;
    }

    /** Really loads a program, and notes it if the verdicts differ. Returns whether it was accepted. */
    private boolean load(
            Program program,
            List<KernelMap> maps,
            boolean acceptedHere,
            @Nullable VerifierException rejection,
            String where) {
        realLoads++;
        try (LoadResult result = KernelLoader.loadWith(program, maps, LOG_STATISTICS, new byte[0])) {
            // A program array belongs to the first type that uses it: that such a load fails does not count.
            boolean accepted =
                    result.accepted() || result.log().startsWith(KernelLoader.ACCEPTED) && usesProgramArray(program);
            if (accepted && rejection != null) {
                differences.rejectedHere(
                        rejection.reason().getClass().getSimpleName(),
                        String.valueOf(rejection.getMessage()),
                        "at insn " + rejection.slot() + "\n" + where + text(program));
            } else if (!accepted && acceptedHere) {
                differences.rejectedThere(CorpusPrograms.reason(result.log()), where + text(program));
            }
            return accepted;
        }
    }

    /** Nanoseconds this thread has run: on a busy machine, the only fair measure. */
    static long cpuTime() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static boolean usesProgramArray(Program program) {
        return program.instructions().stream()
                .anyMatch(i -> i instanceof LoadImm64 load
                        && load.kind() == Imm64Kind.MAP_FD
                        && program.maps().get(load.imm()).definition().type() == MapType.PROG_ARRAY);
    }

    /** Programs compared so far. */
    int programs() {
        return bothAccept + bothReject + differences.total() + failures;
    }

    DifferenceReport differences() {
        return differences;
    }

    @Override
    public String toString() {
        int programs = Math.max(1, programs());
        return ("%d programs: %d accepted by both, %d rejected by both, %d differences (%.4f %% agreement); %d left out for taking"
                        + " too long; verdict unlike a real load's: %d of %d; µs of processor time per program: %d here, %d in the kernel")
                .formatted(
                        programs(),
                        bothAccept,
                        bothReject,
                        differences.total(),
                        100.0 * (bothAccept + bothReject) / programs,
                        leftOut,
                        unlikeRealLoad,
                        realLoads,
                        ourNanoseconds / 1000 / programs,
                        kernelNanoseconds / 1000 / programs);
    }

    static String text(Program program) {
        Symbols maps = Symbols.ofMaps(
                program.maps().stream().map(map -> map.definition().name()).toList());
        return program.type() + "\n" + new Disassembler(Disassembler.Style.LLVM, maps).program(program.instructions());
    }
}
